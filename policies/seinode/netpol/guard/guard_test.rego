package seinode.netpol.guard_test

import data.seinode.netpol.fixtures_test as fixtures
import data.seinode.netpol.guard

# What is judged of a port of node n0.
judged(given, port) := found if {
	ports := guard.ports with input as given
	some found in ports
	found.port == port
}

test_ports_without_a_guard_are_not_judged if {
	ports := guard.ports with input as fixtures.with_policies([])
	[found.port | some found in ports] == [8443, 9100]
}

test_the_template_opens_nothing_and_blocks_nobody if {
	every port in [8443, 9100] {
		found := judged(fixtures.with_ingress(fixtures.good), port)
		found.openings == []
		found.undecided == []
		found.blocked == []
		found.caveats == []
		found.isolatedBy == ["arctic/sidecar"]
	}
}

test_a_pod_that_nothing_isolates_is_open_to_all if {
	judged(fixtures.with_policies([]), 8443).openings == [{"opens": "every pod and address", "policy": null}]
}

# Who a peer lets in to 8443 that may not connect.
opens(peer) := opens_where(peer, {})

opens_where(peer, fields) := [opening.opens | some opening in judged(fixtures.but(given(peer), fields), 8443).openings]

undecided_where(peer, fields) := [doubt.why | some doubt in judged(fixtures.but(given(peer), fields), 8443).undecided]

given(peer) := fixtures.with_ingress([{"from": [peer]}])

test_peers_that_let_in_the_controller_alone if {
	every peer in [
		fixtures.peers.controller,
		object.union(fixtures.peers.controller, {"podSelector": {"matchLabels": {"extra": "1"}}}),
		object.union(fixtures.peers.controller, {"podSelector": {"matchExpressions": [{"key": "app", "operator": "NotIn", "values": ["x"]}]}}),
		{"namespaceSelector": {}, "podSelector": {"matchExpressions": [{"key": "a", "operator": "Exists"}, {"key": "a", "operator": "DoesNotExist"}]}},
	] {
		opens(peer) == []
		undecided_where(peer, {}) == []
	}
}

test_whom_other_peers_let_in if {
	every example in [
		[{"namespaceSelector": {}}, "any pod in namespace default"],
		[{"podSelector": {}}, "any pod in namespace arctic"],
		[{"podSelector": {"matchLabels": fixtures.controller_labels}}, "a pod labelled app.kubernetes.io/name=sei-k8s-controller,control-plane=controller-manager in namespace arctic"],
		[{"namespaceSelector": fixtures.named("sei-k8s-controller-system")}, "a pod without labels in namespace sei-k8s-controller-system"],
		[{"namespaceSelector": {"matchLabels": {"team": "x"}}}, "any pod in a namespace labelled team=x"],
		[{"namespaceSelector": {"matchExpressions": [{"key": "team", "operator": "Exists"}]}}, "any pod in a namespace labelled team=default"],
		[{"namespaceSelector": {"matchExpressions": [{"key": "team", "operator": "DoesNotExist"}]}}, "any pod in namespace other"],
		[{"namespaceSelector": {}, "podSelector": {"matchLabels": fixtures.controller_labels}}, "a pod labelled app.kubernetes.io/name=sei-k8s-controller,control-plane=controller-manager in namespace default"],
		[{"ipBlock": {"cidr": "10.0.0.0/8"}}, "addresses in 10.0.0.0/8"],
		[{"ipBlock": {"cidr": "10.0.0.0/8", "except": ["10.1.0.0/16", "10.2.0.0/16"]}}, "addresses in 10.0.0.0/8 except 10.1.0.0/16, 10.2.0.0/16"],
		[{"podSelector": {}, "ipBlock": null}, "any pod in namespace arctic"],
	] {
		opens(example[0]) == [example[1]]
	}
}

test_a_rule_without_peers_lets_everybody_in if {
	found := judged(fixtures.with_ingress([{"ports": [{"port": "api"}]}]), 8443)
	found.openings == [{"policy": "arctic/sidecar", "rule": 0, "peer": null, "entry": 0, "opens": "every pod and address"}]
}

test_an_opening_says_where_it_is_and_whom_it_lets_in if {
	rules := [{"from": [fixtures.peers.controller]}, {"from": [fixtures.peers.controller, {"podSelector": {}}], "ports": [{"port": 80}, {"port": 8443}]}]
	judged(fixtures.with_ingress(rules), 8443).openings == [{
		"policy": "arctic/sidecar",
		"rule": 1,
		"peer": 1,
		"entry": 1,
		"opens": "any pod in namespace arctic",
		"example": {"namespace": {"kubernetes.io/metadata.name": "arctic"}, "pod": {}},
	}]
}

test_an_example_is_in_a_namespace_that_has_the_labels if {
	peer := {"namespaceSelector": {"matchLabels": {"team": "x"}, "matchExpressions": [{"key": "kubernetes.io/metadata.name", "operator": "In", "values": ["a", "b"]}]}}
	there := {"namespaces": {"a": {"team": "y"}, "b": {"team": "x", "more": "z"}}}
	opens_where(peer, there) == ["any pod in namespace b"]
	[opening] := judged(fixtures.but(given(peer), there), 8443).openings
	opening.example == {"namespace": {"kubernetes.io/metadata.name": "b", "team": "x"}, "pod": {}}
	opens_where(peer, {"namespaces": {"a": {"team": "y"}, "b": {}}}) == []
	undecided_where(peer, {"namespaces": {"a": {"team": "y"}, "b": {}}}) == []
}

test_a_namespace_that_is_named_and_not_known_leaves_it_undecided if {
	peer := {"namespaceSelector": {"matchLabels": {"team": "x", "kubernetes.io/metadata.name": "a"}}}
	opens_where(peer, {}) == []
	undecided_where(peer, {}) == ["asks for labels of namespace a, which are not known"]
}

test_one_namespace_that_is_known_to_be_open_is_enough if {
	peer := {"namespaceSelector": {"matchLabels": {"team": "x"}, "matchExpressions": [{"key": "kubernetes.io/metadata.name", "operator": "In", "values": ["a", "b"]}]}}
	opens_where(peer, {"namespaces": {"b": {"team": "x"}}}) == ["any pod in namespace b"]
	undecided_where(peer, {"namespaces": {"b": {"team": "x"}}}) == []
}

test_what_the_parameters_allow_is_no_opening if {
	judged(allowed([8443], in_arctic({"matchLabels": {"app": "backup"}})), 8443).openings == []
	count(judged(allowed([9100], in_arctic({"matchLabels": {"app": "backup"}})), 8443).openings) == 1
	count(judged(allowed([8443], in_arctic({"matchLabels": {"app": "other"}})), 8443).openings) == 1
	count(judged(allowed([8443], {"namespaceSelector": fixtures.named("other")}), 8443).openings) == 1
}

allowed(ports, from) := fixtures.but(
	given({"podSelector": {"matchLabels": {"app": "backup"}}}),
	{"parameters": object.union(fixtures.parameters, {"allow": [{"ports": ports, "from": from}]})},
)

in_arctic(selector) := {"namespaceSelector": fixtures.named("arctic"), "podSelector": selector}

test_an_authorised_namespace_that_is_known_by_its_labels if {
	told({"monitoring": {"purpose": "metrics"}}).openings == []
	count(told({"monitoring": {}}).openings) == 1
	count(told({}).undecided) == 1
}

told(namespaces) := judged(
	fixtures.but(fixtures.with_ingress([{"from": [fixtures.peers.monitoring]}]), {
		"namespaces": namespaces,
		"parameters": {
			"controller": fixtures.parameters.controller,
			"monitoring": {"namespaceSelector": {"matchLabels": {"purpose": "metrics"}}},
		},
	}),
	9100,
)

test_more_entries_than_can_be_told_apart_leave_it_undecided if {
	allow := [{"ports": [8443], "from": {"namespaceSelector": {}, "podSelector": {"matchLabels": {key: "1"}}}} | some key in ["a", "b", "c"]]
	undecided_where({"namespaceSelector": {}}, {"parameters": object.union(fixtures.parameters, {"allow": allow})}) == ["lets in pods of more than three entries of the parameters, too many to compare"]
}

test_without_parameters_nobody_knows if {
	undecided_where({"namespaceSelector": {}}, {"parameters": {}}) == ["lets in pods, and the parameters do not say who may connect"]
	undecided_where({"ipBlock": {"cidr": "10.0.0.0/8"}}, {"parameters": {}}) == []
	opens_where({"ipBlock": {"cidr": "10.0.0.0/8"}}, {"parameters": {}}) == ["addresses in 10.0.0.0/8"]
}

test_caveats_are_told if {
	caveats := [{"why": "AdminNetworkPolicy block-all outranks NetworkPolicies", "effect": "any"}]
	judged(fixtures.but(fixtures.with_ingress(fixtures.good), {"caveats": caveats}), 8443).caveats == ["AdminNetworkPolicy block-all outranks NetworkPolicies"]
	on_node := object.union(fixtures.target, {"hostNetwork": true})
	judged(fixtures.but(fixtures.with_ingress(fixtures.good), {"targets": [on_node]}), 8443).caveats == ["the pod is on its node's network, where NetworkPolicies may not hold"]
}
