#!/bin/sh
# Tries the launcher on a made-up checkout, with stand-ins for Maven and Java that say how they were called.
# Exit 0: good; 1: not good; 77: SKIPPED, said loudly.
set -eu
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
root=$work/checkout
home=$root/deploy/target/kronocyte

fail() {
  echo "launcher: $1" >&2
  cat "$work/err" >&2
  exit 1
}

mkdir -p "$root/deploy" "$root/app/src/main" "$work/bin"
cp "$here/kronocyte" "$root/deploy/"
echo '<project/>' >"$root/pom.xml"
echo one >"$root/app/src/main/A.java"
# Builds a library named after the source, where it is told to, else where the pom says.
cat >"$work/bin/mvn" <<'EOF'
#!/bin/sh
set -eu
checkout=${0%/bin/mvn}/checkout
lib=$checkout/deploy/target/kronocyte/lib
for argument in "$@"; do
  case $argument in -Dlib.folder=*) lib=${argument#*=} ;; esac
done
[ ! -e "${0%/*}/broken" ] || exit 1
mkdir -p "$lib"
: >"$lib/a-$(cat "$checkout/app/src/main/A.java").jar"
EOF
cat >"$work/bin/java" <<'EOF'
#!/bin/sh
case " $* " in *" -version "*) exit 0 ;; esac
echo "ran with LC_ALL=${LC_ALL:-}"
EOF
chmod +x "$work/bin/mvn" "$work/bin/java"
PATH=$work/bin:$PATH
unset JAVA_HOME

# Root without capabilities is held by permissions like anybody.
powerless=
if [ "$(id -u)" -eq 0 ]; then
  command -v setpriv >/dev/null || { echo "SKIPPED: no setpriv to give root's powers away; the launcher was NOT tried" >&2; exit 77; }
  powerless="setpriv --inh-caps=-all --bounding-set=-all"
fi
launch() {
  : >"$work/err"
  $powerless "$root/deploy/kronocyte" --version >"$work/out" 2>"$work/err"
}
libraries() { find "$home/lib" -name '*.jar' -exec basename {} \; | sort | tr '\n' ' '; }
change() { # SOURCE
  sleep 0.01
  echo "$1" >"$root/app/src/main/A.java"
}

launch || fail "the first start fails"
grep -q building "$work/err" || fail "the first start builds nothing"
[ "$(libraries)" = "a-one.jar " ] || fail "the first build is not in its place: $(libraries)"
launch
[ ! -s "$work/err" ] || fail "a second start has something to do"

change two
launch || fail "a start after a change fails"
[ "$(libraries)" = "a-two.jar " ] || fail "libraries after a change: $(libraries)"

change three
: >"$work/bin/broken"
if launch; then fail "a build that fails is taken for one"; fi
[ "$(libraries)" = "a-two.jar " ] || fail "a build that failed took libraries away"
rm "$work/bin/broken"

chmod -R a-w "$root/deploy/target"
launch || fail "a device doesn't start after a new checkout"
grep -q "running what is built" "$work/err" || fail "an old build is run without a word"
[ "$(libraries)" = "a-two.jar " ] || fail "a read-only build was changed"
chmod -R u+w "$root/deploy/target"

for locale in C POSIX en_US.ISO-8859-1; do
  LC_ALL=$locale launch
  grep -q 'LC_ALL=C.UTF-8$' "$work/out" || fail "file names are not UTF-8 with LC_ALL=$locale"
done
utf8=$(locale -a 2>/dev/null | grep -im 1 'utf-\{0,1\}8$' || true)
if [ -n "$utf8" ]; then
  LC_ALL=$utf8 launch
  grep -q "LC_ALL=$utf8\$" "$work/out" || fail "a locale with UTF-8 is not left alone"
fi
echo "launcher: builds, replaces, runs what it may not replace, and reads file names as UTF-8"
