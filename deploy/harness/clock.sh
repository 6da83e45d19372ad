#!/usr/bin/env bash
# A clock that is wrong by up to ten years either way, anew in each life: messages go in the order they were made, slides
# keep the order they were started in, no slide or message expires. --runs N lives (--short: 6, --long: 100).
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$(readlink -f "$0")")/lib.sh"
build
run LivesHarness --kind clock
