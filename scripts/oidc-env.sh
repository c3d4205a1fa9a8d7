#!/usr/bin/env bash
# Installs the identity providers of the tests where they are missing: Debian's glewlwyd, a single sign-on server, and one
# from PyPI that asks for no password, in an environment of its own beneath .venv.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/say.sh
. scripts/debian.sh

if ! command -v glewlwyd >/dev/null 2>&1; then
  # Debian's service lets in whoever knows the password that all of them begin with.
  unstarted install_missing 'the tests of signing in by an identity provider' '; glewlwyd must be found in PATH' glewlwyd
  quiet glewlwyd.service
  command -v glewlwyd >/dev/null 2>&1 || die "apt-get installed no glewlwyd. Details: .venv/apt.log"
fi

[ .venv/oidc/.installed -nt requirements/oidc.txt ] && exit 0
say 'installing requirements/oidc.txt'
rm -rf .venv/oidc
.venv/bin/python -m venv .venv/oidc
.venv/oidc/bin/python -m pip --disable-pip-version-check --no-input --retries 2 --timeout 30 \
  install --quiet --require-hashes -r requirements/oidc.txt >.venv/pip.log 2>&1 \
  || explain .venv/pip.log 'an identity provider of the tests'
touch .venv/oidc/.installed
