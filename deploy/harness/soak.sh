#!/usr/bin/env bash
# Runs the daemon on the virtual microscope for many fields, slide after slide, and watches its resident memory,
# descriptors and threads after a warm-up: memory may grow by at most 1 MB in 10,000 fields (upper end of the 95 %
# interval of a straight line), descriptors and threads not at all.
# --fields N (--short: 60, too few to judge memory, which is said; --long: 20000, of them 5000 to warm up).
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$(readlink -f "$0")")/lib.sh"
build
run SoakHarness
