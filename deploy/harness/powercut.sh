#!/usr/bin/env bash
# A power cut that also loses what was not synced. Records every write, sync, creation and deletion of a running
# daemon in its data folder (powercut.c, by LD_PRELOAD), then replays the record up to many points as a disk would have
# it: synced writes are there; of the others all, none, or some, torn at sectors. At each point the database must open,
# and hold every field and result that was reported before. Then the proof that this can fail: with the syncs of the
# log, of the database or of the folder ignored, and with single syncs before a report ignored, it must.
# --fields N to record (--short: 40, --long: 400), --runs N cuts (--short: 300, --long: all points, three ways each).
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$(readlink -f "$0")")/lib.sh"
command -v gcc >/dev/null || {
  echo "SKIPPED: no gcc here (apt-get install gcc libc6-dev); the power cut was NOT tried" >&2
  exit 77
}
build
gcc -O2 -Wall -Wextra -Werror -shared -fPIC -o "$work/powercut.so" "$here/powercut.c" -ldl -lpthread
run PowerCutHarness --preload "$work/powercut.so"
