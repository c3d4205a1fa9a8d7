#!/usr/bin/env bash
# Installs what the tests of `redis` in the YAML need where it is missing: Debian's Redis or Valkey, which the tests start themselves.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/say.sh
. scripts/debian.sh

found() { command -v valkey-server >/dev/null 2>&1 || command -v redis-server >/dev/null 2>&1; }
found && exit 0

package=redis-server
# Debian from 13 on has both, and some systems Valkey alone.
apt-cache show valkey-server >/dev/null 2>&1 && package=valkey-server
install_missing 'the tests of redis' '; valkey-server or redis-server must be found in PATH' "$package"
quiet "$package.service"
found || die "apt-get installed no $package. Details: .venv/apt.log"
