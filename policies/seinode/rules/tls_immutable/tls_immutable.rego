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
	"message": concat("", ["spec.sidecar.tls is immutable and would be ", change]),
	"details": {"change": change, "before": tls(input.before), "after": tls(input.node)},
	"fix": "Put spec.sidecar.tls back as it was; to change TLS, delete and recreate the SeiNode with its volume kept (set spec.dataVolume.import.pvcName first).",
})

change := change_between(tls(input.before), tls(input.node)) if input.before != null

change_between(null, after) := "added" if after != null

change_between(before, null) := "removed" if before != null

change_between(before, after) := "changed" if {
	before != null
	after != null
	before != after
}

# The fields that the API server keeps; null counts as absent, as it does there.
tls(node) := kept if {
	kept := object.filter(node.spec.sidecar.tls, ["secretName"])
} else := null
