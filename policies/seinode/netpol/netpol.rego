# METADATA
# title: Who reaches whom, as NetworkPolicies say
# description: |
#   NetworkPolicy of the Kubernetes API (networking.k8s.io/v1) over `input.network`: the policies, and pods that the
#   selectors cannot tell apart once each. Each distinct selector is asked once about each distinct label set; the
#   answer names policies, rules, peers and pods by index, and never pairs pods with pods.
package seinode.netpol

import data.seinode.netpol.selectors

# METADATA
# description: For each target and port, what isolates it and what lets somebody in.
ingress := [answer |
	some index, target in input.network.targets
	some asked in target.ports
	answer := {
		"target": index,
		"port": asked.port,
		"isolatedBy": isolating[index],
		"admits": [through |
			some policy in isolating[index]
			some through in opened(policy, ingress_rules[policy], target, asked.port)
		],
		"caveats": caveats_of(target.namespace),
	}
]

# METADATA
# description: By target, the policies that isolate it for ingress.
isolating := [policies |
	some target in input.network.targets
	policies := [policy |
		some policy in policies_in[target.namespace].Ingress
		selectors.meets(target.labels, selected_by[policy])
	]
]

# METADATA
# description: By index, the requirements of a policy's podSelector.
selected_by := [selectors.requirements(selector) | some selector in selecting]

# By index, a policy's podSelector; left out it selects every pod.
selecting := [given(spec, "podSelector", {}) | some spec in specs]

# By index. A policy without a spec is one whose fields are all left out.
specs := [given(policy, "spec", {}) | some policy in input.network.policies]

# METADATA
# description: By namespace and type, the policies that isolate in this direction.
policies_in := {namespace: by_type |
	some namespace in {policy.metadata.namespace | some policy in input.network.policies}
	by_type := {type: policies |
		some type in {"Ingress", "Egress"}
		policies := [index |
			some index, policy in input.network.policies
			policy.metadata.namespace == namespace
			types_of[index][type]
		]
	}
}

types_of := [types(spec) | some spec in specs]

# Ingress is implied, Egress only by a rule for it.
types(spec) := {type | some type in spec.policyTypes} if {
	listed(spec, "policyTypes") != null
} else := {"Ingress", "Egress"} if {
	listed(spec, "egress") != null
} else := {"Ingress"}

ingress_rules := [rules |
	some spec in specs
	rules := [{"ports": listed(rule, "ports"), "peers": listed(rule, "from")} | some rule in spec.ingress]
]

egress_rules := [rules |
	some spec in specs
	rules := [{"ports": listed(rule, "ports"), "peers": listed(rule, "to")} | some rule in spec.egress]
]

# A list that is left out or empty bounds nothing; null stands for both.
listed(rule, field) := list if {
	list := rule[field]
	is_array(list)
	count(list) > 0
} else := null

# What a policy's rules say of a target's port: each rule that covers it, with each of its peers.
opened(policy, rules, target, port) := [{"policy": policy, "rule": index, "peer": peer, "entry": entry} |
	some index, rule in rules
	entry := covering(rule.ports, target, port)
	some peer in peers_of(rule)
]

peers_of(rule) := [null] if {
	rule.peers == null
} else := [index | some index, _ in rule.peers]

# The first port entry that covers a TCP port; null where the rule is for all ports.
covering(null, _, _) := null

covering(entries, target, port) := min({index |
	some index, entry in entries
	given(entry, "protocol", "TCP") == "TCP"
	covers(given(entry, "port", null), entry, target, port)
})

covers(null, _, _, _)

covers(number, entry, _, port) if {
	is_number(number)
	number <= port
	port <= given(entry, "endPort", number)
}

# A name stands for the ports that the destination pod gives it, its sidecars' included. One it lacks matches nothing.
covers(name, _, target, port) if {
	is_string(name)
	some container in array.concat(target.containers, sidecars(target.initContainers))
	some named in container.ports
	named.name == name
	named.containerPort == port
	given(named, "protocol", "TCP") == "TCP"
}

sidecars(containers) := [container |
	some container in containers
	container.restartPolicy == "Always"
]

given(object, field, otherwise) := value if {
	value := object[field]
	value != null
} else := otherwise

# METADATA
# description: Why nothing is certain of pods in a namespace.
caveats_of(namespace) := [caveat |
	some caveat in input.network.caveats
	object.get(caveat, "namespace", namespace) == namespace
]

# METADATA
# description: |
#   By policy, rule and peer of ingress, the index in `who` of those that the peer stands for; null where its rule lets
#   nobody in to what is asked about.
peers := [by_rule |
	some policy, rules in ingress_rules
	by_rule := [by_peer |
		some rule, _ in rules
		by_peer := [place_of(policy, rule, peer) | some peer in rules[rule].peers]
	]
]

place_of(policy, rule, peer) := index_of[[peer_namespace(peer, policy), peer]] if {
	telling[policy][rule]
} else := null

# METADATA
# description: |
#   Who the distinct peers of ingress rules stand for: addresses, or pods of one of some namespaces with one of some
#   label sets.
who := [stands_for(distinct[0], distinct[1]) | some distinct in distinct_peers]

distinct_peers := [distinct |
	some distinct in {[peer_namespace(peer, policy), peer] |
		some policy, by_rule in telling
		some rule, _ in by_rule
		some peer in ingress_rules[policy][rule].peers
	}
]

# By policy the rules whose peers are told of: those that let somebody in to what is asked about. A policy of no
# namespace isolates nobody; it asks who its own peers are.
telling := {policy: rules |
	some policy, all in ingress_rules
	rules := {rule |
		some rule, _ in all
		tells(policy, rule)
	}
	count(rules) > 0
}

tells(policy, rule) if admitting[[policy, rule]]

tells(policy, _) if input.network.policies[policy].metadata.namespace == ""

admitting := {[through.policy, through.rule] |
	some answer in ingress
	some through in answer.admits
}

index_of := {distinct: index | some index, distinct in distinct_peers}

# The namespace of the policy where the peer means that one.
peer_namespace(peer, policy) := input.network.policies[policy].metadata.namespace if {
	not is_given(peer, "ipBlock")
	not is_given(peer, "namespaceSelector")
} else := null

stands_for(_, peer) := {"cidr": given(peer.ipBlock, "cidr", ""), "addresses": inside(peer.ipBlock)} if is_given(peer, "ipBlock")

stands_for(namespace, peer) := {
	"namespaces": namespaces_of(namespace, peer),
	"labelSets": pods_by_selector[pod_selector(peer)],
} if {
	not is_given(peer, "ipBlock")
}

namespaces_of(null, peer) := namespaces_by_selector[peer.namespaceSelector]

namespaces_of(namespace, _) := {namespace} if namespace != null

is_given(peer, field) if given(peer, field, null) != null

pod_selector(peer) := given(peer, "podSelector", {})

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

# The indexes of the addresses inside an ipBlock.
inside(block) := [address |
	some address in addresses_in[block.cidr]
	is_inside(block, address)
]

is_inside(block, address) if {
	addresses_in[block.cidr][address]
	not is_excepted(block, address)
}

is_excepted(block, address) if {
	some cidr in block.except
	addresses_in[cidr][address]
}

addresses_in := {cidr: {pair[1] | some pair in address_pairs; pair[0] == index} | some index, cidr in cidrs}

# Go's net.IPNet.Contains, for all at once.
address_pairs := net.cidr_contains_matches(cidrs, input.network.addresses)

cidrs := [cidr |
	some cidr in {cidr |
		some block in ip_blocks
		some cidr in array.concat([block.cidr], given(block, "except", []))
	}
	net.cidr_is_valid(cidr)
]

ip_blocks := {distinct[1].ipBlock | some distinct in distinct_peers} | {peer.ipBlock |
	some rules in egress_rules
	some rule in rules
	some peer in rule.peers
}

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

# METADATA
# description: The whole answer about a network.
reach := {
	"ingress": ingress,
	"peers": peers,
	"who": who,
	"egress": egress,
	"lets": lets,
}
