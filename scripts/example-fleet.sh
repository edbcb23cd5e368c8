#!/usr/bin/env bash
# Makes examples/fleet and examples/fleet-before anew, with openssl. The keys are for these examples only.
set -euo pipefail
cd "$(dirname "$0")/../examples"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
namespace=arctic

service() { echo "$1.$namespace.svc.cluster.local"; }
required() { echo "DNS:$(service "$1"),DNS:$1-0.$(service "$1")"; }
encoded() { base64 -w0 <"$1"; }

# key NAME [rsa|ec]
key() {
  if [ "${2:-ec}" = rsa ]; then openssl genrsa -out "$work/$1.key" 2048; else openssl ecparam -name prime256v1 -genkey -noout -out "$work/$1.key"; fi 2>/dev/null
}

# certificate NAME SUBJECT SAN [START END] [CA]: a certificate for NAME's key, signed by itself or by CA.
certificate() {
  local name=$1 subject=$2 san=$3 start=${4:-20260101000000Z} end=${5:-20560101000000Z} ca=${6:-}
  : >"$work/index"
  printf '%s\n' '[ca]' 'default_ca=c' '[c]' "database=$work/index" "new_certs_dir=$work" 'rand_serial=yes' \
    'default_md=sha256' 'policy=p' 'unique_subject=no' 'x509_extensions=e' '[p]' 'commonName=optional' 'organizationName=optional' '[e]' \
    ${san:+"subjectAltName=$san"} 'extendedKeyUsage=serverAuth' >"$work/cnf"
  openssl req -new -key "$work/$name.key" -subj "$subject" -out "$work/csr" -config <(printf '[req]\ndistinguished_name=d\n[d]\n')
  local signer=(-selfsign -keyfile "$work/$name.key")
  if [ -n "$ca" ]; then signer=(-cert "$work/$ca.crt" -keyfile "$work/$ca.key"); fi
  openssl ca -batch -notext -config "$work/cnf" "${signer[@]}" -startdate "$start" -enddate "$end" \
    -in "$work/csr" -out "$work/$name.crt" 2>/dev/null
}

# node FILE NAME SECRET [EXTRA SPEC]: the manifest of a node; SECRET may be empty.
node() {
  {
    printf '%s\n' 'apiVersion: sei.io/v1alpha1' 'kind: SeiNode' 'metadata:' "  name: $2" "  namespace: $namespace" \
      'spec:' '  chainId: arctic-1' '  image: ghcr.io/sei-protocol/sei:v6.3.0' '  fullNode: {}'
    if [ -n "$3" ]; then printf '%s\n' '  sidecar:' '    tls:' "      secretName: $3"; fi
    if [ -n "${4:-}" ]; then printf '%s\n' "$4"; fi
  } >"$1"
}

# secret FILE NAME CRT KEY [TYPE]: appends the Secret to FILE.
secret() {
  printf '%s\n' '---' 'apiVersion: v1' 'kind: Secret' "type: ${5:-kubernetes.io/tls}" 'metadata:' "  name: $2" \
    "  namespace: $namespace" 'data:' "  tls.crt: $(encoded "$3")" "  tls.key: \"$(encoded "$4")\"" >>"$1"
}

# example NAME: a node with the Secret made from $work/NAME.crt and $work/NAME.key
example() {
  node "fleet/$1.yaml" "$1" "$1-tls"
  secret "fleet/$1.yaml" "$1-tls" "$work/$1.crt" "$work/$1.key" "${2:-kubernetes.io/tls}"
}

# Who reaches the nodes, network.yaml, is written by hand.
find fleet fleet-before -type f ! -name network.yaml -delete

key ca && certificate ca '/CN=Example CA' ''
key good-rsa rsa && certificate good-rsa / "$(required good-rsa)" && example good-rsa
key good-ec && certificate good-ec / "$(required good-ec)" '' '' ca && cat "$work/ca.crt" >>"$work/good-ec.crt" && example good-ec
key wrong-type && certificate wrong-type / "$(required wrong-type)" && example wrong-type Opaque
key empty-key && certificate empty-key / "$(required empty-key)" && : >"$work/empty-key.key" && example empty-key
key foreign-key && certificate foreign-key / "$(required foreign-key)" && key foreign-key && example foreign-key
key san-missing && certificate san-missing / "DNS:$(service san-missing)" && example san-missing
key cn-only && certificate cn-only "/CN=$(service cn-only)" '' && example cn-only
key wildcard-only && certificate wildcard-only / "DNS:*.$namespace.svc.cluster.local,DNS:*.$(service wildcard-only)" && example wildcard-only
key expired && certificate expired / "$(required expired)" 20250101000000Z 20260101000000Z && example expired
key not-yet-valid && certificate not-yet-valid / "$(required not-yet-valid)" 20550101000000Z 20560101000000Z && example not-yet-valid
node fleet/no-secret.yaml no-secret no-secret-tls
key tls-off && certificate tls-off / "$(required tls-off)" && node fleet/tls-off.yaml tls-off ''
secret fleet/tls-off.yaml tls-off-tls "$work/tls-off.crt" "$work/tls-off.key"
node fleet/volume-believed-kept.yaml volume-believed-kept '' $'  storage:\n    retainOnDelete: true'
key edited && certificate edited / "$(required edited)" && example edited
node fleet-before/edited.yaml edited ''
