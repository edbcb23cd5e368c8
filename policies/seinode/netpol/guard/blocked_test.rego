package seinode.netpol.guard_test

import data.seinode.netpol.fixtures_test as fixtures

# Who is kept out of a port, and how: [direction, who, whether that is certain].
blocked(given, port) := [[it.by, it.who, it.certain] | some it in judged(given, port).blocked]

closed := fixtures.with_ingress([])

labelled(labels) := {"namespaceSelector": fixtures.named("sei-k8s-controller-system"), "podSelector": {"matchLabels": labels}}

test_nobody_is_blocked_where_nothing_isolates if {
	every given in [fixtures.with_policies([]), fixtures.with_sources(fixtures.with_policies([]), [fixtures.controller, fixtures.prometheus])] {
		blocked(given, 8443) == []
		blocked(given, 9100) == []
	}
}

test_whom_a_port_is_for_is_compared_by_selectors_where_nobody_is_present if {
	every example in [
		[[], [["ingress", "controller", true]]],
		[[{}], []],
		[[{"from": [fixtures.peers.controller]}], []],
		[[{"from": [{"namespaceSelector": {}}]}], []],
		[[{"from": [labelled({"control-plane": "controller-manager"})]}], []],
		[[{"from": [labelled({"control-plane": "other"})]}], [["ingress", "controller", true]]],
		[[{"from": [{"podSelector": {}}]}], [["ingress", "controller", true]]],
		[[{"from": [fixtures.peers.controller], "ports": [{"port": 7777}]}], [["ingress", "controller", true]]],
		[[{"from": [labelled({"app.kubernetes.io/component": "manager"})]}], [["ingress", "controller", false]]],
		[[{"from": [{"ipBlock": {"cidr": "10.0.0.0/8"}}]}], []],
	] {
		blocked(fixtures.with_ingress(example[0]), 8443) == example[1]
	}
}

test_of_monitoring_some_pod_must_get_in if {
	peer := {"namespaceSelector": fixtures.named("monitoring"), "podSelector": {"matchLabels": {"app": "prometheus"}}}
	blocked(fixtures.with_ingress([{"from": [peer]}]), 9100) == []
	blocked(closed, 9100) == [["ingress", "monitoring", true]]
	blocked(fixtures.with_ingress([{}]), 9100) == []
}

test_the_labels_of_the_principals_namespace_count_where_they_are_known if {
	given := fixtures.with_ingress([{"from": [{"namespaceSelector": {"matchLabels": {"team": "platform"}}}]}])
	told_where(given, {}) == [["ingress", "controller", false]]
	told_where(given, {"sei-k8s-controller-system": {"team": "platform"}}) == []
	told_where(given, {"sei-k8s-controller-system": {"team": "other"}}) == [["ingress", "controller", true]]
	told_where(given, {"sei-k8s-controller-system": {}}) == [["ingress", "controller", true]]
}

told_where(given, namespaces) := blocked(fixtures.but(given, {"namespaces": namespaces}), 8443)

test_pods_that_are_present_decide if {
	given := fixtures.with_sources(fixtures.with_ingress([{"from": [labelled({"component": "manager"})]}]), [fixtures.controller, second])
	allowed := fixtures.but(given, {"labelSets": [label_set | some labels in fixtures.label_sets; label_set := object.union(labels, {"component": "manager"})]})
	blocked(given, 8443) == [["ingress", "sei-k8s-controller-system/manager-0", true]]
	blocked(allowed, 8443) == []
	blocked(fixtures.with_sources(closed, [fixtures.curl]), 8443) == [["ingress", "controller", true]]
	blocked(fixtures.with_sources(fixtures.with_ingress([{}]), [fixtures.controller]), 8443) == []
	blocked(fixtures.with_sources(fixtures.with_ingress([{"from": [{"ipBlock": {"cidr": "10.0.0.0/8"}}]}]), [fixtures.controller]), 8443) == []
}

second := object.union(fixtures.controller, {"example": "sei-k8s-controller-system/manager-1"})

test_every_pod_of_the_controller_must_get_in_and_one_of_monitoring if {
	grafana := object.union(fixtures.prometheus, {"labels": 2, "example": "monitoring/grafana"})
	one := {"namespaceSelector": fixtures.named("monitoring"), "podSelector": {"matchLabels": {"app": "prometheus"}}}
	blocked(fixtures.with_sources(fixtures.with_ingress([{"from": [one]}]), [fixtures.prometheus, grafana]), 9100) == []
	blocked(fixtures.with_sources(fixtures.with_ingress([{"from": [one]}]), [grafana]), 9100) == [["ingress", "monitoring/grafana", true]]
	blocked(fixtures.with_sources(closed, [fixtures.prometheus, grafana]), 9100) == [["ingress", "monitoring/grafana", true]]
	canary := object.union(second, {"labels": 3})
	labels := array.concat(fixtures.label_sets, [object.union(fixtures.controller_labels, {"canary": "1"})])
	stable := {"namespaceSelector": {}, "podSelector": {"matchExpressions": [{"key": "canary", "operator": "DoesNotExist"}]}}
	given := fixtures.but(fixtures.with_sources(fixtures.with_ingress([{"from": [stable]}]), [fixtures.controller, canary]), {"labelSets": labels})
	blocked(given, 8443) == [["ingress", "sei-k8s-controller-system/manager-1", true]]
}

test_a_controller_on_its_machines_network_leaves_a_doubt if {
	on_machine := object.union(fixtures.controller, {"hostNetwork": true})
	blocked(fixtures.with_sources(closed, [on_machine]), 8443) == [["ingress", "controller", false]]
	blocked(fixtures.with_sources(fixtures.with_ingress(fixtures.good), [on_machine]), 8443) == []
}

out(spec) := fixtures.with_policies([
	fixtures.policy("arctic", "sidecar", {"podSelector": {}, "ingress": fixtures.good}),
	fixtures.policy("sei-k8s-controller-system", "out", object.union({"policyTypes": ["Egress"]}, spec)),
])

manager := {"podSelector": {"matchLabels": {"control-plane": "controller-manager"}}}

test_a_policy_may_keep_the_controller_in if {
	every example in [
		[{"podSelector": {}}, [["egress", "controller", true]]],
		[manager, [["egress", "controller", true]]],
		[object.union(manager, {"egress": [{"ports": [{"port": 443}]}]}), [["egress", "controller", true]]],
		[object.union(manager, {"egress": [{"to": [{"namespaceSelector": {"matchLabels": {"team": "x"}}}]}]}), [["egress", "controller", true]]],
		[object.union(manager, {"egress": [{"to": [{"namespaceSelector": {}}], "ports": [{"port": 9100}]}]}), [["egress", "controller", true]]],
		[object.union(manager, {"egress": [{}]}), []],
		[object.union(manager, {"egress": [{"to": [{"ipBlock": {"cidr": "10.0.0.0/8"}}]}]}), []],
		[object.union(manager, {"egress": [{"to": [{"namespaceSelector": fixtures.named("arctic")}], "ports": [{"port": "api"}]}]}), []],
		[{"podSelector": {"matchLabels": {"app": "other"}}}, []],
	] {
		blocked(out(example[0]), 8443) == example[1]
	}
}

test_pods_that_are_present_decide_on_their_own_side_as_well if {
	blocked(fixtures.with_sources(out({}), [fixtures.controller, second]), 8443) == [["egress", "sei-k8s-controller-system/manager-0", true]]
	blocked(fixtures.with_sources(out({"egress": [{}]}), [fixtures.controller]), 8443) == []
	blocked(fixtures.with_sources(out({"podSelector": {"matchLabels": {"app": "other"}}}), [fixtures.controller]), 8443) == []
	blocked(fixtures.with_sources(out({}), [object.union(fixtures.controller, {"hostNetwork": true})]), 8443) == [["egress", "controller", false]]
}

test_what_else_decides_around_the_controller_leaves_a_doubt if {
	caveats := [{"why": "CiliumNetworkPolicy x", "namespace": "sei-k8s-controller-system", "effect": "any"}]
	every sources in [[], [fixtures.controller]] {
		blocked(fixtures.but(fixtures.with_sources(out({}), sources), {"caveats": caveats}), 8443)[0][2] == false
	}
}
