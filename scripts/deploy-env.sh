#!/usr/bin/env bash
# Installs what the tests of deploy/ need where it is missing: Debian's nginx, Caddy, promtool, systemd-analyze, openssl, curl.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/say.sh
. scripts/debian.sh

missing=()
wants() { command -v "$1" >/dev/null 2>&1 || missing+=("$2"); }
wants nginx nginx-light
wants caddy caddy
wants promtool prometheus
wants systemd-analyze systemd
wants openssl openssl
wants curl curl
[ ${#missing[@]} -eq 0 ] && exit 0

install_missing 'the tests of deploy/' '; nginx, caddy and promtool must be found in PATH' "${missing[@]}"
for package in nginx-light:nginx caddy:caddy prometheus:prometheus; do
  [[ " ${missing[*]} " != *" ${package%:*} "* ]] || quiet "${package#*:}.service"
done
