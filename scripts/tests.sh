#!/usr/bin/env bash
# Runs the tests that are named, or all of them: `tests.sh [PATH ...]`. JOBS runs go on beside each other,
# one for each processor; those of the running program, which drive browsers, come last.
set -euo pipefail
cd "$(dirname "$0")/.."

if [ $# -gt 0 ] && [ "$*" != tests ]; then
  echo '== tests'
  exec .venv/bin/python -m pytest "$@"
fi

failed=0
beside=(-n "${JOBS:-$(getconf _NPROCESSORS_ONLN)}" --dist loadfile)
echo '== tests'
.venv/bin/python -m pytest tests --ignore tests/e2e "${beside[@]}" || failed=$?
echo '== tests of the running program'
.venv/bin/python -m pytest tests/e2e "${beside[@]}" || failed=$?
exit "$failed"
