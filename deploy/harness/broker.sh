#!/usr/bin/env bash
# A device that never stops talking, by TLS with a certificate of its own, and a real mosquitto that is killed while it
# acknowledges, terminated, frozen (a half-open link), and started with access rules that forbid the device everything
# or with a certificate that has expired. Every message must arrive, in order within its kind; threads and descriptors
# stay flat; the device is back within 10 s. --runs N restarts (--short: 6, --long: 1000), --freezes N (two,
# or one for each 50, besides the first, after which the device is looked at).
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$(readlink -f "$0")")/lib.sh"
need mosquitto openssl
build
certificates=$work/certificates
make() { "$root/deploy/broker/certificates.sh" "$1" "$certificates" "${@:2}"; }
make authority
START=20200101000000Z END=20200201000000Z make broker localhost
mv "$certificates/broker.crt" "$certificates/expired.crt"
mv "$certificates/broker.key" "$certificates/expired.key"
make broker localhost
make device scope-1
run BrokerHarness --certificates "$certificates"
