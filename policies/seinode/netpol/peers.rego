package seinode.netpol

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
