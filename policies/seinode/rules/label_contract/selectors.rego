package seinode.rules.label_contract

import data.seinode.netpol
import data.seinode.netpol.guard
import data.seinode.netpol.selectors
import data.seinode.violation

# A policy that finds nodes' pods by other labels: the next one that does not carry them stays as open as it was.
violations contains of_policy(policy, target, {
	"reason": "SelectsByOther",
	"labels": foreign,
	"message": text([": it selects the pod by ", concat(", ", foreign), ", which no contract gives it: without that label the pod is passed over"]),
}) if {
	some policy, foreign in selecting_by_other
	some target in nodes_beside(policy)
	selectors.meets(input.network.targets[target].labels, netpol.selected_by[policy])
}

violations contains of_policy(policy, target, {
	"reason": "UnknownRole",
	"labels": ["sei.io/role"],
	"message": text([": it selects sei.io/role in (", concat(", ", sort(values)), "), which no pod carries: roles are archive, node, replayer, validator"]),
}) if {
	some policy, required in netpol.selected_by
	some requirement in required
	requirement.key == "sei.io/role"
	requirement.operator == "In"
	values := requirement.values
	count(values & {role | some role in roles}) == 0
	some target in nodes_beside(policy)
}

contract_labels := {"sei.io/node", "sei.io/chain", "sei.io/role"}

# By policy, the labels that a pod must carry for it where none of them is of the contract.
selecting_by_other := {policy: sort(keys) |
	some policy, required in netpol.selected_by
	keys := {requirement.key | some requirement in required; requirement.operator in {"In", "Exists"}}
	count(keys) > 0
	count({requirement.key | some requirement in required} & contract_labels) == 0
}

nodes_beside(policy) := nodes_in[input.network.policies[policy].metadata.namespace]

# By namespace, the targets that are nodes' pods: those with a port that is guarded.
nodes_in := {namespace: targets |
	some namespace in {target.namespace | some target in input.network.targets}
	targets := {index |
		some index, target in input.network.targets
		target.namespace == namespace
		some asked in target.ports
		asked.guard
	}
}

of_policy(policy, target, told) := object.union(
	violation.new("label-contract", "warning", "spec.podSelector", {
		"message": text(["NetworkPolicy ", guard.policy_key(policy), told.message]),
		"details": {"reason": told.reason, "policy": guard.policy_key(policy), "labels": told.labels},
		"fix": "Select by sei.io/node, sei.io/chain or sei.io/role: sei.io/node with operator Exists is every node of the namespace.",
	}),
	{"target": target},
)
