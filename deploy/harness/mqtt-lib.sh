# Sourced by the programs of this folder: where things are, the class path, and what is missing here.
here=$(dirname "$(readlink -f "$0")")
root=$(dirname "$(dirname "$here")")
PATH=$PATH:/usr/sbin

# Says loudly what can't be run, and ends with 77.
need() {
  for tool in "$@"; do
    if ! command -v "$tool" >/dev/null 2>&1; then
      echo "SKIPPED: no $tool here; this was not tried" >&2
      exit 77
    fi
  done
}

if [ -n "${JAVA_HOME:-}" ]; then
  java=$JAVA_HOME/bin/java
else
  java=java
fi

# Compiles the harness if its sources are newer than the last time, and sets $classpath.
harness_classpath() {
  list=$root/device-app/target/harness-classpath
  if [ ! -f "$list" ] || [ ! -d "$root/device-app/target/test-classes" ] ||
    [ -n "$(find "$root/device-app/src" "$root/device-app/pom.xml" "$root/pom.xml" -type f -newer "$list" -print -quit)" ]; then
    # shellcheck disable=SC2086 # MAVEN_ARGS is a list of options
    mvn -B -q ${MAVEN_ARGS:-} -f "$root/pom.xml" -pl device-app -am test-compile dependency:build-classpath \
      -DincludeScope=test -Dmdep.outputFile=target/harness-classpath >&2
    touch "$list"
  fi
  classpath=$root/device-app/target/test-classes:$root/device-app/target/classes:$(cat "$list")
}

# Runs a program of the harness in a scratch folder; adds the last line of a long run to results.csv.
run_harness() { # CLASS SEED ARGUMENTS…
  class=$1 seed=$2
  shift 2
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  code=0
  "$java" -Xmx256m -XX:+UseSerialGC -cp "$classpath" "org.kronocyte.harness.$class" "$work" "$seed" "$@" \
    >"$work/out" 2>"$work/err" || code=$?
  cat "$work/out"
  if [ "$code" -ne 0 ]; then
    tail -n 40 "$work/err" >&2
  fi
  if [ "${mode:-}" = long ]; then
    printf '%s,%s,%s,"%s"\n' "$(date -u +%Y-%m-%dT%H:%MZ)" "$class" "$seed" "$(tail -n 1 "$work/out")" >>"$here/results.csv"
  fi
  return "$code"
}
