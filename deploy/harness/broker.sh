#!/bin/sh
# A device that never stops talking, and a real mosquitto that is killed while it acknowledges, terminated, frozen
# (a half-open link), and started with access rules that forbid the device everything. Every message must arrive, in
# order within its kind; threads and descriptors stay flat; the device is back within 10 s.
# Usage: broker.sh [--short|--long] [SEED]    --short: 4 restarts, under 45 s; --long: 250, adds to results.csv.
# The last line is the verdict; exit 0, 1, or 77 without mosquitto.
set -eu
mode=short
case ${1:-} in
  --short) shift ;;
  --long) mode=long; shift ;;
esac
. "$(dirname "$(readlink -f "$0")")/mqtt-lib.sh"
need mosquitto mosquitto_sub
harness_classpath
if [ "$mode" = long ]; then
  run_harness BrokerHarness "${1:-$(date +%s)}" 250 20
else
  run_harness BrokerHarness "${1:-1}" 4 1
fi
