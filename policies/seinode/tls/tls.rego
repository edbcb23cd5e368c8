# METADATA
# title: Whether the TLS Secret of a node can be served
# description: |
#   Condition SidecarTLSSecretReady: one verdict for a node whose TLS is on, undefined where it is off.
#   What loads is what kube-rbac-proxy loads, Go's tls.X509KeyPair; signatures, key usages and the
#   rest of the chain's validity are not part of the verdict. Fields of any type get a verdict, never Ready
#   by accident; null counts as absent, as it does for the API server.
package seinode.tls

# METADATA
# description: The Secret that the node refers to; undefined where TLS is off.
secret_name := text(input.node.spec.sidecar.tls.secretName)

# METADATA
# description: The DNS names the leaf must carry, in the order of the contract.
required_dns_names := [service, concat("", [node_name, "-0.", service])]

service := concat(".", [node_name, namespace, "svc.cluster.local"])

node_name := text(object.get(input.node, ["metadata", "name"], null))

namespace := text(object.get(input.node, ["metadata", "namespace"], null))

secret_key := concat("/", [namespace, secret_name])

# METADATA
# description: The checks in their order; the first that fails is the reason.
verdict := {"status": "Unknown", "reason": "Unavailable", "message": message} if {
	message := concat("", ["Secret ", secret_key, " could not be read: ", unavailable])
} else := {"status": "False", "reason": "NotFound", "message": message} if {
	not secret_exists
	message := concat("", ["Secret ", secret_key, " does not exist"])
} else := {"status": "False", "reason": "Malformed", "message": message} if {
	message := concat("", ["Secret ", secret_key, ": ", malformed])
} else := {"status": "False", "reason": "Expired", "message": message} if {
	nanoseconds(leaf.NotAfter) < now
	message := concat("", ["the certificate in Secret ", secret_key, " expired at ", leaf.NotAfter])
} else := {"status": "False", "reason": "NotYetValid", "message": message} if {
	now < nanoseconds(leaf.NotBefore)
	message := concat("", ["the certificate in Secret ", secret_key, " is not valid before ", leaf.NotBefore])
} else := {"status": "False", "reason": "SANsMismatch", "message": message, "missing": missing} if {
	count(missing) > 0
	names := concat(", ", missing)
	message := concat("", ["the certificate in Secret ", secret_key, " lacks the DNS names ", names])
} else := {"status": "True", "reason": "Ready", "message": message} if {
	until := concat("", [" serves every required DNS name until ", leaf.NotAfter])
	message := concat("", ["the certificate in Secret ", secret_key, until])
}

unavailable := text(input.unavailable) if {
	input.unavailable != null
} else := "the moment to judge at is not RFC 3339 between the years 1678 and 2261" if {
	not now
}

now := time.parse_rfc3339_ns(input.now)

secret_exists if input.secret != null

# What keeps the Secret from being served, the first that applies; undefined where nothing does.
malformed := concat("", ["its type is ", type, ", not kubernetes.io/tls"]) if {
	type := secret_type
	type != "kubernetes.io/tls"
} else := "tls.crt is empty" if {
	not filled("tls.crt")
} else := "tls.key is empty" if {
	not filled("tls.key")
} else := "tls.crt and tls.key are not a pair that a TLS server can load" if {
	not chain
} else := "a certificate in tls.crt does not parse" if {
	count(certificates) != count(chain)
}

# A Secret without a type is Opaque.
secret_type := text(input.secret.type) if {
	input.secret.type != null
} else := "Opaque"

filled(entry) if not input.secret.data[entry] in {"", null}

# The DER of every CERTIFICATE block, in base64; undefined where tls.X509KeyPair refuses the pair. In OPA the
# result holds the private key as well: never print or trace it.
chain := crypto.x509.parse_keypair(entry_pem("tls.crt"), entry_pem("tls.key")).Certificate

# OPA takes text for PEM only where it begins with a BEGIN line, and anything else for DER; Go skips text
# before the first block. An empty block in front, which Go skips as well (its label is not CERTIFICATE),
# makes OPA leave every byte to Go. It is 42 bytes long, a multiple of three, so base64 can be joined to base64.
entry_pem(entry) := concat("", [base64.encode("-----BEGIN EMPTY-----\n-----END EMPTY-----\n"), input.secret.data[entry]])

# X509KeyPair parses the first certificate only; the contract asks it of all. What does not parse is left out.
certificates := [certificate |
	some der in chain

	# DER begins with a SEQUENCE (0x30, "M" in base64); OPA would take what begins with BEGIN for PEM again.
	startswith(der, "M")
	[certificate] := crypto.x509.parse_certificates(der)
]

leaf := certificates[0]

missing := [name |
	some name in required_dns_names
	not lower(name) in served
]

served := {lower(name) | some name in leaf.DNSNames}

# OPA's nanoseconds reach from 1677 to 2262. What lies beyond (the "no expiry" of RFC 5280, year 9999) is before
# or after every moment to judge at: its year says which.
nanoseconds(instant) := result if {
	result := time.parse_rfc3339_ns(instant)
} else := -9223372036854775808 if {
	instant < "1970"
} else := 9223372036854775807

# A string as it is; of anything else its type, which every engine writes alike.
text(value) := value if {
	is_string(value)
} else := concat("", ["(", type_name(value), ")"])
