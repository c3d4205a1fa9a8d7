#!/usr/bin/env bash
# Runs the tests that are named, or all of them: `tests.sh [PATH ...]`. JOBS runs go on beside each other, one
# more than there are processors, for they wait half of the time. Those of the running program come last: they
# drive browsers and wait for nothing, so one for each processor is enough.
set -euo pipefail
cd "$(dirname "$0")/.."

if [ $# -gt 0 ] && [ "$*" != tests ]; then
  echo '== tests'
  exec .venv/bin/python -m pytest "$@"
fi

failed=0
processors=$(getconf _NPROCESSORS_ONLN)
echo '== tests'
.venv/bin/python -m pytest tests --ignore tests/e2e --dist loadfile -n "${JOBS:-$((processors + 1))}" || failed=$?
echo '== tests of the running program'
.venv/bin/python -m pytest tests/e2e --dist loadfile -n "${JOBS:-$processors}" || failed=$?
exit "$failed"
