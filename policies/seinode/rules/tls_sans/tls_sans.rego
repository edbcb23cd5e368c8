# METADATA
# title: The certificate carries every required DNS name
# description: |
#   The leaf's dNSName SANs must hold the node's Service name and its pod name, exactly (ASCII case aside). A
#   wildcard, a trailing dot, the CN, an IP address or a URI never counts. Judged only where the Secret is
#   otherwise good.
# custom:
#   id: tls-sans
#   severity: error
#   fix: Issue a certificate whose dNSName SANs include every required name.
#   example: |
#     # node n0 in arctic; the certificate's only SAN is n0.arctic.svc.cluster.local,
#     # so n0-0.n0.arctic.svc.cluster.local is missing
package seinode.rules.tls_sans

import data.seinode.tls
import data.seinode.violation

violations contains violation.new("tls-sans", "error", "spec.sidecar.tls.secretName", {
	"message": tls.verdict.message,
	"details": {"missing": tls.verdict.missing, "secretName": tls.secret_name},
	"fix": concat("", ["Issue the certificate again with the dNSName SANs ", concat(", ", tls.required_dns_names), "."]),
})
