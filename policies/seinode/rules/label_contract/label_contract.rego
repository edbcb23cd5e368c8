# METADATA
# title: The pod carries the labels that policies select by
# description: |
#   sei.io/node, sei.io/chain and sei.io/role on a node's pod are a public contract: NetworkPolicies of platforms select
#   by them. Judged of a live pod, of the pod template of the StatefulSet, of spec.podLabels, which cannot set them, and
#   of NetworkPolicies that select a node's pod by other labels.
# custom:
#   id: label-contract
#   severity: error
#   fix: Leave the three labels to the operator, and use other keys in spec.podLabels.
#   example: |
#     spec:
#       fullNode: {}
#       podLabels:
#         sei.io/role: validator # the pod carries sei.io/role: node all the same
package seinode.rules.label_contract

import data.seinode.tls
import data.seinode.violation
import data.seinode.workload

violations contains found(
	pod.kind, pod.name, text([pod.field, "metadata.labels"]), {
		"reason": "LabelMissing",
		"message": text([pod.kind, " ", pod.name, ": the pod has no label ", key, ": a policy that selects ", key, "=", value, " passes it over"]),
		"fix": text(["Set the label ", key, ": ", value, "."]),
	},
	key,
) if {
	some pod in workload.pods
	some key, value in contract
	object.get(labels_of(pod), key, null) == null
}

# Of a pod whose node is not in sight nobody knows the value, but that there must be one.
violations contains found(
	pod.kind, pod.name, text([pod.field, "metadata.labels"]), {
		"reason": "LabelMissing",
		"message": text([pod.kind, " ", pod.name, ": the pod has no label ", key, ": a policy that selects by it passes it over"]),
		"fix": text(["Set the label ", key, " to ", value, "."]),
	},
	key,
) if {
	input.inferred == true
	some pod in workload.pods
	some key, value in values_in_words
	object.get(labels_of(pod), key, null) == null
}

violations contains found(
	pod.kind, pod.name, text([pod.field, "metadata.labels[\"", key, "\"]"]), {
		"reason": "LabelChanged",
		"message": text([pod.kind, " ", pod.name, ": the pod's label ", key, " is ", tls.text(actual), ", not ", value]),
		"fix": text(["Set the label ", key, ": ", value, "."]),
	},
	key,
) if {
	some pod in workload.pods
	some key, value in contract
	actual := labels_of(pod)[key]
	not actual in {value, null}
}

# The operator's own value wins, so that whoever selects by the other one selects nothing.
violations contains found(
	"SeiNode", tls.node_name, text(["spec.podLabels[\"", key, "\"]"]), {
		"reason": "Overridden",
		"message": text(["spec.podLabels sets ", key, " to ", tls.text(wanted), ", but the pod carries ", key, ": ", value]),
		"fix": text(["Remove ", key, " from spec.podLabels, and select by ", key, ": ", value, "."]),
	},
	key,
) if {
	some key, value in contract
	wanted := input.node.spec.podLabels[key]
	not wanted in {value, null}
}

# The labels of the contract, as the operator writes them; a mode that cannot be told has no role.
contract["sei.io/node"] := tls.node_name

contract["sei.io/chain"] := input.node.spec.chainId if is_string(input.node.spec.chainId)

contract["sei.io/role"] := role if {
	[role] := [role | some mode, role in roles; is_object(input.node.spec[mode])]
}

roles := {"fullNode": "node", "archive": "archive", "replayer": "replayer", "validator": "validator"}

values_in_words := {
	"sei.io/chain": "the node's chainId",
	"sei.io/role": "the node's role: archive, node, replayer or validator",
}

labels_of(pod) := pod.object.metadata.labels if {
	is_object(pod.object.metadata.labels)
} else := {}

found(kind, name, field, told, label) := violation.new("label-contract", "error", field, {
	"message": told.message,
	"details": {"reason": told.reason, "kind": kind, "name": name, "label": label},
	"fix": told.fix,
})

text(parts) := concat("", parts)
