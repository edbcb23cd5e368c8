package seinode.rules.label_contract_test

import data.seinode.rules.label_contract

node(spec) := {"metadata": {"namespace": "arctic", "name": "n0"}, "spec": object.union({"chainId": "arctic-1", "fullNode": {}}, spec)}

labels := {"app": "seid", "sei.io/node": "n0", "sei.io/chain": "arctic-1", "sei.io/role": "node"}

pod(labels) := {"metadata": {"name": "n0-0", "labels": labels}}

found_in(given) := {[violation.details.reason, violation.field] | some violation in label_contract.violations with input as given}

test_allowed_with_the_labels_of_the_contract if {
	found_in({"node": node({})}) == set()
	found_in({"node": node({}), "pod": pod(labels), "statefulSet": {"spec": {"template": pod(labels)}}}) == set()
	every junk in [null, "n0-0", [], {"spec": {"template": 1}}] {
		found_in({"node": node({}), "statefulSet": junk}) == set()
	}
	every junk in [null, "n0-0", []] {
		found_in({"node": node({}), "pod": junk}) == set()
	}
	found_in({"node": node({"podLabels": {"app": "seid", "sei.io/role": "node", "sei.io/chain": null}})}) == set()
}

test_allowed_for_the_role_of_every_mode if {
	every mode, role in {"fullNode": "node", "archive": "archive", "replayer": "replayer", "validator": "validator"} {
		given := {"metadata": {"name": "n0"}, "spec": {"chainId": "arctic-1", mode: {}}}
		found_in({"node": given, "pod": pod(object.union(labels, {"sei.io/role": role}))}) == set()
	}
}

test_denied_where_labels_are_missing if {
	missing := {["LabelMissing", "metadata.labels"]}
	every key in ["sei.io/node", "sei.io/chain", "sei.io/role"] {
		found_in({"node": node({}), "pod": pod(object.remove(labels, [key]))}) == missing
		found_in({"node": node({}), "pod": pod(object.union(labels, {key: null}))}) == missing
	}
	every none in [null, {}, [], "sei.io/node"] {
		given := {"node": node({}), "statefulSet": {"spec": {"template": pod(none)}}}
		count(label_contract.violations) == 3 with input as given
		found_in(given) == {["LabelMissing", "spec.template.metadata.labels"]}
	}
}

test_denied_where_labels_are_missing_at_a_pod_whose_node_is_not_in_sight if {
	unseen := {"metadata": {"namespace": "arctic", "name": "n0"}, "spec": {}}
	found_in({"inferred": true, "node": unseen, "pod": pod(labels)}) == set()
	found_in({"inferred": true, "node": unseen, "pod": pod(object.union(labels, {"sei.io/role": "validator", "sei.io/chain": "other"}))}) == set()
	every key in ["sei.io/node", "sei.io/chain", "sei.io/role"] {
		found_in({"inferred": true, "node": unseen, "pod": pod(object.remove(labels, [key]))}) == {["LabelMissing", "metadata.labels"]}
	}
	found := label_contract.violations with input as {
		"inferred": true,
		"node": unseen,
		"pod": {"metadata": {"name": "n0-1", "labels": object.remove(labels, ["sei.io/chain"])}},
	}
	[violation] := [it | some it in found]
	violation.message == "Pod n0-1: the pod has no label sei.io/chain: a policy that selects by it passes it over"
	violation.fix == "Set the label sei.io/chain to the node's chainId."
	violation.details == {"reason": "LabelMissing", "kind": "Pod", "name": "n0-1", "label": "sei.io/chain"}
}

test_denied_where_labels_are_changed if {
	every key in ["sei.io/node", "sei.io/chain", "sei.io/role"] {
		field := concat("", ["metadata.labels[\"", key, "\"]"])
		found_in({"node": node({}), "pod": pod(object.union(labels, {key: "other"}))}) == {["LabelChanged", field]}
		found_in({"node": node({}), "pod": pod(object.union(labels, {key: 1}))}) == {["LabelChanged", field]}
	}
}

test_denied_where_pod_labels_try_to_set_one if {
	found := label_contract.violations with input as {"node": node({"podLabels": {"sei.io/role": "validator"}})}
	[violation] := [it | some it in found]
	violation.rule == "label-contract"
	violation.severity == "error"
	violation.field == "spec.podLabels[\"sei.io/role\"]"
	violation.details == {"reason": "Overridden", "kind": "SeiNode", "name": "n0", "label": "sei.io/role"}
	violation.message == "spec.podLabels sets sei.io/role to validator, but the pod carries sei.io/role: node"
	violation.fix == "Remove sei.io/role from spec.podLabels, and select by sei.io/role: node."
}

test_what_cannot_be_told_is_not_judged if {
	every spec in [{"chainId": null}, {"archive": {}}] {
		found := found_in({"node": node(spec), "pod": pod({"sei.io/node": "n0"})})
		count(found) == 1
	}
	found_in({"node": {"metadata": {"name": "n0"}, "spec": null}, "pod": pod({"sei.io/node": "n0"})}) == set()
}
