#!/usr/bin/env bash
# A disk that is full, or read-only, now and then: writes into the data folder fail in short rows, by a seed
# (diskfull.c, by LD_PRELOAD). What fails says so, is tried again and works again by itself; everything that was
# reported is stored, nothing twice. --runs N lives (--short: 2, --long: 100).
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$(readlink -f "$0")")/lib.sh"
command -v gcc >/dev/null || {
  echo "SKIPPED: no gcc here (apt-get install gcc libc6-dev); the full disk was NOT tried" >&2
  exit 77
}
build
gcc -O2 -Wall -Wextra -Werror -shared -fPIC -o "$work/diskfull.so" "$here/diskfull.c" -ldl -lpthread
run LivesHarness --kind diskfull --preload "$work/diskfull.so"
