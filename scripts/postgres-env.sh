#!/usr/bin/env bash
# Installs what the database tests need where it is missing: Debian's PostgreSQL, whose programs the tests start themselves.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/say.sh
. scripts/debian.sh

found() { command -v postgres >/dev/null 2>&1 || compgen -G '/usr/lib/postgresql/*/bin/postgres' >/dev/null; }
found && exit 0

# No server of the system's is made of it: nobody asked for one.
if [ "$(id -u)" -eq 0 ] && [ ! -e /etc/postgresql-common/createcluster.conf ]; then
  mkdir -p /etc/postgresql-common && echo 'create_main_cluster = false' >/etc/postgresql-common/createcluster.conf
fi
install_missing 'the database tests' '; postgres must be found in PATH or under /usr/lib/postgresql' postgresql
found || die "apt-get installed no PostgreSQL. Details: .venv/apt.log"
