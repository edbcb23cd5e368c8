# METADATA
# title: The TLS Secret exists, loads and is valid now
# description: |
#   The operator plans nothing for a node whose Secret is missing, is not one that kube-rbac-proxy can load,
#   or holds a certificate outside its validity. Reasons: NotFound, Malformed, Expired, NotYetValid.
# custom:
#   id: tls-secret
#   severity: error
#   fix: Provide a kubernetes.io/tls Secret with a current certificate and its own key.
#   example: |
#     apiVersion: v1
#     kind: Secret
#     type: Opaque # must be kubernetes.io/tls
#     metadata: {name: n0-tls, namespace: arctic}
package seinode.rules.tls_secret

import data.seinode.tls
import data.seinode.violation

violations contains violation.new("tls-secret", "error", "spec.sidecar.tls.secretName", {
	"message": tls.verdict.message,
	"details": {"reason": tls.verdict.reason, "secretName": tls.secret_name},
	"fix": replace(fixes[tls.verdict.reason], "NAMES", concat(", ", tls.required_dns_names)),
})

fixes := {
	"NotFound": "Create the Secret (type kubernetes.io/tls) in the node's namespace, with a certificate for NAMES.",
	"Malformed": "Replace the Secret by one of type kubernetes.io/tls with a PEM certificate chain, leaf first, for NAMES, and the leaf's own private key.",
	"Expired": "Renew the certificate for NAMES.",
	"NotYetValid": "Wait until the certificate is valid, or issue one for NAMES that is valid now.",
}
