#!/bin/sh
# Starts mosquitto with mosquitto.conf in a scratch folder and tries who may do what. mosquitto-tls.conf, with its
# certificates, is tried by ../harness/security.sh.
set -eu
cd "$(dirname "$0")"
PATH=$PATH:/usr/sbin
for tool in mosquitto mosquitto_passwd mosquitto_pub mosquitto_sub; do
  if ! command -v "$tool" >/dev/null 2>&1; then
    echo "no $tool here: the broker configuration was not checked" >&2
    exit 77
  fi
done

work=$(mktemp -d)
broker=
finish() {
  [ -z "$broker" ] || kill "$broker" 2>/dev/null || true
  rm -rf "$work"
}
trap finish EXIT
port=$((20000 + $$ % 10000))

# Paths and port are all that differs from what is installed.
sed -e "s#/etc/mosquitto#$work#; s#/var/lib/mosquitto#$work#; s#^listener 1883 #listener $port #" \
  mosquitto.conf >"$work/mosquitto.conf"
cp acl "$work/acl"
: >"$work/passwords"
for user in scope-1 scope-2 dashboard operator; do
  mosquitto_passwd -b "$work/passwords" "$user" "word-$user"
done
if [ "$(id -u)" -eq 0 ]; then
  chown -R mosquitto: "$work"
fi
mosquitto -c "$work/mosquitto.conf" 2>"$work/log" &
broker=$!
sleep 1
if ! kill -0 "$broker" 2>/dev/null; then
  cat "$work/log" >&2
  exit 1
fi

fail() {
  echo "broker configuration: $1" >&2
  cat "$work/log" >&2
  exit 1
}
as() { # USER TOOL ARGUMENTS…
  user=$1 tool=$2
  shift 2
  "$tool" -h 127.0.0.1 -p "$port" -u "$user" -P "word-$user" -q 1 "$@"
}
# What a reader finds under a topic, retained, or nothing.
found() { as "$1" mosquitto_sub -t "$2" -C 1 -W 1 2>/dev/null || true; }

as scope-1 mosquitto_pub -r -t kronocyte/v1/ward/scope-1/status -m mine
[ "$(found dashboard kronocyte/v1/ward/scope-1/status)" = mine ] || fail "a dashboard can't read a device"
[ "$(found scope-1 kronocyte/v1/ward/scope-1/status)" = mine ] || fail "a device can't read its own topics"
[ -z "$(found scope-2 kronocyte/v1/ward/scope-1/status)" ] || fail "a device reads another's topics"

as scope-2 mosquitto_pub -r -t kronocyte/v1/ward/scope-1/status -m forged
as dashboard mosquitto_pub -r -t kronocyte/v1/ward/scope-1/status -m forged
[ "$(found dashboard kronocyte/v1/ward/scope-1/status)" = mine ] || fail "a status was forged"

as scope-1 mosquitto_pub -r -t kronocyte/v1/ward/scope-1/cmd/report -m own
as dashboard mosquitto_pub -r -t kronocyte/v1/ward/scope-1/cmd/report -m forged
[ -z "$(found dashboard kronocyte/v1/ward/scope-1/cmd/report)" ] || fail "a device or a dashboard gives commands"
as operator mosquitto_pub -r -t kronocyte/v1/ward/scope-1/cmd/report -m please
[ "$(found scope-1 kronocyte/v1/ward/scope-1/cmd/report)" = please ] || fail "a device can't hear its commands"
[ -z "$(found scope-2 kronocyte/v1/ward/scope-1/cmd/report)" ] || fail "a device hears another's commands"

if mosquitto_pub -h 127.0.0.1 -p "$port" -t x -m x 2>/dev/null; then fail "a login is not needed"; fi
if mosquitto_pub -h 127.0.0.1 -p "$port" -u scope-1 -P wrong -t x -m x 2>/dev/null; then
  fail "a wrong password is taken"
fi

head -c 262144 /dev/zero | tr '\0' x >"$work/largest"
as scope-1 mosquitto_pub -r -t kronocyte/v1/ward/scope-1/health -f "$work/largest"
[ "$(found dashboard kronocyte/v1/ward/scope-1/health | wc -c)" -eq 262145 ] || fail "the largest message is refused"
head -c 300000 /dev/zero | tr '\0' x >"$work/larger"
as scope-1 mosquitto_pub -r -t kronocyte/v1/ward/scope-1/health -f "$work/larger" 2>/dev/null || true
[ "$(found dashboard kronocyte/v1/ward/scope-1/health | wc -c)" -eq 262145 ] || fail "an oversized message is taken"

echo "broker configuration: starts, and its rules hold"
