package seinode.netpol_test

import data.seinode.netpol
import data.seinode.netpol.fixtures_test as fixtures

# What is said of a port of node n0: whether a policy isolates it, and the places that let somebody in.
answer(given, port) := {"isolated": count(found.isolatedBy) > 0, "admits": [[it.rule, it.peer, it.entry] | some it in found.admits]} if {
	reached := netpol.reach with input as given
	some found in reached.ingress
	found.port == port
}

spec(fields) := fixtures.with_policies([fixtures.policy("arctic", "sidecar", fields)])

test_a_pod_that_no_policy_selects_is_not_isolated if {
	every given in [
		fixtures.with_policies([]),
		fixtures.with_policies([fixtures.policy("other", "sidecar", {"podSelector": {}})]),
		spec({"podSelector": {"matchLabels": {"app": "other"}}, "ingress": []}),
		spec({"podSelector": {}, "policyTypes": ["Egress"], "ingress": [{}]}),
	] {
		answer(given, 8443) == {"isolated": false, "admits": []}
	}
}

test_a_policy_for_ingress_isolates_and_lets_nobody_in_without_a_rule if {
	every fields in [
		{},
		{"podSelector": {}},
		{"podSelector": null},
		{"podSelector": {}, "ingress": []},
		{"podSelector": {}, "ingress": null},
		{"podSelector": {}, "policyTypes": []},
		{"podSelector": {}, "policyTypes": null},
		{"podSelector": {}, "policyTypes": ["Ingress", "Egress"], "egress": [{}]},
		{"podSelector": {}, "egress": [{}]},
		{"podSelector": {"matchExpressions": [{"key": "sei.io/node", "operator": "Exists"}]}},
	] {
		answer(spec(fields), 8443) == {"isolated": true, "admits": []}
	}
}

test_a_policy_without_a_spec_is_one_whose_fields_are_left_out if {
	given := fixtures.with_policies([{"metadata": {"namespace": "arctic", "name": "none"}}, fixtures.policy("arctic", "open", {"ingress": [{}]})])
	reached := netpol.reach with input as given
	{index | some index in reached.ingress[0].isolatedBy} == {0, 1}
	reached.ingress[0].admits == [{"policy": 1, "rule": 0, "peer": null, "entry": null}]
}

test_a_rule_without_peers_or_ports_is_for_all if {
	every rule in [{}, null, {"from": [], "ports": []}, {"from": null, "ports": null}, {"from": "x", "ports": {"port": 1}}] {
		answer(fixtures.with_ingress([rule]), 8443) == {"isolated": true, "admits": [[0, null, null]]}
	}
}

test_peers_of_a_rule_are_each_enough_and_rules_add_up if {
	rules := [{"from": [{"podSelector": {}}, {"namespaceSelector": {}}]}, {"from": [{"podSelector": {}}]}]
	answer(fixtures.with_ingress(rules), 8443).admits == [[0, 0, null], [0, 1, null], [1, 0, null]]
}

test_which_port_entries_cover_a_port if {
	every example in [
		[{"port": 8443}, true],
		[{"port": 8443, "protocol": "TCP"}, true],
		[{"port": 8443, "protocol": null}, true],
		[{"port": 8443, "protocol": "UDP"}, false],
		[{"port": 8443, "protocol": "SCTP"}, false],
		[{"port": 8442}, false],
		[{}, true],
		[null, true],
		[{"port": null}, true],
		[{"protocol": "TCP"}, true],
		[{"protocol": "UDP"}, false],
		[{"port": 8000, "endPort": 9000}, true],
		[{"port": 8000, "endPort": 8443}, true],
		[{"port": 8000, "endPort": 8442}, false],
		[{"port": 8443, "endPort": null}, true],
		[{"port": 8443, "endPort": 8000}, false],
		[{"port": "api"}, true],
		[{"port": "api", "protocol": "UDP"}, false],
		[{"port": "dns"}, false],
		[{"port": "dns", "protocol": "UDP"}, false],
		[{"port": "init"}, false],
		[{"port": "public"}, false],
		[{"port": "none"}, false],
		[{"port": "8443"}, false],
		[{"port": true}, false],
	] {
		covered := {it | some it in answer(fixtures.with_ingress([{"ports": [example[0]]}]), 8443).admits}
		covered == {[0, null, 0] | example[1]}
	}
}

test_the_first_port_entry_that_covers_is_told if {
	rules := [{"ports": [{"port": 80}, {"port": "api"}, {"port": 8443}, {}]}]
	answer(fixtures.with_ingress(rules), 8443).admits == [[0, null, 1]]
	answer(fixtures.with_ingress(rules), 9100).admits == [[0, null, 3]]
}

test_only_peers_that_let_somebody_in_have_a_number if {
	given := fixtures.with_policies([
		fixtures.policy("arctic", "sidecar", {"podSelector": {}, "ingress": [{"ports": [{"port": 80}], "from": [{"podSelector": {}}]}, {"from": [{"namespaceSelector": {}}]}]}),
		fixtures.policy("other", "sidecar", {"podSelector": {}, "ingress": [{"from": [{"podSelector": {}}]}]}),
	])
	reached := netpol.reach with input as given
	reached.peers == [[[null], [0]], [[null]]]
	count(reached.who) == 1
}

test_a_policy_of_no_namespace_isolates_nobody_and_asks_who_its_peers_are if {
	given := fixtures.with_policies([fixtures.policy("", "asking", {"podSelector": {}, "ingress": [{"from": [{"namespaceSelector": fixtures.named("arctic")}]}]})])
	reached := netpol.reach with input as given
	reached.peers == [[[0]]]
	reached.who == [{"namespaces": {"arctic"}, "labelSets": set()}]
	reached.ingress[0].isolatedBy == []
}

test_policies_that_hold_a_source_back_come_in_their_order if {
	given := fixtures.with_policies([fixtures.policy("default", name, {"policyTypes": ["Egress"]}) | some name in ["f", "b", "a", "e", "c", "d"]])
	egress := netpol.egress with input as fixtures.with_sources(given, [fixtures.curl])
	egress == {"0": [0, 1, 2, 3, 4, 5]}
}

# Who a peer of policy arctic/sidecar stands for, of the pods and addresses asked about.
stands_for(peer) := who_of(peer, {"monitoring": {"team": "ops"}})

who_of(peer, namespaces) := reached.who[reached.peers[0][0][0]] if {
	given := fixtures.with_sources(fixtures.with_ingress([{"from": [peer]}]), [fixtures.controller, fixtures.prometheus, fixtures.curl])
	reached := netpol.reach with input as fixtures.but(given, {"namespaces": namespaces, "addresses": ["10.0.0.1", "10.0.1.1", "fd00::1"]})
}

test_who_a_peer_of_selectors_stands_for if {
	every example in [
		[{"podSelector": {}}, {"arctic"}, {0, 1, 2}],
		[{"podSelector": {"matchLabels": {"app": "curl"}}}, {"arctic"}, {2}],
		[{"namespaceSelector": {}}, {"arctic", "default", "monitoring", "sei-k8s-controller-system"}, {0, 1, 2}],
		[{"namespaceSelector": {}, "podSelector": {"matchLabels": {"app": "curl"}}}, {"arctic", "default", "monitoring", "sei-k8s-controller-system"}, {2}],
		[{"namespaceSelector": fixtures.named("default"), "podSelector": null}, {"default"}, {0, 1, 2}],
		[{"namespaceSelector": {"matchLabels": {"team": "ops"}}}, {"monitoring"}, {0, 1, 2}],
		[{"namespaceSelector": {"matchExpressions": [{"key": "team", "operator": "NotIn", "values": ["ops"]}]}}, {"arctic", "default", "sei-k8s-controller-system"}, {0, 1, 2}],
		[{"namespaceSelector": null, "podSelector": {}, "ipBlock": null}, {"arctic"}, {0, 1, 2}],
	] {
		stands_for(example[0]) == {"namespaces": example[1], "labelSets": example[2]}
	}
}

test_the_name_of_a_namespace_is_its_label_whatever_is_written_there if {
	every labels in [{}, {"kubernetes.io/metadata.name": "monitoring"}] {
		who_of({"namespaceSelector": fixtures.named("default")}, {"default": labels}).namespaces == {"default"}
		who_of({"namespaceSelector": fixtures.named("monitoring")}, {"default": labels}).namespaces == {"monitoring"}
	}
}

test_who_an_ip_block_stands_for if {
	every example in [
		[{"cidr": "10.0.0.0/16"}, {0, 1}],
		[{"cidr": "10.0.0.0/16", "except": null}, {0, 1}],
		[{"cidr": "10.0.0.0/16", "except": ["10.0.1.0/24", "192.0.2.0/24"]}, {0}],
		[{"cidr": "::ffff:10.0.0.0/120"}, {0}],
		[{"cidr": "fd00::/8"}, {2}],
		[{"cidr": "0.0.0.0/0"}, {0, 1}],
		[{"cidr": "10.0.0.0/33"}, set()],
	] {
		found := stands_for({"ipBlock": example[0]})
		found.cidr == example[0].cidr
		{address | some address in found.addresses} == example[1]
	}
}

# Whether curl is isolated for egress, and what lets it out to node n0's 8443.
leaving(fields) := leaving_to(fields, fixtures.target)

leaving_to(fields, target) := {
	"isolated": count(reached.egress) > 0,
	"lets": [[it.rule, it.peer, it.entry, it.certain] | some it in object.get(reached.lets, "0", []); it.port == 8443],
} if {
	given := fixtures.with_sources(fixtures.with_policies([fixtures.policy("default", "out", fields)]), [fixtures.curl])
	reached := netpol.reach with input as fixtures.but(given, {"targets": [target], "namespaces": {"arctic": {"team": "sei"}}, "addresses": ["10.0.0.1"]})
}

test_a_source_that_no_policy_isolates_for_egress if {
	every fields in [
		{"podSelector": {}},
		{"podSelector": {}, "egress": []},
		{"podSelector": {}, "policyTypes": ["Ingress"], "egress": [{}]},
		{"podSelector": {"matchLabels": {"app": "other"}}, "egress": [{}]},
	] {
		leaving(fields).isolated == false
	}
}

test_what_lets_a_source_out if {
	every example in [
		[[{}], [[0, null, null, true]]],
		[[{"to": [], "ports": [{"port": 8443}]}], [[0, null, 0, true]]],
		[[{"to": [{"podSelector": {}}]}], []],
		[[{"to": [{"namespaceSelector": {}}]}], [[0, 0, null, true]]],
		[[{"to": [{"namespaceSelector": {"matchLabels": {"team": "sei"}}, "podSelector": {"matchLabels": {"sei.io/role": "node"}}}]}], [[0, 0, null, true]]],
		[[{"to": [{"namespaceSelector": fixtures.named("arctic"), "podSelector": {"matchLabels": {"sei.io/role": "archive"}}}]}], []],
		[[{"to": [{"namespaceSelector": fixtures.named("default")}]}], []],
		[[{"to": [{"namespaceSelector": {}}], "ports": [{"port": "api"}]}], [[0, 0, 0, true]]],
		[[{"to": [{"namespaceSelector": {}}], "ports": [{"port": 443}]}], []],
		[[{"to": [{"ipBlock": {"cidr": "10.0.0.0/8"}}]}], [[0, 0, null, false]]],
		[[{"to": [{"namespaceSelector": {}, "ipBlock": null}]}], [[0, 0, null, true]]],
	] {
		leaving({"podSelector": {}, "policyTypes": ["Egress"], "egress": example[0]}) == {"isolated": true, "lets": example[1]}
	}
	leaving({"podSelector": {}, "policyTypes": ["Egress"]}) == {"isolated": true, "lets": []}
}

to_block(block) := {"policyTypes": ["Egress"], "egress": [{"to": [{"ipBlock": block}]}]}

test_an_ip_block_may_let_out_to_a_pod_whose_address_is_inside if {
	there := object.union(fixtures.target, {"addresses": [0]})
	leaving_to(to_block({"cidr": "10.0.0.0/8"}), there).lets == [[0, 0, null, false]]
	leaving_to(to_block({"cidr": "10.0.0.0/8", "except": ["10.0.0.0/24"]}), there).lets == []
	leaving_to(to_block({"cidr": "192.0.2.0/24"}), there).lets == []
}

test_a_peer_of_egress_without_namespaces_means_the_policys_own if {
	given := fixtures.with_policies([fixtures.policy("arctic", "out", {"egress": [{"to": [{"podSelector": {}}]}]})])
	lets := netpol.lets with input as given
	{it.port | some it in lets["0"]} == {8443, 9100, 26657}
}

test_caveats_hold_in_their_namespace_or_everywhere if {
	caveats := [{"why": "all", "effect": "any"}, {"why": "here", "namespace": "arctic", "effect": "opens"}, {"why": "there", "namespace": "default", "effect": "any"}]
	reached := netpol.reach with input as fixtures.but(fixtures.with_policies([]), {"caveats": caveats})
	[caveat.why | some caveat in reached.ingress[0].caveats] == ["all", "here"]
}

test_what_is_no_policy_is_no_fault if {
	every fields in ["text", 5, true, [], {"podSelector": 5, "ingress": "x", "policyTypes": "Ingress"}, {"ingress": [{"from": [null, 5, {"ipBlock": {}}, {"ipBlock": 5}, {"podSelector": false}], "ports": [5, "x"]}]}] {
		reached := netpol.reach with input as fixtures.with_policies([fixtures.policy("arctic", "sidecar", fields)])
		count(reached.ingress) == 3
	}
}

test_peers_are_told_of_where_they_let_somebody_in_or_are_asked_about if {
	pods := [{"podSelector": {"matchLabels": {"app": "a"}}}]
	rules := [{"from": pods, "ports": [{"port": 1}]}, {"from": pods, "ports": [{"port": 8443}]}]
	asking := fixtures.policy("", "asking", {"podSelector": {}, "ingress": [{"from": [{"namespaceSelector": {}}], "ports": [{"port": 1}]}]})
	reached := netpol.reach with input as fixtures.with_policies([fixtures.policy("arctic", "sidecar", {"ingress": rules}), asking])
	[[nobody, [sidecar]], [[other]]] := reached.peers
	nobody == [null]
	{sidecar, other} == {0, 1}
	count(reached.who) == 2
}
