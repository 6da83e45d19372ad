#!/usr/bin/env bash
# Fuzzes every parser of outside bytes with Jazzer: command, config, manifest, image (header). What makes new code run is
# kept under deploy/target/fuzz, a crash as TARGET-crash-… there; the small corpus in device-app/src/test/fuzz is replayed
# by every build (FuzzCorpusTest): put a crash there once it is fixed.
# --seconds N a target (--short: 4, --long: 600), --seed N, and targets (otherwise all, one after the other). With the word
# `keep` before the targets nothing is fuzzed: the smallest inputs that reach what was found join the kept corpus.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$(readlink -f "$0")")/lib.sh"
version=0.24.0
kept=$root/device-app/src/test/fuzz
# So many of the smallest inputs are kept a target, none larger.
most=60 largest=3000
[ "$(uname -sm)" = "Linux x86_64" ] || skip "Jazzer is run on Linux x86-64 only"
build
jazzer=$root/deploy/target/jazzer
for artifact in jazzer jazzer-api; do
  if [ ! -f "$jazzer/$artifact-$version.jar" ]; then
    # shellcheck disable=SC2086 # MAVEN_ARGS is a list of options
    mvn -B -q ${MAVEN_ARGS:-} org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy \
      -Dartifact="com.code-intelligence:$artifact:$version" -DoutputDirectory="$jazzer" >&2
  fi
done
tests=$root/device-app/src/test/java/org/kronocyte
mkdir -p "$work/classes"
"${bin}javac" --release 17 -J-XX:TieredStopAtLevel=1 -proc:none -d "$work/classes" -cp "$home/lib/*" \
  "$tests"/*/*Fuzz.java "$tests"/*/*/*Fuzz.java

# Runs Jazzer on a target: TARGET, then its options and corpora.
jazz() {
  local class include
  case $1 in
    command) class=publish.command.CommandFuzz include=publish ;;
    config) class=config.ConfigFuzz include=config ;;
    manifest) class=model.ManifestFuzz include=model ;;
    image) class=image.ImageHeaderFuzz include=image ;;
  esac
  nice -n 2 "$java" -Xmx768m -cp "$jazzer/*:$work/classes:$home/lib/*" com.code_intelligence.jazzer.Jazzer \
    --target_class="org.kronocyte.$class" \
    --instrumentation_includes="org.kronocyte.$include.**:com.fasterxml.jackson.**:org.snakeyaml.**" "${@:2}"
}

keep=no
if [ "${arguments[0]:-}" = keep ]; then
  keep=yes
  arguments=("${arguments[@]:1}")
fi
[ ${#arguments[@]} -gt 0 ] || arguments=(command config manifest image)
seconds=$(option --seconds "$([ "$mode" = long ] && echo 600 || echo 4)")
seed=$(option --seed 1)
failed=
counts=
mkdir -p "$root/deploy/target/fuzz"
cd "$root/deploy/target/fuzz"
for target in "${arguments[@]}"; do
  case $target in
    command) length=4200 ;;
    config | manifest) length=8192 ;;
    image) length=4096 ;;
    *)
      echo "no target $target: command, config, manifest, image" >&2
      exit 64
      ;;
  esac
  mkdir -p "$target"
  if [ $keep = yes ]; then
    mkdir "$work/$target"
    sums=$(sha1sum "$kept/$target"/*)
    jazz "$target" -merge=1 -max_len="$largest" "$work/$target" "$kept/$target" "$target" >"$target-merge.log" 2>&1
    find "$work/$target" -type f -size -"${largest}c" -printf '%s %p\n' | sort -n | sed -n "1,${most}p" | while read -r _ file; do
      # Named by the sum of what is in them.
      grep -q "^$(basename "$file") " <<<"$sums" || cp "$file" "$kept/$target/$(basename "$file" | cut -c 1-12)"
    done
    echo "$target: $(find "$kept/$target" -type f | wc -l) inputs are kept"
    continue
  fi
  code=0
  jazz "$target" -max_total_time="$seconds" -max_len="$length" -timeout=120 -seed="$seed" -print_final_stats=1 \
    -artifact_prefix="$PWD/$target-" "$target" "$kept/$target" >"$target.log" 2>&1 || code=$?
  runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$target.log")
  covered=$(sed -n 's/.* cov: \([0-9]*\) .*/\1/p' "$target.log" | tail -n 1)
  echo "$target: ${runs:-0} inputs in $seconds s, ${covered:-?} edges covered, exit $code"
  counts="$counts${counts:+, }$target ${runs:-0}"
  if [ "$code" -ne 0 ]; then
    failed="$failed $target"
    tail -n 40 "$target.log" >&2
  fi
done
[ $keep = no ] || exit 0
verdict=held
[ -z "$failed" ] || verdict="FAILED: crashes in$failed"
if [ "$mode" = long ]; then
  printf '%s\tfuzz\t%s\t%s\t%s\n' "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$seed" "inputs in $seconds s each: $counts" "$verdict" >>"$results"
fi
if [ -z "$failed" ]; then
  echo "PASSED: fuzz, seed $seed, inputs in $seconds s each: $counts, no crash"
else
  echo "FAILED: fuzz: crashes in$failed, see deploy/target/fuzz"
  exit 1
fi
