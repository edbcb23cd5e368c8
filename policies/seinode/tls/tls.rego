# METADATA
# title: Whether the TLS Secret of a node can be served
# description: |
#   Condition SidecarTLSSecretReady: one verdict for a node whose TLS is on, undefined where it is off.
#   What loads is what kube-rbac-proxy loads, Go's tls.X509KeyPair; signatures, key usages and the
#   rest of the chain's validity are not part of the verdict.
package seinode.tls

secret_name := input.node.spec.sidecar.tls.secretName

secret_key := concat("/", [input.node.metadata.namespace, secret_name])

service := concat(".", [input.node.metadata.name, input.node.metadata.namespace, "svc.cluster.local"])

required_dns_names := [service, concat("", [input.node.metadata.name, "-0.", service])]

# METADATA
# description: The checks in their order; the first that fails is the reason.
verdict := {"status": "Unknown", "reason": "Unavailable", "message": message} if {
	message := sprintf("Secret %s could not be read: %s", [secret_key, input.unavailable])
} else := {"status": "False", "reason": "NotFound", "message": message} if {
	secret_key
	not input.secret
	message := sprintf("Secret %s does not exist", [secret_key])
} else := {"status": "False", "reason": "Malformed", "message": message} if {
	message := sprintf("Secret %s: %s", [secret_key, malformed])
} else := {"status": "False", "reason": "Expired", "message": message} if {
	earlier(leaf.NotAfter, input.now)
	message := sprintf("the certificate in Secret %s expired at %s", [secret_key, leaf.NotAfter])
} else := {"status": "False", "reason": "NotYetValid", "message": message} if {
	earlier(input.now, leaf.NotBefore)
	message := sprintf("the certificate in Secret %s is not valid before %s", [secret_key, leaf.NotBefore])
} else := {"status": "False", "reason": "SANsMismatch", "message": message, "missing": missing} if {
	count(missing) > 0
	message := sprintf("the certificate in Secret %s lacks the DNS names %s", [secret_key, concat(", ", missing)])
} else := {"status": "True", "reason": "Ready", "message": message} if {
	message := sprintf("the certificate in Secret %s serves every required DNS name until %s", [secret_key, leaf.NotAfter])
}

# An expected problem of the Secret, the first that applies.
malformed := message if {
	type := object.get(input.secret, "type", "Opaque")
	type != "kubernetes.io/tls"
	message := sprintf("its type is %s, not kubernetes.io/tls", [json.marshal(type)])
} else := "tls.crt is empty" if {
	not filled("tls.crt")
} else := "tls.key is empty" if {
	not filled("tls.key")
} else := "tls.crt and tls.key are not a pair that a TLS server can load" if {
	not chain
} else := "a certificate after the first in tls.crt does not parse" if {
	not parses
}

filled(entry) if input.secret.data[entry] != ""

# The DER of every CERTIFICATE block, in base64; undefined where tls.X509KeyPair refuses the pair.
chain := crypto.x509.parse_keypair(entry_pem("tls.crt"), entry_pem("tls.key")).Certificate

# OPA takes text for PEM only where it begins with a BEGIN line, and anything else for DER; Go skips text
# before the first block. An empty block in front, which Go skips as well (its label is not CERTIFICATE),
# makes OPA leave every byte to Go. It is 42 bytes long, a multiple of three, so base64 can be joined to base64.
entry_pem(entry) := concat("", [base64.encode("-----BEGIN EMPTY-----\n-----END EMPTY-----\n"), input.secret.data[entry]])

leaf := certificate(chain[0])

# Go's X509KeyPair parses the first certificate only; the contract asks it of all.
parses if {
	every der in chain {
		certificate(der)
	}
}

# DER begins with a SEQUENCE (0x30, "M" in base64); OPA would take what begins with BEGIN for PEM again.
certificate(der) := parsed if {
	startswith(der, "M")
	[parsed] := crypto.x509.parse_certificates(der)
}

missing := [name |
	some name in required_dns_names
	not lower(name) in served
]

served := {lower(name) | some name in leaf.DNSNames}

# OPA's nanoseconds reach from 1677 to 2262; beyond (the "no expiry" of RFC 5280, year 9999) the years in the
# text decide.
earlier(a, b) if time.parse_rfc3339_ns(a) < time.parse_rfc3339_ns(b)

earlier(a, b) if {
	not in_range(a)
	a < b
}

earlier(a, b) if {
	not in_range(b)
	a < b
}

in_range(instant) if time.parse_rfc3339_ns(instant)
