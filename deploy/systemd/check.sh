#!/bin/sh
# Checks the unit as far as that goes without installing it: its syntax and settings (systemd-analyze verify)
# and how exposed it is (systemd-analyze security, from 0 safe to 10 exposed).
# Exit 0: good; 1: not good; 77: SKIPPED, systemd-analyze isn't here.
set -eu
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
max_exposure=${MAX_EXPOSURE:-25} # tenths

if ! command -v systemd-analyze >/dev/null 2>&1; then
  echo "SKIPPED: systemd-analyze isn't installed (apt-get install systemd); the unit was NOT checked" >&2
  exit 77
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# verify wants the program to exist; the launcher is only there after installation.
sed "s|^ExecStart=/usr/bin/kronocyte |ExecStart=/bin/true |" "$here/kronocyte.service" >"$work/kronocyte.service"

# verify says wrong settings on standard error and still exits 0 for many of them.
if ! systemd-analyze verify --man=no "$work/kronocyte.service" >"$work/verify" 2>&1; then
  cat "$work/verify" >&2
  echo "FAILED: systemd-analyze verify" >&2
  exit 1
fi
if grep -F "$work/kronocyte.service" "$work/verify" >&2; then
  echo "FAILED: systemd-analyze verify has something to say about the unit" >&2
  exit 1
fi
echo "verify: good"

systemd-analyze security --offline=true --threshold="$max_exposure" --no-pager "$work/kronocyte.service" >"$work/security" 2>&1 || {
  cat "$work/security" >&2
  echo "FAILED: exposure above $max_exposure tenths" >&2
  exit 1
}
tail -n 1 "$work/security"
