# Sourced by the harness scripts: reads their options, builds the program and the harness, runs harness classes.
# Every script takes --short (under 45 s, for CI; the default) or --long, --seed N, --runs N and --seconds N; prints seed and
# counts; its last line is the verdict. Exit 0: held; 1: did not; 77: SKIPPED, said loudly.
# shellcheck shell=bash
set -euo pipefail
here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
root=$(dirname "$(dirname "$here")")
home=$root/deploy/target/kronocyte
classes=$root/deploy/target/harness
jar=$root/deploy/target/harness.jar
results=$here/results.tsv
bin=${JAVA_HOME:+$JAVA_HOME/bin/}
java=${bin}java
PATH=$PATH:/usr/sbin
mode=short
order=
options=()
arguments=()
while [ $# -gt 0 ]; do
  case $1 in
    --short | --long) mode=${1#--} ;;
    --seed | --runs | --seconds | --fields | --every | --freezes) options+=("$1" "$2") && shift ;;
    --newest-first) order=$1 ;;
    --help)
      sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0"
      exit 0
      ;;
    -*)
      echo "unknown option $1; see --help" >&2
      exit 64
      ;;
    *) arguments+=("$1") ;;
  esac
  shift
done

# The value of an option, or what else it is.
option() { # --NAME OTHERWISE
  local i value=$2
  for ((i = 0; i < ${#options[@]}; i += 2)); do
    [ "${options[i]}" != "$1" ] || value=${options[i + 1]}
  done
  echo "$value"
}

# Says loudly what can't be run, and ends with 77.
skip() {
  echo "SKIPPED: $1; this was NOT tried" >&2
  exit 77
}

need() {
  local tool
  for tool in "$@"; do
    command -v "$tool" >/dev/null || skip "no $tool here"
  done
}

# A folder of its own, gone at the end; KEEP=1 leaves it.
work=$(mktemp -d "${TMPDIR:-/tmp}/kronocyte-harness.XXXXXX")
cleanup() {
  [ "${KEEP:-0}" = 1 ] || rm -rf "$work"
}
trap cleanup EXIT

build() {
  "$root/deploy/kronocyte" --version >&2
  mkdir -p "$classes"
  # Compiled once for all scripts.
  if [ -f "$classes/.built" ] && [ "$classes/.built" -nt "$home/.built" ] &&
    [ -z "$(find "$here/java" -newer "$classes/.built" -print -quit)" ]; then
    return
  fi
  rm -rf "${classes:?}"
  "${bin}javac" --release 17 -Xlint:all,-classfile,-path,-processing -d "$classes" -cp "$home/lib/*" "$here"/java/*.java
  # A jar, since Java makes no archive of classes that lie in a folder.
  "${bin}jar" --create --file "$jar" -C "$classes" .
  touch "$classes/.built"
}

# Runs one harness class: NAME, then its own arguments; $within may hold a command that it is run by.
within=()
run() {
  local name=$1
  shift
  "${within[@]}" "$java" -Xmx384m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -cp "$jar:$home/lib/*" "$name" --home "$home" --work "$work" \
    --mode "$mode" --results "$results" "${options[@]}" "$@"
}
