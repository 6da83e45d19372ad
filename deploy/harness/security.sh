#!/usr/bin/env bash
# The broker of deploy/broker/mosquitto-tls.conf with certificates of deploy/broker/certificates.sh, and the daemon with
# a certificate of its own. Who has none is refused; a device can't write or hear another's topics; an expired, revoked
# or foreign certificate is refused and named; a replayed, retained, stale, oversized, malformed, deeply nested or
# forbidden command changes nothing; no secret is in the log. The images are simulated.
# --short and --long are the same; it takes under 45 s.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$(readlink -f "$0")")/lib.sh"
need mosquitto mosquitto_pub mosquitto_sub openssl
build

broker='' daemon='' listener=''
finish() {
  for pid in $daemon $listener $broker; do
    kill "$pid" 2>/dev/null || true
  done
  wait
  cleanup
}
trap finish EXIT
port=$((20000 + $$ % 10000))
ca=$work/certs
good=0
bad=
check() { # WHAT COMMAND…
  what=$1
  shift
  if "$@"; then
    good=$((good + 1))
    echo "ok      $what"
  else
    bad="$bad; $what"
    echo "NOT OK  $what"
  fi
}
not() { ! "$@"; }

make() { "$root/deploy/broker/certificates.sh" "$@"; }
make authority "$ca"
make broker "$ca" localhost
for name in scope-1 scope-2 scope-gone; do make device "$ca" "$name"; done
START=20200101000000Z END=20200201000000Z make device "$ca" scope-old
for name in dashboard operator; do make reader "$ca" "$name"; done
mkdir "$work/stolen"
cp "$ca/scope-gone.crt" "$ca/scope-gone.key" "$work/stolen"
make renew device "$ca" scope-gone
make revoke "$ca" scope-gone
make authority "$work/foreign"
make device "$work/foreign" scope-1

sed -e "s#/etc/mosquitto#$work#; s#/var/lib/mosquitto#$work#; s#^listener 8883#listener $port 127.0.0.1#" \
  "$root/deploy/broker/mosquitto-tls.conf" >"$work/mosquitto.conf"
cp "$root/deploy/broker/acl" "$work/acl"
if [ "$(id -u)" -eq 0 ]; then
  chown -R mosquitto: "$work"
fi
mosquitto -c "$work/mosquitto.conf" 2>"$work/broker.log" &
broker=$!
sleep 1
kill -0 "$broker" 2>/dev/null || { cat "$work/broker.log" >&2; exit 1; }

with() { # FOLDER NAME TOOL ARGUMENTS…
  folder=$1 name=$2 tool=$3
  shift 3
  "$tool" -h localhost -p "$port" --cafile "$ca/authority.crt" --cert "$folder/$name.crt" --key "$folder/$name.key" \
    -q 1 "$@" 2>/dev/null
}
as() { with "$ca" "$@"; }
found() { as "$1" mosquitto_sub -t "$2" -C 1 -W 1 || true; }
mine=kronocyte/v1/ward/scope-1

check "a certificate of the clinic is taken" as scope-2 mosquitto_pub -t kronocyte/v1/ward/scope-2/health -m x
check "no certificate is refused" not mosquitto_pub -h localhost -p "$port" --cafile "$ca/authority.crt" -t x -m x 2>/dev/null
check "an expired certificate is refused" not as scope-old mosquitto_pub -t x -m x
check "a revoked certificate is refused" not as scope-gone mosquitto_pub -t x -m x
check "so is the one from before it was renewed" not with "$work/stolen" scope-gone mosquitto_pub -t x -m x
check "a certificate of another authority is refused" not with "$work/foreign" scope-1 mosquitto_pub -t x -m x
check "a connection without TLS is refused" not mosquitto_pub -h localhost -p "$port" -t x -m x 2>/dev/null

for name in scope-1 scope-old; do
  mkdir -p "$work/$name"
  cat >"$work/$name/kronocyte.yaml" <<EOF
device: {site: ward, name: $name}
camera: {kind: virtual, width: 400, height: 300, fields_per_second: 2}
optics: {um_per_px: 0.1}
slide: {specimen: blood, planned_cells: 50, id: slide-1}
models: {dir: $root/models-quantized/packs}
mqtt:
  uri: ssl://localhost:$port
  ca_file: $ca/authority.crt
  cert_file: $ca/$name.crt
  key_file: $ca/$name.key
  commands: [report, slide-finish]
health: {interval: 1h}
data: {dir: $work/$name}
EOF
done
kronocyte() {
  "$java" -Xmx256m -XX:+UseSerialGC -cp "$home/lib/*" -Dkronocyte.home="$work" org.kronocyte.cli.Kronocyte "$@"
}
start_daemon() { # NAME LOG
  "$java" -Xmx256m -XX:+UseSerialGC -cp "$home/lib/*" -Dkronocyte.home="$work" org.kronocyte.cli.Kronocyte \
    run --config "$work/$1/kronocyte.yaml" >>"$2" 2>&1 &
  daemon=$!
}
stop_daemon() {
  kill "$daemon"
  wait "$daemon" 2>/dev/null || true
  daemon=
}
mosquitto_sub -h localhost -p "$port" --cafile "$ca/authority.crt" --cert "$ca/dashboard.crt" \
  --key "$ca/dashboard.key" -q 1 -t "kronocyte/v1/#" -F '%t %p' >"$work/seen" 2>/dev/null &
listener=$!
start_daemon scope-1 "$work/daemon.log"
seen() { grep -c "^$1" "$work/seen" || true; }
wait_for() { # PATTERN SECONDS
  left=$(($2 * 5))
  until grep -q "$1" "$work/seen"; do
    left=$((left - 1))
    [ "$left" -gt 0 ] || return 1
    sleep 0.2
  done
}
check "the daemon connects by its certificate and delivers" wait_for "^$mine/slide/slide-1 " 40

as scope-2 mosquitto_pub -r -t "$mine/status" -m forged
as scope-2 mosquitto_pub -t "$mine/slide/slide-1" -m forged
as scope-2 mosquitto_pub -t "$mine/cmd/report" -m forged
as dashboard mosquitto_pub -t "$mine/cmd/report" -m forged
sleep 0.5
check "a device can't write another's topics, nor a dashboard any" not grep -q forged "$work/seen"
check "a device can't hear another's topics" test -z "$(found scope-2 "$mine/status")"
check "a device hears its own status" test -n "$(found scope-1 "$mine/status")"

soon=$(date -u -d '+60 seconds' +%Y-%m-%dT%H:%M:%SZ)
past=$(date -u -d '-60 seconds' +%Y-%m-%dT%H:%M:%SZ)
far=$(date -u -d '+3 days' +%Y-%m-%dT%H:%M:%SZ)
say() { # VERB PAYLOAD OPTIONS…
  verb=$1 payload=$2
  shift 2
  as operator mosquitto_pub -t "$mine/cmd/$verb" -m "$payload" "$@"
}
cmd() { printf '{"schema":"kronocyte/cmd/1","request_id":"%s","expires_at":"%s"}' "$1" "$2"; }
say slide-finish "$(cmd stale "$past")"
say slide-finish "$(cmd far "$far")"
say slide-start "$(cmd forbidden "$soon")"
say reboot "$(cmd unknown "$soon")"
say slide-finish "$(cmd extra "$soon" | sed 's/}$/,"more":1}/')"
say slide-finish '{"request_id":'
say slide-finish "$(printf '[%.0s' $(seq 3000))"
say slide-finish "$(cmd large "$soon")$(printf ' %.0s' $(seq 5000))"
head -c 200000 /dev/zero | tr '\0' '{' >"$work/huge"
as operator mosquitto_pub -t "$mine/cmd/slide-finish" -f "$work/huge"
# Retained: arrives as a live command first, so this one is expired as well.
say slide-finish "$(cmd retained "$past")" -r
say report "$(cmd twice "$soon")"
say report "$(cmd twice "$soon")"
say report "$(cmd twice "$soon")"
check "every answer comes" wait_for "^$mine/ack/twice " 10
sleep 1
ack() { grep "^$mine/ack/$1 " "$work/seen" | grep -c "\"outcome\":\"$2\",\"reason\":\"$3\"" || true; }
check "a stale command is ignored and says so" test "$(ack stale ignored expired)" = 1
check "a command valid for too long is refused" test "$(ack far refused expires_too_late)" = 1
check "a forbidden command is refused" test "$(ack forbidden refused forbidden)" = 1
check "an unknown command is refused" test "$(ack unknown refused unknown_verb)" = 1
check "an unknown field is refused" test "$(ack extra refused unknown_field)" = 1
check "a command given three times is done and answered once" test "$(ack twice 'done' '')" = 1
check "nothing else is answered" test "$(seen "$mine/ack/")" = 7
check "none of them ended the slide" not grep -q "^$mine/slide/slide-1 .*\"state\":\"final\"" "$work/seen"
say slide-finish "$(cmd finish "$soon")"
check "an allowed command is done" wait_for "^$mine/ack/finish .*\"outcome\":\"done\"" 10
check "and it did end the slide" wait_for "^$mine/slide/slide-1 .*\"state\":\"final\"" 10

# The same broker with a command retained from before: nobody says it now.
stop_daemon
say slide-finish "$(cmd kept "$soon")" -r
start_daemon scope-1 "$work/daemon.log"
check "a retained command is ignored and says so" wait_for "^$mine/ack/kept .*\"reason\":\"retained\"" 40
stop_daemon

start_daemon scope-old "$work/old.log"
left=150
until grep -q device_certificate_expired "$work/old.log" || [ "$left" -eq 0 ]; do
  left=$((left - 1))
  sleep 0.2
done
check "an expired certificate is a clear error" grep -q 'has expired.*2020.*certificates.sh renew' "$work/old.log"
stop_daemon
chmod 644 "$ca/scope-1.key"
check "a key others may read is refused" not kronocyte run --check --config "$work/scope-1/kronocyte.yaml" 2>/dev/null
check "no key is in a log" not grep -qF "$(sed -n 2p "$ca/scope-1.key")" "$work/daemon.log" "$work/old.log" "$work/broker.log"

if [ -n "$bad" ]; then
  tail -n 20 "$work/daemon.log" "$work/broker.log" >&2
  echo "FAILED: security: $good checks hold, not${bad#;}"
  exit 1
fi
echo "PASSED: security: all $good checks hold"
