#!/usr/bin/env bash
# A week of 40 slides a day counted without a link (the clock runs ahead, the messages are as many and as large as in a
# real week), then a poor link: two network namespaces, 20 KB/s by a token-bucket queue and 5 % of packets dropped at
# random, both in either direction, and 800 ms there and back by a proxy, since the kernel's own delay isn't in every kernel.
# All results must arrive, in order within their kind: as they were made, or with --newest-first (mqtt.drain_order) slide by
# slide, the newest first; --short tries both; the bytes the device sends (counted by the proxy) are within 10 % of
# payload and protocol headers; memory stays flat. --runs N days (--short: 1, --long: 7), --fields N a slide
# (1, with --newest-first 2; 25).
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$(readlink -f "$0")")/lib.sh"
need mosquitto ip tc nft
[ "$(id -u)" -eq 0 ] || skip "only root may make network namespaces"
build
device=kronocyte-$$-d
broker=kronocyte-$$-b
remove_namespaces() {
  for space in "$device" "$broker"; do
    if ip netns pids "$space" >/dev/null 2>&1; then
      # shellcheck disable=SC2046 # a list of processes
      kill -9 $(ip netns pids "$space") 2>/dev/null || true
      ip netns del "$space"
    fi
  done
  cleanup
}
trap remove_namespaces EXIT
ip netns add "$device" && ip netns add "$broker" || skip "no network namespace can be made"
ip link add wire netns "$device" type veth peer name wire netns "$broker"
ip -n "$device" address add 192.0.2.1/30 dev wire
ip -n "$broker" address add 192.0.2.2/30 dev wire
for space in "$device" "$broker"; do
  ip -n "$space" link set lo up
  # One packet a segment, as on a real wire: else several would be lost as one.
  ip -n "$space" link set wire gso_max_segs 1
  tc -n "$space" qdisc add dev wire root tbf rate 160kbit burst 3200 latency 1s || skip "no token-bucket queue"
  ip netns exec "$space" nft -f - <<'RULES' || skip "no random drop"
table inet loss {
  chain in {
    type filter hook input priority 0;
    iifname "wire" numgen random mod 100 < 5 counter drop
  }
}
RULES
done
ip -n "$device" link set wire up
within=(ip netns exec "$broker")
orders=("$order")
[ "$mode" = long ] || [ -n "$order" ] || orders=("" --newest-first)
code=0
for order in "${orders[@]}"; do
  ip -n "$broker" link set wire down
  # shellcheck disable=SC2086 # nothing or an option, whose value is never asked for
  run OfflineHarness --host 192.0.2.2 --interface wire --device "$device" ${order:+$order yes} >>"$work/out" || code=$?
  [ $code -eq 0 ] || break
  rm -rf "$work/data" "$work/copy"
done
# What the kernel says of it, before the verdict.
for space in "$device" "$broker"; do
  echo "$space: $(tc -s -n "$space" qdisc show dev wire | tr -s '\n ' ' ')"
  ip netns exec "$space" nft list ruleset | grep counter | tr -s '\t ' ' '
done
cat "$work/out"
exit "$code"
