#!/bin/sh
# Days of 40 slides made without a link, then one of 20 KB/s, 800 ms there and back, 5 % of segments lost (made by a
# proxy that delays what TCP would send again: the kernel's own delay and loss aren't there everywhere). All messages
# must arrive, in order; bytes sent at most 10 % over payload and protocol headers; memory flat.
# Usage: offline.sh [--short|--long] [SEED]   --short: a day, 1 field a slide; --long: a week, 60 fields a slide.
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
  run_harness OfflineHarness "${1:-$(date +%s)}" 7 60
else
  run_harness OfflineHarness "${1:-1}" 1 1
fi
