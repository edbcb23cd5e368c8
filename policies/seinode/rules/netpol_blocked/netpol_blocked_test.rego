package seinode.rules.netpol_blocked_test

import data.seinode.netpol.fixtures_test as fixtures
import data.seinode.rules.netpol_blocked

found_in(given) := {[violation.severity, violation.field, violation.details.port] | some violation in netpol_blocked.violations with input as given}

test_allowed_where_both_get_in if {
	every given in [fixtures.with_policies([]), fixtures.with_ingress(fixtures.good), fixtures.with_ingress([{}])] {
		found_in(given) == set()
		found_in(fixtures.with_sources(given, [fixtures.controller, fixtures.prometheus, fixtures.curl])) == set()
	}
}

test_denied_where_one_cannot_get_in if {
	found_in(fixtures.with_ingress([])) == {["error", "spec.ingress", 8443], ["error", "spec.ingress", 9100]}
	found_in(fixtures.with_ingress([fixtures.good[0]])) == {["error", "spec.ingress", 9100]}
	found_in(fixtures.with_sources(fixtures.with_ingress([fixtures.good[1]]), [fixtures.controller])) == {["error", "spec.ingress", 8443]}
}

test_denied_where_one_cannot_get_out if {
	policies := [
		fixtures.policy("arctic", "sidecar", {"podSelector": {}, "ingress": fixtures.good}),
		fixtures.policy("monitoring", "out", {"policyTypes": ["Egress"], "egress": [{"to": [{"podSelector": {}}]}]}),
	]
	found_in(fixtures.with_policies(policies)) == {["error", "spec.egress", 9100]}
	found_in(fixtures.with_sources(fixtures.with_policies(policies), [fixtures.prometheus])) == {["error", "spec.egress", 9100]}
}

test_a_violation_says_who_and_why if {
	[violation] := [it | some it in netpol_blocked.violations with input as fixtures.with_ingress([fixtures.good[1]])]
	violation.rule == "netpol-blocked"
	violation.target == 0
	violation.message == "the controller cannot connect to 8443: NetworkPolicy arctic/sidecar isolates the node's pod, and no rule for 8443 admits it"
	violation.details == {"port": 8443, "from": "controller", "direction": "ingress", "policy": "arctic/sidecar", "policies": ["arctic/sidecar"]}
	violation.fix == "Add to NetworkPolicy arctic/sidecar an ingress rule for the controller and port 8443."
}

test_a_doubt_is_a_warning if {
	narrow := object.union(fixtures.peers.controller, {"podSelector": {"matchLabels": {"component": "manager"}}})
	found_in(fixtures.with_ingress([{"from": [narrow], "ports": [{"port": 8443}]}, fixtures.good[1]])) == {["warning", "spec.ingress", 8443]}
	caveats := [{"why": "nothing enforces NetworkPolicies", "effect": "opens"}]
	found_in(fixtures.but(fixtures.with_ingress([fixtures.good[0]]), {"caveats": caveats})) == {["warning", "spec.ingress", 9100]}
}
