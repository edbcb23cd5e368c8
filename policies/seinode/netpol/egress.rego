package seinode.netpol

import data.seinode.netpol.selectors

# METADATA
# description: By source that a policy isolates for egress, these policies.
egress := {format_int(index, 10): policies |
	some index, source in input.network.sources
	policies := [held[0] |
		some held in held_back[source.namespace]
		held[1][source.labels]
	]
	count(policies) > 0
}

# By namespace, the policies that isolate for egress, in their order, each with the label sets that it selects.
held_back := {namespace: by_policy |
	some namespace, by_type in policies_in
	by_policy := [[policy, pods_by_selector[selecting[policy]]] | some policy in by_type.Egress]
}

# METADATA
# description: By egress policy, the targets and ports that it lets out to.
lets := {format_int(policy, 10): outlets |
	some by_type in policies_in
	some policy in by_type.Egress
	namespace := input.network.policies[policy].metadata.namespace
	outlets := [{
		"rule": through.rule,
		"peer": through.peer,
		"entry": through.entry,
		"target": index,
		"port": asked.port,
		"certain": certain,
	} |
		some index, target in input.network.targets
		some asked in target.ports
		some through in opened(policy, egress_rules[policy], target, asked.port)
		certain := leads_to(egress_rules[policy][through.rule].peers, through.peer, namespace, index)
	]
}

# Whether a peer of an egress rule is a target: true, false where only its address may make it one, or undefined.
leads_to(null, _, _, _) := true

leads_to(peers_given, peer, namespace, target) if {
	selector := peers_given[peer]
	not is_given(selector, "ipBlock")
	targets_by_selector[pod_selector(selector)][target]
	is_destination(selector, namespace, input.network.targets[target].namespace)
}

leads_to(peers_given, peer, _, target) := false if {
	is_given(peers_given[peer], "ipBlock")
	may_be_inside(peers_given[peer].ipBlock, input.network.targets[target].addresses)
}

may_be_inside(_, addresses) if count(addresses) == 0

may_be_inside(block, addresses) if {
	some address in addresses
	is_inside(block, address)
}

is_destination(peer, namespace, namespace) if not is_given(peer, "namespaceSelector")

is_destination(peer, _, destination) if namespaces_by_selector[peer.namespaceSelector][destination]

targets_by_selector := {selector: targets |
	some selector in {pod_selector(peer) |
		some rules in egress_rules
		some rule in rules
		some peer in rule.peers
	}
	required := selectors.requirements(selector)
	targets := {index |
		some index, target in input.network.targets
		selectors.meets(target.labels, required)
	}
}
