#!/usr/bin/env bash
# Restarts units one after the other, each only once the one before is ready again:
#   rolling-restart.sh deskbridge-worker@1 deskbridge-worker@2 deskbridge-web@8081 deskbridge-web@8082
# It stops at the first that does not come back, so that the others go on with what they have.
set -euo pipefail

# So long (s) one is waited for: a first start after an upgrade may have tables to bring up to date.
PATIENCE=${PATIENCE:-120}

ready_at() {
  case $1 in
    deskbridge-web@*) echo "http://127.0.0.1:1${1#*@}/readyz" ;;
    deskbridge-worker@*) echo "http://127.0.0.1:1909${1#*@}/readyz" ;;
    *) echo "rolling-restart: $1 is no unit of several (deskbridge-web@PORT, deskbridge-worker@DIGIT)" >&2; return 2 ;;
  esac
}

[ $# -gt 0 ] || { sed -n '2,4s/^# //p' "$0" >&2; exit 2; }
for unit in "$@"; do ready_at "$unit" >/dev/null; done

for unit in "$@"; do
  systemctl restart "$unit"
  end=$((SECONDS + PATIENCE))
  until curl --silent --fail --max-time 5 --output /dev/null "$(ready_at "$unit")"; do
    [ $SECONDS -lt $end ] || { echo "rolling-restart: $unit is not ready after $PATIENCE s: journalctl -u $unit" >&2; exit 1; }
    sleep 0.5
  done
  echo "$unit is ready"
done
