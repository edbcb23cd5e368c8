package seinode.rules.netpol_tasks_port_test

import data.seinode.netpol.fixtures_test as fixtures
import data.seinode.rules.netpol_tasks_port

# Severities by field of what is found.
found_in(given) := {[violation.severity, violation.field] | some violation in netpol_tasks_port.violations with input as given}

test_allowed_where_the_controller_alone_gets_in if {
	every rules in [
		fixtures.good,
		[{"from": [fixtures.peers.controller]}],
		[{"from": [fixtures.peers.controller], "ports": [{"port": 8000, "endPort": 9000}]}],
		[{"ports": [{"port": 9100}]}],
		[],
	] {
		found_in(fixtures.with_ingress(rules)) == set()
	}
}

test_denied_where_others_get_in if {
	every example in [
		[[{}], "spec.ingress[0]"],
		[[{"ports": [{"protocol": "TCP"}]}], "spec.ingress[0]"],
		[[{"from": [fixtures.peers.monitoring]}], "spec.ingress[0].from[0]"],
		[array.concat(fixtures.good, [{"from": [{"podSelector": {}}], "ports": [{"port": "api"}]}]), "spec.ingress[3].from[0]"],
		[[{"from": [{"namespaceSelector": fixtures.named("sei-k8s-controller-system")}, {"podSelector": {"matchLabels": fixtures.controller_labels}}]}], "spec.ingress[0].from[0]"],
		[[{"from": [fixtures.peers.controller, {"ipBlock": {"cidr": "0.0.0.0/0"}}]}], "spec.ingress[0].from[1]"],
	] {
		found_in(fixtures.with_ingress(example[0])) == {["error", example[1]]}
	}
	found_in(fixtures.with_policies([])) == {["error", "spec"]}
}

test_denied_without_tls_on_the_tasks_port_itself if {
	plain := object.union(fixtures.target, {"ports": [{"port": 7777, "guard": "tasks"}]})
	found_in(fixtures.but(fixtures.with_ingress([{"from": [fixtures.peers.controller], "ports": [{"port": 7777}]}]), {"targets": [plain]})) == set()
	found_in(fixtures.but(fixtures.with_ingress([{"ports": [{"port": 7777}]}]), {"targets": [plain]})) == {["error", "spec.ingress[0]"]}
}

test_a_violation_says_whom_and_where if {
	[violation] := [it | some it in netpol_tasks_port.violations with input as fixtures.with_ingress([{"from": [{"podSelector": {}}]}])]
	violation.rule == "netpol-tasks-port"
	violation.target == 0
	violation.message == "8443 is open beyond the controller: ingress[0].from[0] of NetworkPolicy arctic/sidecar lets in any pod in namespace arctic"
	violation.details == {
		"port": 8443,
		"isolatedBy": ["arctic/sidecar"],
		"policy": "arctic/sidecar",
		"openings": [{
			"policy": "arctic/sidecar",
			"rule": 0,
			"peer": 0,
			"entry": null,
			"opens": "any pod in namespace arctic",
			"example": {"namespace": {"kubernetes.io/metadata.name": "arctic"}, "pod": {}},
		}],
	}
	violation.fix == "Take 8443 out of ingress[0].from[0] of NetworkPolicy arctic/sidecar, and let only the controller in to it."
}

test_what_cannot_be_told_is_a_warning if {
	peer := {"namespaceSelector": {"matchLabels": {"team": "x", "kubernetes.io/metadata.name": "ops"}}}
	found_in(fixtures.with_ingress([{"from": [peer]}])) == {["warning", "spec.ingress[0].from[0]"]}
	caveats := [{"why": "AdminNetworkPolicy block-all outranks NetworkPolicies", "effect": "any"}]
	found_in(fixtures.but(fixtures.with_ingress(fixtures.good), {"caveats": caveats})) == {["warning", "spec"]}
}

test_silent_where_nobody_asks_about_a_network if {
	found_in({"node": {"spec": {}}}) == set()
}
