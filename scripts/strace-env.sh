#!/usr/bin/env bash
# Installs what losses of power are made with where it is missing: Debian's strace. Without it, or where it may not
# look at processes, `make faults` goes on and says what it does not run, so this never fails.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/say.sh
. scripts/debian.sh

works() { command -v strace >/dev/null 2>&1 && strace -o /dev/null true >/dev/null 2>&1; }
works && exit 0

command -v strace >/dev/null 2>&1 || (install_missing 'losses of power' '; strace must be found in PATH' strace) || true
works || say 'losses of power and kills at calls of the system are NOT RUN: they need strace, which may look at processes here'
