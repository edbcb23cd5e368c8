package seinode.rules.label_contract_test

import data.seinode.rules.label_contract

network(pod_selector) := {"network": {
	"policies": [{"metadata": {"namespace": "arctic", "name": "sidecar"}, "spec": {"podSelector": pod_selector, "ingress": []}}],
	"namespaces": {},
	"labelSets": [],
	"targets": [
		{"namespace": "arctic", "labels": object.union(labels, {"team": "rpc"}), "hostNetwork": false, "ports": [{"port": 9100, "guard": "public"}]},
		{"namespace": "arctic", "labels": {"app": "seid"}, "hostNetwork": false, "ports": [{"port": 80}]},
		{"namespace": "other", "labels": labels, "hostNetwork": false, "ports": [{"port": 9100, "guard": "public"}]},
	],
	"sources": [],
	"addresses": [],
	"caveats": [],
}}

exists(key) := {"key": key, "operator": "Exists"}

by_network(pod_selector) := {[violation.details.reason, violation.details.labels, violation.target] |
	some violation in label_contract.violations with input as network(pod_selector)
}

test_a_policy_may_select_by_the_contract_or_everything if {
	every selector in [
		{},
		null,
		{"matchExpressions": [exists("sei.io/node")]},
		{"matchLabels": {"sei.io/chain": "arctic-1", "sei.io/role": "node"}},
		{"matchLabels": {"sei.io/node": "n0", "app": "seid"}},
		{"matchLabels": {"sei.io/role": "archive"}},
		{"matchExpressions": [{"key": "sei.io/role", "operator": "NotIn", "values": ["full"]}]},
		{"matchExpressions": [{"key": "job", "operator": "DoesNotExist"}]},
		{"matchLabels": {"app": "prometheus"}},
	] {
		by_network(selector) == set()
	}
}

test_a_policy_that_selects_nodes_by_other_labels if {
	by_network({"matchLabels": {"app": "seid"}}) == {["SelectsByOther", ["app"], 0]}
	by_network({"matchLabels": {"app": "seid"}, "matchExpressions": [exists("team")]}) == {["SelectsByOther", ["app", "team"], 0]}
	by_network({"matchExpressions": [exists("team"), {"key": "job", "operator": "DoesNotExist"}]}) == {["SelectsByOther", ["team"], 0]}
}

test_a_policy_for_a_role_that_is_none if {
	every values in [["fullNode"], ["full", "seed"]] {
		by_network({"matchExpressions": [{"key": "sei.io/role", "operator": "In", "values": values}]}) == {["UnknownRole", ["sei.io/role"], 0]}
	}
	by_network({"matchExpressions": [{"key": "sei.io/role", "operator": "In", "values": ["full", "node"]}]}) == set()
}

test_a_violation_of_a_policy_names_it if {
	[violation] := [it | some it in label_contract.violations with input as network({"matchLabels": {"app": "seid"}})]
	violation.rule == "label-contract"
	violation.severity == "warning"
	violation.field == "spec.podSelector"
	violation.details.policy == "arctic/sidecar"
	violation.message == "NetworkPolicy arctic/sidecar: it selects the pod by app, which no contract gives it: without that label the pod is passed over"
	startswith(violation.fix, "Select by sei.io/node")
}
