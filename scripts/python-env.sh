#!/usr/bin/env bash
# Usage: python-env.sh LOCK...
# Makes .venv where it is missing, too old, or was moved, and installs what the locks in requirements/ name.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/say.sh

is_new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

find_python() {
  local name found=
  for name in ${PYTHON:-} python3.11 python3 python python3.14 python3.13 python3.12; do
    command -v "$name" >/dev/null 2>&1 || continue
    is_new_enough "$name" && { printf '%s' "$name"; return; }
    found=${found:-$("$name" --version 2>&1 | tail -n 1)}
  done
  [ -n "$found" ] && die "Python 3.11 or newer is needed; found only $found. Install one, or name it: make run PYTHON=/path/to/python3.11"
  die "Python is missing. Install Python 3.11 or newer (Debian 12: apt-get install python3 python3-venv)."
}

make_venv() {
  local python
  python=$(find_python)
  say "making .venv with $("$python" --version)"
  rm -rf .venv
  "$python" -m venv .venv >/dev/null 2>&1 \
    || die "$python cannot make an environment. Install its venv module (Debian: apt-get install python3-venv)."
  pwd >.venv/place
}

# An environment knows its own address, so one that was moved or copied is of no use.
if [ "$(cat .venv/place 2>/dev/null)" != "$(pwd)" ] || ! is_new_enough .venv/bin/python; then
  make_venv
fi

pip() { .venv/bin/python -m pip --disable-pip-version-check --no-input --retries 2 --timeout 30 "$@"; }

for lock in "$@"; do
  say "installing requirements/$lock.txt"
  pip install --quiet --require-hashes -r "requirements/$lock.txt" >.venv/pip.log 2>&1 \
    || explain .venv/pip.log "the packages in requirements/$lock.txt"
done
if [[ " $* " == *" build "* ]]; then
  pip install --quiet --no-deps --no-build-isolation --editable . >.venv/pip.log 2>&1 \
    || explain .venv/pip.log "Deskbridge itself"
fi
