package seinode.rules.netpol_public_port_test

import data.seinode.netpol.fixtures_test as fixtures
import data.seinode.rules.netpol_public_port

found_in(given) := {[violation.severity, violation.field, violation.details.port] | some violation in netpol_public_port.violations with input as given}

test_allowed_where_monitoring_alone_gets_in if {
	every rules in [
		fixtures.good,
		[{"from": [object.union(fixtures.peers.monitoring, {"podSelector": {"matchLabels": {"app": "prometheus"}}})]}],
		[{"ports": [{"port": 8443}]}],
		[],
	] {
		found_in(fixtures.with_ingress(rules)) == set()
	}
}

test_denied_where_others_get_in if {
	every rules in [
		[{}],
		[{"ports": [{"port": 9100}]}],
		[{"ports": [{"port": 9000, "endPort": 9999}]}],
		[{"ports": [{"port": "public"}]}],
	] {
		found_in(fixtures.with_ingress(rules)) == {["error", "spec.ingress[0]", 9100]}
	}
	found_in(fixtures.with_ingress([{"from": [fixtures.peers.controller]}])) == {["error", "spec.ingress[0].from[0]", 9100]}
	found_in(fixtures.with_policies([])) == {["error", "spec", 9100]}
}

test_a_violation_says_whom_and_where if {
	given := fixtures.with_ingress([{"from": [{"namespaceSelector": {}}], "ports": [{"port": 9100}]}])
	[violation] := [it | some it in netpol_public_port.violations with input as given]
	violation.rule == "netpol-public-port"
	violation.message == "9100 is open beyond monitoring: ingress[0].from[0] of NetworkPolicy arctic/sidecar lets in any pod in namespace default"
}
