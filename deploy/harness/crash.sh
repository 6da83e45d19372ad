#!/usr/bin/env bash
# Kills (SIGKILL) at random moments, again and again on one data folder, and looks after each kill:
# every field and result it reported, by log or by MQTT, is stored; none is there twice; every stored field's message
# arrived or waits; tallies are the sums of the fields; the database is whole. State is carried from kill to kill.
# Killed are whole daemons on the virtual microscope, delivering to a broker, and, since these take seconds to start, more
# often just their desk, store and outbox, which write all the time; in half of those the clock is wrong by years.
# --runs N kills (--short: 9, --long: 1000) or --seconds N; each --every Nth is of a whole daemon. --long adds a line to
# results.tsv.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$(readlink -f "$0")")/lib.sh"
build
run CrashHarness
