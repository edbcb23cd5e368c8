# METADATA
# title: spec.sidecar.tls is immutable
# description: |
#   Adding, removing or changing spec.sidecar.tls of a node that exists is refused by the API server. The
#   pod was built for one answer; the other needs a new pod, a new Service port and a new certificate.
# custom:
#   id: tls-immutable
#   severity: error
#   fix: Put spec.sidecar.tls back, or delete and recreate the node with its volume kept.
#   example: |
#     # before: spec.sidecar.tls.secretName: n0-tls
#     spec:
#       sidecar:
#         tls:
#           secretName: other-tls
package seinode.rules.tls_immutable

import data.seinode.violation

violations contains violation.new("tls-immutable", "error", "spec.sidecar.tls", {
	"message": sprintf("spec.sidecar.tls is immutable and would be %s", [change]),
	"details": {"change": change, "before": tls(input.before), "after": tls(input.node)},
	"fix": "Put spec.sidecar.tls back as it was; to change TLS, delete and recreate the SeiNode with its volume kept (set spec.dataVolume.import.pvcName first).",
})

change := "added" if {
	tls(input.before) == null
	tls(input.node) != null
} else := "removed" if {
	tls(input.before) != null
	tls(input.node) == null
} else := "changed" if {
	tls(input.before) != tls(input.node)
}

# null counts as absent, as it does for the API server.
tls(node) := object.get(node, ["spec", "sidecar", "tls"], null)
