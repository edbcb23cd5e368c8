# METADATA
# title: Tasks and health stay on listeners of their own
# description: |
#   Everything on 8443 asks kube-rbac-proxy for authorisation, the tasks listener behind it is on loopback, health and
#   metrics are on 9100, and the kubelet, seid and the Service ask there. Judged of a live pod, of the pod template of
#   the StatefulSet and of the Service, where they are known.
# custom:
#   id: listener-split
#   severity: error
#   fix: Let the operator apply the StatefulSet and the Service, and replace the pod.
#   example: |
#     # container kube-rbac-proxy of StatefulSet n0
#     args:
#       - --secure-listen-address=0.0.0.0:8443
#       - --upstream=http://127.0.0.1:7777/
#       - --ignore-paths=/v0/healthz,/v0/metrics # these pass without authentication
package seinode.rules.listener_split

import data.seinode.violation

# One violation of this rule. `place` has the kind and name of the object and the field in it, to which `path` is added.
found(severity, place, path, told) := violation.new("listener-split", severity, concat("", [place.field, path]), {
	"message": concat("", [place.kind, " ", place.name, ": ", told.message]),
	"details": {"reason": told.reason, "kind": place.kind, "name": place.name},
	"fix": told.fix,
})

text(parts) := concat("", parts)
