#!/bin/sh
# Fuzzes every parser of outside bytes with Jazzer: command, config, manifest, image (header). What makes new code
# run is kept under device-app/target/fuzz, a crash as crash-… there; the small corpus in device-app/src/test/fuzz is
# replayed by every build (FuzzCorpusTest): put a crash there once it is fixed.
# Usage: fuzz.sh [--short|--long] [TARGET…]   5 s a target, or 600 s; --long adds to results.csv.
# The last line is the verdict; exit 0, 1, or 77 where Jazzer has no build for this machine.
set -eu
mode=short seconds=5
case ${1:-} in
  --short) shift ;;
  --long) mode=long seconds=600; shift ;;
esac
. "$(dirname "$(readlink -f "$0")")/mqtt-lib.sh"
version=0.24.0
if [ "$(uname -sm)" != "Linux x86_64" ]; then
  echo "SKIPPED: Jazzer is run on Linux x86-64 only; this was not tried" >&2
  exit 77
fi
harness_classpath
jazzer=$root/device-app/target/jazzer
for jar in jazzer jazzer-api; do
  if [ ! -f "$jazzer/$jar-$version.jar" ]; then
    # shellcheck disable=SC2086 # MAVEN_ARGS is a list of options
    mvn -B -q ${MAVEN_ARGS:-} org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy \
      -Dartifact="com.code-intelligence:$jar:$version" -DoutputDirectory="$jazzer" >&2
  fi
done

failed=
counts=
for target in ${*:-command config manifest image}; do
  case $target in
    command) class=org.kronocyte.publish.command.CommandFuzz package=org.kronocyte.publish.** length=4200 ;;
    config) class=org.kronocyte.config.ConfigFuzz package=org.kronocyte.config.** length=8192 ;;
    manifest) class=org.kronocyte.model.ManifestFuzz package=org.kronocyte.model.** length=8192 ;;
    image) class=org.kronocyte.image.ImageHeaderFuzz package=org.kronocyte.image.** length=4096 ;;
    *) echo "fuzz: no target $target" >&2; exit 64 ;;
  esac
  found=$root/device-app/target/fuzz/$target
  mkdir -p "$found"
  code=0
  (cd "$found/.." && nice -n 15 "$java" -Xmx768m -cp "$jazzer/*:$classpath" com.code_intelligence.jazzer.Jazzer \
    --target_class="$class" --instrumentation_includes="$package:com.fasterxml.jackson.**:org.snakeyaml.**" \
    -max_total_time="$seconds" -max_len="$length" -timeout=60 -seed=1 -print_final_stats=1 \
    -artifact_prefix="$found/../$target-" "$found" "$root/device-app/src/test/fuzz/$target") \
    >"$found.log" 2>&1 || code=$?
  runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$found.log")
  echo "$target: ${runs:-0} inputs in $seconds s, exit $code"
  counts="$counts $target ${runs:-0}"
  if [ "$code" -ne 0 ]; then
    failed="$failed $target"
    tail -n 40 "$found.log" >&2
  fi
done
if [ -z "$failed" ]; then
  verdict="PASSED: fuzz:$counts inputs, $seconds s each, no crash"
else
  verdict="FAILED: fuzz: crashes in$failed, see device-app/target/fuzz"
fi
if [ "$mode" = long ]; then
  printf '%s,%s,%s,"%s"\n' "$(date -u +%Y-%m-%dT%H:%MZ)" Fuzz 1 "$verdict" >>"$here/results.csv"
fi
echo "$verdict"
[ -z "$failed" ]
