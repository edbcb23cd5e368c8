package seinode.netpol.findings_test

import data.seinode.netpol.findings
import data.seinode.netpol.fixtures_test as fixtures

# Message and fix of what is found about 8443.
open(given) := told if {
	told := [[found.message, found.fix] | some found in findings.openings("netpol-tasks-port", "tasks")] with input as given
}

blocked(given) := told if {
	told := [[found.message, found.fix] | some found in findings.blocked; found.details.port == 8443] with input as given
}

test_what_is_said_of_an_open_port if {
	apply := "Apply a NetworkPolicy that selects the pod and lets only the controller in to 8443: kubectl seinode netpol template."
	open(fixtures.with_policies([])) == [["8443 is open beyond the controller: no NetworkPolicy isolates the pod, so every pod and address can connect", apply]]
	open(fixtures.with_ingress([{}, {"from": [{"podSelector": {}}, {"ipBlock": {"cidr": "10.0.0.0/8"}}]}])) == [[
		"8443 is open beyond the controller: ingress[0] of NetworkPolicy arctic/sidecar lets in every pod and address; 2 other places do so as well",
		"Take 8443 out of ingress[0] of NetworkPolicy arctic/sidecar, and let only the controller in to it.",
	]]
}

test_one_more_place_is_told_as_well if {
	[[message, _]] := open(fixtures.with_ingress([{}, {}]))
	endswith(message, "lets in every pod and address; another place does so as well")
}

test_what_is_said_where_it_cannot_be_told if {
	peer := {"namespaceSelector": {"matchLabels": {"team": "x", "kubernetes.io/metadata.name": "ops"}}}
	open(fixtures.with_ingress([{"from": [peer]}])) == [[
		"whether 8443 is open beyond the controller cannot be told: ingress[0].from[0] of NetworkPolicy arctic/sidecar asks for labels of namespace ops, which are not known",
		"Let ingress[0].from[0] of NetworkPolicy arctic/sidecar select by kubernetes.io/metadata.name and by labels of pods only those who may connect.",
	]]
	caveats := [{"why": "AdminNetworkPolicy a outranks it", "effect": "any"}, {"why": "AdminNetworkPolicy b outranks it", "effect": "any"}]
	open(fixtures.but(fixtures.with_ingress(fixtures.good), {"caveats": caveats})) == [[
		"whether 8443 is open beyond the controller cannot be told: AdminNetworkPolicy a outranks it; AdminNetworkPolicy b outranks it",
		"NetworkPolicies alone do not decide this: look at what is named, or take it away.",
	]]
}

test_an_open_port_is_open_for_all_that_cannot_be_told if {
	caveats := [{"why": "AdminNetworkPolicy a outranks NetworkPolicies", "effect": "any"}]
	[[message, _]] := open(fixtures.but(fixtures.with_policies([]), {"caveats": caveats}))
	endswith(message, "every pod and address can connect; not for certain, since AdminNetworkPolicy a outranks NetworkPolicies")
}

test_a_policy_that_was_not_read_may_isolate_and_closes_nothing_that_another_opens if {
	caveats := [{"why": "NetworkPolicy arctic/x could not be read", "effect": "any", "hidesPolicies": true}]
	[[unsure, _]] := open(fixtures.but(fixtures.with_policies([]), {"caveats": caveats}))
	unsure == "whether 8443 is open beyond the controller cannot be told: NetworkPolicy arctic/x could not be read"
	[[opened, _]] := open(fixtures.but(fixtures.with_ingress([{}]), {"caveats": caveats}))
	startswith(opened, "8443 is open beyond the controller: ingress[0] of NetworkPolicy arctic/sidecar lets in every pod")
}

test_what_is_said_of_one_who_cannot_connect if {
	one := fixtures.policy("arctic", "sidecar", {"podSelector": {}})
	two := fixtures.policy("arctic", "deny", {"podSelector": {}})
	out := fixtures.policy("sei-k8s-controller-system", "out", {"podSelector": {}, "policyTypes": ["Egress"]})
	every example in [
		[fixtures.with_policies([one]), "the controller cannot connect to 8443: NetworkPolicy arctic/sidecar isolates the node's pod, and no rule for 8443 admits it"],
		[fixtures.with_policies([one, two]), "the controller cannot connect to 8443: NetworkPolicy arctic/sidecar (and 1 more) isolates the node's pod, and no rule for 8443 admits it"],
		[fixtures.with_sources(fixtures.with_policies([one]), [fixtures.controller]), "pod sei-k8s-controller-system/manager-0 of the controller cannot connect to 8443: NetworkPolicy arctic/sidecar isolates the node's pod, and no rule for 8443 admits it"],
		[fixtures.with_sources(fixtures.with_policies([out]), [fixtures.controller]), "pod sei-k8s-controller-system/manager-0 of the controller cannot connect to 8443: NetworkPolicy sei-k8s-controller-system/out isolates its egress, and no rule lets it out to 8443 of the node's pod"],
		[fixtures.with_sources(fixtures.with_policies([one]), [object.union(fixtures.controller, {"hostNetwork": true})]), "the controller may be unable to connect to 8443: NetworkPolicy arctic/sidecar isolates the node's pod, and no rule for 8443 admits it; but pods of it are on the network of their machine, which policies do not govern"],
	] {
		[found] := blocked(example[0])
		found[0] == example[1]
	}
	[[_, fix]] := blocked(fixtures.with_policies([out]))
	fix == "Add to NetworkPolicy sei-k8s-controller-system/out an egress rule for the node's pod and port 8443."
}

test_what_is_said_where_only_some_are_admitted if {
	narrow := object.union(fixtures.peers.controller, {"podSelector": {"matchLabels": {"component": "manager"}}})
	blocked(fixtures.with_ingress([{"from": [narrow]}])) == [[
		"the controller may be unable to connect to 8443: NetworkPolicy arctic/sidecar isolates the node's pod, and ingress[0].from[0] of NetworkPolicy arctic/sidecar admits only some of the pods that the parameters name",
		"Ask in ingress[0].from[0] of NetworkPolicy arctic/sidecar for no more than the parameters do, or say it in the parameters as well.",
	]]
}
