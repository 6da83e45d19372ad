#!/bin/sh
# Type check, tests, and proof that dist/ is what src/ and static/ make.
set -eu
cd "$(dirname "$0")"
if ! command -v npm >/dev/null 2>&1; then
  echo "no Node here: the dashboard's source was not checked, dist/ is used as it is" >&2
  exit 77
fi
npm ci --no-audit --no-fund --loglevel=error
npm run --silent check
npm run --silent test
fresh=$(mktemp -d)
trap 'rm -rf "$fresh"' EXIT
node build.mjs "$fresh"
if ! diff -r "$fresh" dist >/dev/null; then
  echo "dist/ is not what src/ and static/ make: run 'npm run build' and commit it" >&2
  exit 1
fi
echo "dashboard: types, tests and dist/ are good"
