package seinode.netpol

import data.seinode.netpol.selectors

# METADATA
# description: By pod selector of a peer or of an isolating egress policy, the label sets that it matches.
pods_by_selector := {selector: label_sets |
	some selector in pod_selectors
	required := selectors.requirements(selector)
	label_sets := {index |
		some index, labels in input.network.labelSets
		selectors.meets(labels, required)
	}
}

pod_selectors := {pod_selector(distinct[1]) | some distinct in distinct_peers} | {selecting[policy] |
	some by_type in policies_in
	some policy in by_type.Egress
}

# METADATA
# description: By namespace selector, the names of the namespaces of the pods asked about that it matches.
namespaces_by_selector := {selector: names |
	some selector in namespace_selectors
	required := selectors.requirements(selector)
	names := {name |
		some name in namespaces
		selectors.meets(labels_of_namespace(name), required)
	}
}

namespace_selectors := {distinct[1].namespaceSelector |
	some distinct in distinct_peers
	is_given(distinct[1], "namespaceSelector")
} | {peer.namespaceSelector |
	some rules in egress_rules
	some rule in rules
	some peer in rule.peers
	is_given(peer, "namespaceSelector")
}

namespaces := {source.namespace | some source in input.network.sources} | {target.namespace |
	some target in input.network.targets
}

# METADATA
# description: The labels of a namespace. Its name is always among them (the API server sets it).
labels_of_namespace(name) := object.union(
	object.get(input.network.namespaces, name, {}),
	{"kubernetes.io/metadata.name": name},
)
