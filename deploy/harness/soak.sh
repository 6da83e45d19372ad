#!/usr/bin/env bash
# Runs the daemon on a recording, from decoding to a broker's acknowledgement, slide after slide, and watches it after a
# warm-up of 5,000 fields (a quarter of a shorter run): resident memory may grow by at most 1 MB in 10,000 fields (upper end of
# the 95 % interval of a straight line), descriptors and threads not at all, and the 95th percentile of the time from capture
# to arrival by less than a third.
# --fields N (--short: 300, too few to judge memory, which is said; --long: 20000).
# With the word `tensor` or `mat` the daemon leaves one tensor or one picture of each field unclosed: the proof that a leak
# is noticed; it must fail.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$(readlink -f "$0")")/lib.sh"
need mosquitto
build
leak=()
main=$root/device-app/src/main/java/org/kronocyte
mutant() { # FILE SED-EXPRESSION
  mkdir -p "$work/source" "$work/leak"
  sed "$2" "$main/$1" >"$work/source/${1##*/}"
  ! cmp -s "$main/$1" "$work/source/${1##*/}" || { echo "$1 isn't what it was: no leak was made" >&2; exit 1; }
  "${bin}javac" --release 17 -proc:none -d "$work/leak" -cp "$home/lib/*" "$work/source/${1##*/}"
}
case ${arguments[0]:-} in
  '') ;;
  tensor) mutant infer/OnnxEngine.java 's/try (OnnxTensor in = wrap(input)) {/try { OnnxTensor in = wrap(input);/' ;;
  mat) mutant image/Frame.java 's/^ *bgr.release();$//' ;;
  *)
    echo "no leak '${arguments[0]}': tensor or mat" >&2
    exit 64
    ;;
esac
[ ! -d "$work/leak" ] || leak=(--leak ", one ${arguments[0]} of each field unclosed" --before "$work/leak")
run SoakHarness "${leak[@]}"
