#!/usr/bin/env bash
# Installs the identity provider of the tests where it is missing, in an environment of its own beneath .venv.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/say.sh

[ .venv/oidc/.installed -nt requirements/oidc.txt ] && exit 0
say 'installing requirements/oidc.txt'
rm -rf .venv/oidc
.venv/bin/python -m venv .venv/oidc
.venv/oidc/bin/python -m pip --disable-pip-version-check --no-input --retries 2 --timeout 30 \
  install --quiet --require-hashes -r requirements/oidc.txt >.venv/pip.log 2>&1 \
  || explain .venv/pip.log 'the identity provider of the tests'
touch .venv/oidc/.installed
