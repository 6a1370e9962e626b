#!/usr/bin/env bash
# Makes certificates for tests of TLS:   certificates.sh FOLDER
#   ca.pem crl.pem; of it, each NAME.pem and NAME.key: good (localhost, 127.0.0.1), client, expired, future, elsewhere (its
#   name is another), revoked, weak (RSA 1024), ending (in ten days); other-ca.pem, and stranger of it; selfsigned
set -euo pipefail
cd "$1"
{
  cat > ca.conf <<'CONF'
[ca]
default_ca = here
[here]
dir = .
database = index.txt
new_certs_dir = .
rand_serial = yes
default_md = sha256
default_crl_days = 30
policy = any
unique_subject = no
copy_extensions = copy
[any]
commonName = supplied
CONF
  : > index.txt
  key() { openssl ecparam -name prime256v1 -genkey -noout -out "$1"; }
  for ca in ca other-ca; do
    key $ca.key
    openssl req -x509 -new -key $ca.key -subj "/CN=$ca" -days 3650 -out $ca.pem \
      -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign
  done
  # NAME CA SUBJECT-ALTERNATIVE-NAMES BEGIN END
  certificate() {
    [ -e "$1.key" ] || key "$1.key"
    openssl req -new -key "$1.key" -subj "/CN=$1" -addext "subjectAltName=$3" -out "$1.csr"
    openssl ca -batch -notext -config ca.conf -cert "$2.pem" -keyfile "$2.key" -in "$1.csr" -out "$1.pem" -startdate "$4" -enddate "$5"
  }
  day() { date -u -d "$1" +%Y%m%d%H%M%SZ; }
  here=DNS:localhost,IP:127.0.0.1
  certificate good ca $here "$(day -1day)" "$(day +365days)"
  certificate client ca DNS:client "$(day -1day)" "$(day +365days)"
  certificate expired ca $here "$(day -20days)" "$(day -10days)"
  certificate future ca $here "$(day +10days)" "$(day +20days)"
  certificate elsewhere ca DNS:elsewhere.example "$(day -1day)" "$(day +365days)"
  certificate revoked ca $here "$(day -1day)" "$(day +365days)"
  certificate ending ca $here "$(day -1day)" "$(day +10days)"
  certificate stranger other-ca $here "$(day -1day)" "$(day +365days)"
  openssl genrsa -out weak.key 1024
  certificate weak ca $here "$(day -1day)" "$(day +365days)"
  key selfsigned.key
  openssl req -x509 -new -key selfsigned.key -subj /CN=selfsigned -addext "subjectAltName=$here" -days 100 -out selfsigned.pem
  openssl ca -config ca.conf -cert ca.pem -keyfile ca.key -revoke revoked.pem
  openssl ca -config ca.conf -cert ca.pem -keyfile ca.key -gencrl -out crl.pem
} 2> errors.txt >&2 || { cat errors.txt >&2; exit 1; }
