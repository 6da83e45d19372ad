#!/bin/sh
# Runs the model packs as a 64-bit ARM board would: emulated aarch64 Java and native libraries expand the weights, which
# must have the SHA-256 of the manifest, and replay the golden cells in every form. Says nothing about speed.
# Needs Debian's qemu-user-static and debootstrap, and root to make the ARM system once (about 300 MB, kept in
# deploy/target/arm64 or where KRONOCYTE_ARM64_ROOT says). Skipped with exit 77 where that can't be had.
set -eu
if [ "${1:-}" = --help ]; then
  sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0"
  exit 0
fi
deploy=$(dirname "$(dirname "$(readlink -f "$0")")")
arm=${KRONOCYTE_ARM64_ROOT:-$deploy/target/arm64}
java=usr/lib/jvm/java-17-openjdk-arm64/bin/java

skip() {
  echo "SKIPPED: $1" >&2
  exit 77
}

command -v qemu-aarch64-static >/dev/null || skip "no qemu-aarch64-static (Debian: apt install qemu-user-static)"

if [ ! -x "$arm/$java" ]; then
  PATH=$PATH:/usr/sbin:/sbin
  command -v debootstrap >/dev/null || skip "no debootstrap (Debian: apt install debootstrap)"
  [ "$(id -u)" -eq 0 ] || skip "only root can make the ARM system in $arm"
  rm -rf "$arm"
  mkdir -p "$arm"
  # Packages are unpacked, not configured: a JVM needs no more, and nothing runs inside.
  debootstrap --foreign --arch=arm64 --variant=minbase --include=openjdk-17-jre-headless bookworm "$arm" \
    >"$arm/debootstrap.log" 2>&1 || skip "the ARM packages can't be fetched, see $arm/debootstrap.log"
  for package in "$arm"/var/cache/apt/archives/*.deb; do
    dpkg -x "$package" "$arm"
  done
  # ONNX Runtime looks for its processor there and breaks without one; the emulator shows this file in place of ours.
  mkdir -p "$arm/proc"
  for core in 0 1 2 3; do
    printf 'processor\t: %s\nFeatures\t: fp asimd evtstrm aes pmull sha1 sha2 crc32 cpuid\n' "$core"
    printf 'CPU implementer\t: 0x41\nCPU architecture: 8\nCPU variant\t: 0x0\nCPU part\t: 0xd08\nCPU revision\t: 3\n\n'
  done >"$arm/proc/cpuinfo"
fi

"$deploy/kronocyte" --version >/dev/null
home=$deploy/target/kronocyte
temporary=$(mktemp -d)
trap 'rm -rf "$temporary"' EXIT
qemu-aarch64-static -cpu cortex-a72 -L "$arm" "$arm/$java" -XX:TieredStopAtLevel=1 -Djava.io.tmpdir="$temporary" \
  -cp "$home/lib/*" org.kronocyte.cli.Kronocyte model verify --models "$home/models"
echo "PASSED: aarch64 (emulated Cortex-A72) expands and reproduces every pack in every form"
