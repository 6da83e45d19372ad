#!/bin/sh
# Makes the certificates of a clinic: an authority of its own, the broker's, and one for each device and reader.
#   certificates.sh authority DIR             DIR/authority.crt and .key; keep the key off the broker and the devices
#   certificates.sh broker DIR HOST…          DIR/broker.crt and .key, for the names and addresses devices use
#   certificates.sh device DIR NAME           DIR/NAME.crt and .key; NAME as device.name in kronocyte.yaml, and unique
#                                             over all sites of one broker, since the broker knows a device by it
#   certificates.sh reader DIR NAME           the same for a dashboard, an archive or an operator
#   certificates.sh revoke DIR NAME           into DIR/revoked.crl (mosquitto: crlfile), every certificate the name ever
#                                             got, also from before it was renewed; makes an empty list without NAME
# A name is given once; "renew" before device or reader gives it a new certificate.
# DAYS=n sets how long a certificate is valid: 3650 for the authority and the broker, 825 for all others.
set -eu

fail() {
  printf 'certificates: %s\n' "$1" >&2
  exit 1
}
command -v openssl >/dev/null 2>&1 || fail "no openssl here, perhaps you should install it"

renew=no
if [ "${1:-}" = renew ]; then
  renew=yes
  shift
fi
[ $# -ge 2 ] || { sed -n '2,12s/^# \{0,1\}//p' "$0" >&2; exit 64; }
what=$1 dir=$2
shift 2
# Keys are for their owner alone, from the first byte.
umask 077
mkdir -p "$dir"
cd "$dir"

key() { openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1" 2>/dev/null; }

# The list openssl keeps of what was signed; revocation needs it.
settings() {
  cat <<EOF
[ca]
default_ca = clinic
[clinic]
database = $PWD/index
serial = $PWD/serial
crlnumber = $PWD/crlnumber
new_certs_dir = $PWD/issued
certificate = $PWD/authority.crt
private_key = $PWD/authority.key
default_md = sha256
default_crl_days = 3650
policy = names
unique_subject = no
copy_extensions = none
[names]
commonName = supplied
[req]
distinguished_name = none
[none]
[authority]
basicConstraints = critical, CA:TRUE, pathlen:0
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[broker]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = serverAuth
subjectAltName = ${names:-DNS:none}
[client]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = clientAuth
EOF
}

sign() { # NAME EXTENSIONS DAYS
  [ -f authority.key ] || fail "no authority in $PWD; make it first"
  settings >settings.cnf
  key "$1.key.new"
  openssl req -new -key "$1.key.new" -subj "/CN=$1" -config settings.cnf -out "$1.csr"
  # START and END (YYYYMMDDHHMMSSZ) are for tests that need an expired one.
  if [ -n "${END:-}" ]; then
    set -- "$1" "$2" -startdate "${START:?}" -enddate "$END"
  else
    set -- "$1" "$2" -days "$3"
  fi
  name=$1 extensions=$2
  shift 2
  openssl ca -batch -notext -config settings.cnf -extensions "$extensions" "$@" -in "$name.csr" -out "$name.crt.new" \
    2>signing.log || { cat signing.log >&2; fail "$name was not signed"; }
  mv "$name.key.new" "$name.key"
  mv "$name.crt.new" "$name.crt"
  rm "$name.csr" signing.log
  chmod 644 "$name.crt"
}

checked() {
  case $1 in
    '' | *[!a-z0-9-]* | authority | broker) fail "'$1' is no name: a to z, 0 to 9 and '-' only, not authority or broker" ;;
  esac
  [ ${#1} -le 40 ] || fail "'$1' is longer than 40 characters"
}

case $what in
  authority)
    [ ! -e authority.key ] || fail "there is an authority in $PWD already"
    settings >settings.cnf
    mkdir -p issued
    : >index
    echo 1000 >serial
    echo 1000 >crlnumber
    key authority.key
    openssl req -x509 -new -key authority.key -subj "/CN=Kronocyte authority" -days "${DAYS:-3650}" \
      -config settings.cnf -extensions authority -out authority.crt
    chmod 644 authority.crt
    ;;
  broker)
    [ $# -ge 1 ] || fail "for which host names?"
    names=
    for host in "$@"; do
      case $host in
        *:* | *[0-9]) case $host in
          *[!0-9.:a-fA-F]*) names="$names,DNS:$host" ;;
          *) names="$names,IP:$host" ;;
        esac ;;
        *) names="$names,DNS:$host" ;;
      esac
    done
    names=${names#,}
    sign broker broker "${DAYS:-3650}"
    ;;
  device | reader)
    checked "${1:-}"
    [ $renew = yes ] || [ ! -e "$1.crt" ] || fail "'$1' has a certificate already; two devices must not share a name"
    sign "$1" client "${DAYS:-825}"
    ;;
  revoke)
    settings >settings.cnf
    if [ $# -ge 1 ]; then
      checked "$1"
      serials=$(awk -F'\t' -v name="/CN=$1" '$1 == "V" && $6 == name { print $4 }' index)
      [ -n "$serials" ] || fail "'$1' has no certificate that could be revoked"
      for serial in $serials; do
        openssl ca -config settings.cnf -revoke "issued/$serial.pem" 2>/dev/null || fail "'$1' can't be revoked"
      done
    fi
    openssl ca -config settings.cnf -gencrl -out revoked.crl 2>/dev/null
    chmod 644 revoked.crl
    ;;
  *) fail "unknown: $what" ;;
esac
