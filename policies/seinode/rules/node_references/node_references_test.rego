package seinode.rules.node_references_test

import data.seinode.rules.node_references

validator(name, signing, other) := {
	"metadata": {"namespace": "arctic", "name": name},
	"spec": {"validator": {
		"signingKey": {"secret": {"secretName": signing}},
		"nodeKey": {"secret": {"secretName": concat("-", [other, "node"])}},
		"operatorKeyring": {"secret": {"secretName": concat("-", [other, "keyring"])}},
	}},
}

importer(name, claim) := {
	"metadata": {"namespace": "arctic", "name": name},
	"spec": {"fullNode": {}, "dataVolume": {"import": {"pvcName": claim}}},
}

plain(name) := {"metadata": {"namespace": "arctic", "name": name}, "spec": {"fullNode": {}, "validator": null}}

found(node, others) := {[violation.severity, violation.field, violation.details] | some violation in violations} if {
	violations := node_references.violations with input as {"node": node, "others": others}
}

test_denied_with_the_signing_key_of_another if {
	found(validator("n1", "key", "n1"), [validator("n0", "key", "n0"), plain("n2")]) == {[
		"error", "spec.validator.signingKey.secret.secretName",
		{"name": "key", "other": "n0"},
	]}
}

test_warned_of_a_node_key_and_a_keyring_of_another if {
	found(validator("n1", "one", "same"), [validator("n0", "two", "same")]) == {
		["warning", "spec.validator.nodeKey.secret.secretName", {"name": "same-node", "other": "n0"}],
		["warning", "spec.validator.operatorKeyring.secret.secretName", {"name": "same-keyring", "other": "n0"}],
	}
}

test_denied_with_a_claim_that_another_imports_or_has if {
	found(importer("n1", "data-n0"), [plain("n0"), importer("n2", "data-n0"), plain("n3")]) == {
		["error", "spec.dataVolume.import.pvcName", {"name": "data-n0", "other": "n0"}],
		["error", "spec.dataVolume.import.pvcName", {"name": "data-n0", "other": "n2"}],
	}
}

test_allowed_where_nobody_shares if {
	every others in [[], [plain("n0")], [validator("n0", "other", "n0"), importer("n2", "data-n5")]] {
		found(validator("n1", "key", "n1"), others) == set()
		found(importer("n1", "data-n1"), others) == set()
	}
}

test_a_node_is_no_other_to_itself_nor_to_another_namespace if {
	elsewhere := object.union(validator("n0", "key", "n1"), {"metadata": {"namespace": "other", "name": "n0"}})
	found(validator("n1", "key", "n1"), [validator("n1", "key", "n1"), elsewhere]) == set()
}

test_the_message_names_the_other_node if {
	violations := node_references.violations with input as {
		"node": importer("n1", "data-n0"),
		"others": [plain("n0")],
	}
	[violation] := [violation | some violation in violations]
	violation.message == "SeiNode n0 uses PersistentVolumeClaim data-n0 too"
	violation.fix == "Name another claim in one of the two, or delete one of them before the other is made."
}

test_denied_where_a_secret_with_a_key_is_deleted if {
	violations := node_references.violations with input as {"node": validator("n1", "key", "n1"), "deletedSecret": "n1-node"}
	[violation] := [violation | some violation in violations]
	violation.message == "Secret n1-node is deleted, and SeiNode n1 names it as its node key"
}

test_allowed_where_another_secret_is_deleted if {
	found := node_references.violations with input as {"node": validator("n1", "key", "n1"), "deletedSecret": "n0-node"}
	count(found) == 0
}
