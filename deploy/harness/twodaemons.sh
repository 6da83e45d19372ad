#!/usr/bin/env bash
# Two daemons on one data folder: the second is refused, says why and disturbs nothing; after the first is killed, the
# next one goes on with its slide.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$(readlink -f "$0")")/lib.sh"
build
run TwoDaemonsHarness
