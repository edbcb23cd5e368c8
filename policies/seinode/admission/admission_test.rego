package seinode.admission_test

import data.seinode.admission
import data.seinode.fixtures_test as fixtures
import data.seinode.netpol.fixtures_test as networks

policy(rules) := networks.policy("arctic", "sidecar", {"podSelector": {}, "ingress": rules})

with_rules(rules) := networks.with_policies([policy(rules)])

# What is said where the first becomes the second.
worse(before, after) := {[violation.rule, violation.severity] | some violation in found(before, after)}

found(before, after) := violations if {
	violations := admission.worse with input as {"before": before, "after": after}
}

# The good rules and one more for the tasks port, or the same from these peers.
opened(rule) := array.concat(networks.good, [object.union(rule, {"ports": [{"port": 8443}]})])

from(peers) := opened({"from": peers})

pods(labels) := {"podSelector": {"matchLabels": labels}}

space(labels) := {"namespaceSelector": {"matchLabels": labels}}

block(cidr, except) := {"ipBlock": {"cidr": cidr, "except": except}}

tasks := {["netpol-tasks-port", "error"]}

unsure := {["netpol-tasks-port", "warning"]}

test_nothing_is_worse_where_nothing_changes if {
	every rules in [networks.good, [{}], [], from([pods({"app": "a"})]), opened({})] {
		worse(with_rules(rules), with_rules(rules)) == set()
	}
	worse(networks.with_policies([]), networks.with_policies([])) == set()
}

test_somebody_gains_a_way if {
	every change in [
		[networks.good, opened({})],
		[networks.good, from([pods({"app": "a"})])],
		[networks.good, from([space({"team": "a"})])],
		[from([pods({"app": "a"})]), from([pods({})])],
		[from([pods({"app": "a"}), pods({"app": "b"})]), from([pods({"app": "c"})])],
	] {
		worse(with_rules(change[0]), with_rules(change[1])) == tasks
	}
}

# More than are compared.
hundreds := [block(sprintf("10.%d.0.0/16", [at]), []) | some at in numbers.range(1, 200)]

test_addresses_gain_a_way if {
	every change in [
		[networks.good, from([block("10.0.0.0/8", [])])],
		[from([block("10.1.0.0/16", [])]), from([block("10.0.0.0/8", [])])],
		[from([block("10.0.0.0/8", ["10.0.0.0/9"])]), from([block("10.0.0.0/8", ["10.128.0.0/9"])])],
		[from([block("fd00::/64", [])]), from([block("10.0.0.0/8", [])])],
		[from([block("10.0.0.0/8", ["::ffff:10.1.0.0/112"])]), from([block("10.1.0.0/16", ["10.1.2.0/24"])])],
		[networks.good, from(hundreds)],
	] {
		worse(with_rules(change[0]), with_rules(change[1])) == tasks
	}
}

test_nobody_gains_a_way_who_had_one if {
	every change in [
		[[{}], opened({})],
		[from([pods({"app": "a"}), pods({"app": "b"})]), from([pods({"app": "b"}), pods({"app": "a"})])],
		[from([pods({})]), from([pods({"app": "a"})])],
		[from([{"namespaceSelector": {}}]), from([space({"team": "a"})])],
	] {
		worse(with_rules(change[0]), with_rules(change[1])) == set()
	}
}

test_no_address_gains_a_way_that_had_one if {
	every change in [
		[from(hundreds), from(array.slice(hundreds, 1, 200))],
		[from([block("10.0.0.0/8", [])]), from([block("10.1.0.0/16", [])])],
		[from([block("10.0.0.0/8", ["10.1.0.0/16"])]), from([block("10.0.0.0/8", ["10.1.0.0/16", "10.2.0.0/16"])])],
		[from([block("10.0.0.0/8", ["10.1.0.0/16"])]), from([block("10.2.0.0/16", [])])],
		[from([block("10.0.0.0/8", ["10.1.1.0/24"])]), from([block("10.0.0.0/8", ["10.1.0.0/16"])])],
	] {
		worse(with_rules(change[0]), with_rules(change[1])) == set()
	}
}

test_two_peers_hold_what_neither_holds_alone if {
	both := [
		{"podSelector": {"matchExpressions": [{"key": "app", "operator": "Exists"}]}},
		{"podSelector": {"matchExpressions": [{"key": "app", "operator": "DoesNotExist"}]}},
	]
	worse(with_rules(from(both)), with_rules(from([pods({})]))) == set()
}

test_the_last_policy_that_isolates_is_gone if {
	worse(with_rules(networks.good), networks.with_policies([])) == {["netpol-tasks-port", "error"], ["netpol-public-port", "error"]}
	worse(with_rules([{}]), networks.with_policies([])) == set()
}

test_everything_was_open_already_by_peers if {
	everything := [{"from": [{"namespaceSelector": {}}, block("0.0.0.0/0", []), block("::/0", [])]}]
	worse(with_rules(everything), networks.with_policies([])) == set()
}

test_everything_was_perhaps_open_already if {
	everything := [{"from": [{"namespaceSelector": {}}, block("0.0.0.0/1", []), block("128.0.0.0/1", []), block("::/1", []), block("8000::/1", [])]}]
	worse(with_rules(everything), networks.with_policies([])) == {["netpol-tasks-port", "warning"], ["netpol-public-port", "warning"]}
}

test_blocks_that_hold_one_together_are_told if {
	halves := [block("10.0.0.0/9", []), block("10.128.0.0/9", [])]
	worse(with_rules(from(halves)), with_rules(from([block("10.0.0.0/8", [])]))) == unsure
	worse(with_rules(from(halves)), with_rules(from([block("10.0.0.0/8", ["10.1.0.0/16"])]))) == unsure
	worse(with_rules(from([block("10.0.0.0/8", ["10.0.0.0/16"])])), with_rules(from([block("10.0.0.0/8", ["10.0.0.0/24"])]))) == unsure
}

test_an_address_that_the_question_brings_tells if {
	halves := with_rules(from([block("10.0.0.0/9", []), block("10.128.0.0/10", [])]))
	whole := networks.but(with_rules(from([block("10.0.0.0/8", [])])), {"addresses": ["10.192.0.0"]})
	[violation] := [violation | some violation in found(halves, whole)]
	violation.details.openings[0].address == "10.192.0.0"
}

test_more_peers_than_can_be_compared_are_told if {
	many := [{"podSelector": {"matchExpressions": [
		{"key": concat("", ["k", format_int(n, 10)]), "operator": "DoesNotExist"},
		{"key": concat("", ["k", format_int(n + 1, 10)]), "operator": "Exists"},
	]}} |
		some n in numbers.range(1, 9)
	]
	also := array.concat(many, [{"podSelector": {"matchExpressions": [{"key": "k1", "operator": "Exists"}]}}, {"podSelector": {"matchExpressions": [{"key": "k10", "operator": "DoesNotExist"}]}}])
	worse(with_rules(from(also)), with_rules(from([pods({})]))) == unsure
}

test_of_many_peers_a_pod_without_their_labels_tells if {
	many := [pods({"app": concat("", ["a", format_int(n, 10)]), "role": "x"}) | some n in numbers.range(1, 9)]
	worse(with_rules(from(many)), with_rules(from([pods({})]))) == tasks
}

test_of_many_peers_a_pod_with_other_values_tells if {
	many := [{"podSelector": {"matchExpressions": [
		{"key": "app", "operator": "In", "values": [concat("", ["a", format_int(n, 10)])]},
		{"key": "role", "operator": "Exists"},
	]}} |
		some n in numbers.range(1, 9)
	]
	without := {"podSelector": {"matchExpressions": [{"key": "app", "operator": "DoesNotExist"}]}}
	worse(with_rules(from(array.concat(many, [without]))), with_rules(from([pods({})]))) == tasks
}

test_labels_of_a_namespace_that_are_not_known_are_told if {
	peer := {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "tools", "team": "a"}}}
	worse(with_rules(networks.good), with_rules(from([peer]))) == unsure
}

test_policies_never_held_on_the_nodes_network if {
	on_node := {"targets": [object.union(networks.target, {"hostNetwork": true})]}
	worse(networks.but(with_rules(networks.good), on_node), networks.but(with_rules(opened({})), on_node)) == unsure
}

test_a_caveat_alone_is_nothing_new if {
	given := {"caveats": [{"why": "something outranks NetworkPolicies", "effect": "any"}]}
	worse(networks.but(with_rules(networks.good), given), networks.but(with_rules(networks.good), given)) == set()
	[violation] := [violation | some violation in found(networks.but(with_rules(networks.good), given), networks.but(with_rules(opened({})), given))]
	contains(violation.message, "not for certain, since something outranks NetworkPolicies")
}

test_the_controller_is_locked_out if {
	worse(with_rules(networks.good), with_rules([networks.good[1]])) == {["netpol-blocked", "error"]}
	worse(with_rules([]), with_rules([])) == set()
	worse(with_rules([]), with_rules([{"ports": [{"port": 26657}]}])) == set()
}

test_whom_a_block_let_in_nobody_knows if {
	before := array.concat([networks.good[1]], [{"from": [block("10.0.0.0/8", [])], "ports": [{"port": 8443}]}])
	worse(with_rules(before), with_rules([networks.good[1]])) == {["netpol-blocked", "warning"]}
}

test_who_may_be_locked_out_may_be_so_still if {
	some_of_it := [{"from": [object.union(networks.peers.controller, {"podSelector": {"matchLabels": object.union(networks.controller_labels, {"app": "a"})}})]}]
	others := [{"from": [object.union(networks.peers.controller, {"podSelector": {"matchLabels": object.union(networks.controller_labels, {"app": "b"})}})]}]
	before := networks.but(with_rules(array.concat(some_of_it, [networks.good[1]])), {})
	after := with_rules(array.concat(others, [networks.good[1]]))
	worse(before, after) & {["netpol-blocked", "warning"], ["netpol-blocked", "error"]} == set()
}

test_the_controller_is_held_back_where_it_is if {
	walled := networks.policy("sei-k8s-controller-system", "walled", {"podSelector": {}, "policyTypes": ["Egress"]})
	before := with_rules(networks.good)
	worse(before, networks.with_policies([policy(networks.good), walled])) == {["netpol-blocked", "error"]}
}

test_a_namespace_gains_the_label_that_lets_in if {
	rules := from([space({"team": "a"})])
	before := networks.but(with_rules(rules), {"namespaces": {"tools": {}}})
	after := networks.but(with_rules(rules), {"namespaces": {"tools": {"team": "a"}}})
	worse(before, after) == tasks
	worse(after, before) == set()
}

test_a_namespace_loses_a_label_and_its_pods_got_in_already if {
	rules := from([space({"team": "a"}), space({"kubernetes.io/metadata.name": "tools"})])
	before := networks.but(with_rules(rules), {"namespaces": {"tools": {}}})
	after := networks.but(with_rules(rules), {"namespaces": {"tools": {"team": "a"}}})
	worse(before, after) == set()
}

test_a_policy_that_selects_by_other_labels_is_told_once if {
	labelled := {"targets": [object.union(networks.target, {"labels": {"app": "seid"}})]}
	other := networks.policy("arctic", "other", {"podSelector": {"matchLabels": {"app": "seid"}}, "ingress": networks.good})
	before := networks.but(with_rules(networks.good), labelled)
	after := networks.but(networks.with_policies([policy(networks.good), other]), labelled)
	worse(before, after) == {["label-contract", "warning"]}
	worse(after, after) == set()
}

test_where_nothing_was_before_all_of_it_is_worse if {
	violations := admission.worse with input as {"after": with_rules(opened({}))}
	{violation.rule | some violation in violations} == {"netpol-tasks-port"}
}

# Of nodes.

node(fields) := {"now": fixtures.now, "node": object.union(fixtures.node("n0"), {"spec": fields})}

test_a_new_node_has_its_own_violations if {
	violations := admission.worse with input as {"after": node({"archive": {}})}
	{violation.rule | some violation in violations} == {"node-mode", "tls-secret"}
}

test_what_was_wrong_before_is_nothing_new if {
	worse(node({"archive": {}}), node({"archive": {}, "replayer": {}, "peers": [1]})) == set()
	worse(node({}), node({"archive": {}})) == {["node-mode", "error"]}
}

test_a_secret_that_cannot_be_served_is_one_fault if {
	mismatched := fixtures.with_certificate(fixtures.certificates.cn_only)
	worse(mismatched, node({})) == set()
	worse(node({}), mismatched) == set()
	worse(fixtures.with_certificate(fixtures.certificates.good), mismatched) == {["tls-sans", "error"]}
}

test_a_graver_finding_is_worse if {
	before := object.union(node({}), {"unknownFields": ["spec.a"]})
	after := object.union(node({}), {"unknownFields": ["spec.a", "spec.retainOnDelete"]})
	worse(before, after) == {["unknown-field", "error"]}
}

test_the_one_value_that_no_peer_holds_is_found if {
	without := {"key": "app", "operator": "DoesNotExist"}
	role := {"key": "role", "operator": "Exists"}
	before := from([
		{"podSelector": {"matchExpressions": [without]}},
		{"podSelector": {"matchExpressions": [without, role]}},
		{"podSelector": {"matchExpressions": [{"key": "app", "operator": "NotIn", "values": ["a"]}]}},
	])
	[violation] := [violation | some violation in found(with_rules(before), with_rules(from([pods({})])))]
	violation.details.openings[0].opens == "a pod labelled app=a in namespace arctic"
}

test_whether_a_namespace_had_the_label_is_not_known if {
	named := space({"kubernetes.io/metadata.name": "tools"})
	worse(with_rules(from([space({"team": "a"})])), with_rules(from([named]))) == unsure
}
