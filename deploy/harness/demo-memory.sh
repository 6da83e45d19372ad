#!/bin/sh
# Runs the demo for ten minutes and compares its resident memory at minute 10 with minute 3: at most 5 % more.
# Usage: demo-memory.sh [PORT]    The last line is the verdict.
set -eu
if [ "${1:-}" = --help ]; then
  sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0"
  exit 0
fi
here=$(dirname "$(readlink -f "$0")")
port=${1:-8099}
log=$(mktemp)
trap 'kill "$pid" 2>/dev/null || true; rm -f "$log"' EXIT

"$here/../kronocyte" --version >/dev/null
start=$(date +%s)
"$here/../kronocyte" demo --port "$port" --duration 615s >"$log" &
pid=$!

resident_kib() {
  awk '/^VmRSS:/ { print $2 }' "/proc/$pid/status"
}

until grep -q '^1 fields' "$log"; do
  kill -0 "$pid" 2>/dev/null || { echo "the demo ended early"; cat "$log"; exit 1; }
  [ $(($(date +%s) - start)) -lt 60 ] || { echo "FAILED: no result within 60 s"; exit 1; }
  sleep 0.2
done
echo "first result after $(($(date +%s) - start)) s"

until [ $(($(date +%s) - start)) -ge 180 ]; do sleep 1; done
at3=$(resident_kib)
echo "minute 3: $at3 KiB resident"
until [ $(($(date +%s) - start)) -ge 600 ]; do sleep 1; done
at10=$(resident_kib)
echo "minute 10: $at10 KiB resident"
wait "$pid"
tail -n 14 "$log"
growth=$(awk -v a="$at3" -v b="$at10" 'BEGIN { printf "%.1f", 100 * (b - a) / a }')
if awk -v g="$growth" 'BEGIN { exit !(g <= 5) }'; then
  echo "PASSED: $growth % growth from minute 3 to minute 10"
else
  echo "FAILED: $growth % growth from minute 3 to minute 10, at most 5 % allowed"
  exit 1
fi
