#!/usr/bin/env bash
# Kills a running daemon (SIGKILL) at random moments, again and again on one data folder, and looks after each kill:
# every field and result it reported, by log or by MQTT, is stored; none is there twice; every stored field's message
# arrived or waits; tallies are the sums of the fields; the database is whole. State is carried from kill to kill.
# --runs N kills (--short: 6, --long: 1000) or --seconds N. --long adds a line to results.tsv.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$(readlink -f "$0")")/lib.sh"
build
run CrashHarness --results "$here/results.tsv"
