#!/usr/bin/env bash
# Runs the tests that are named, or all of them: `tests.sh [PATH ...]`. JOBS runs go on beside each other,
# one for each processor; the tests of the running program, which drive browsers, have the machine to themselves.
set -euo pipefail
cd "$(dirname "$0")/.."

if [ $# -gt 0 ] && [ "$*" != tests ]; then
  echo '== tests'
  exec .venv/bin/python -m pytest "$@"
fi

failed=0
echo '== tests'
.venv/bin/python -m pytest tests --ignore tests/e2e -n "${JOBS:-$(getconf _NPROCESSORS_ONLN)}" --dist loadfile || failed=$?
echo '== tests of the running program'
.venv/bin/python -m pytest tests/e2e || failed=$?
exit "$failed"
