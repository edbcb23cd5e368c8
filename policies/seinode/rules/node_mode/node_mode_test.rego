package seinode.rules.node_mode_test

import data.seinode.rules.node_mode

test_allowed_with_one_mode if {
	every spec in [
		{"fullNode": {}},
		{"archive": {}, "fullNode": null},
		{"validator": {}},
		{"replayer": {}, "peers": [{"static": {"addresses": ["a@b:1"]}}]},
	] {
		count(node_mode.violations) == 0 with input as {"node": {"spec": spec}}
	}
}

test_denied_with_none if {
	every node in [{}, {"spec": null}, {"spec": {}}, {"spec": {"fullNode": null}}] {
		found := node_mode.violations with input as {"node": node}
		{violation.message | some violation in found} == {"spec must set exactly one of fullNode, archive, replayer, validator, not none"}
	}
}

test_denied_with_two if {
	found := node_mode.violations with input as {"node": {"spec": {"validator": {}, "archive": {}}}}
	[violation] := [violation | some violation in found]
	violation.message == "spec must set exactly one of fullNode, archive, replayer, validator, not archive and validator"
	violation.field == "spec"
}

test_denied_for_a_replayer_without_peers if {
	every spec in [{"replayer": {}}, {"replayer": {}, "peers": null}, {"replayer": {}, "peers": []}] {
		found := node_mode.violations with input as {"node": {"spec": spec}}
		{violation.field | some violation in found} == {"spec.peers"}
	}
}

test_nothing_of_a_node_that_is_not_in_sight if {
	every given in [{"node": {}, "inferred": true}, {"network": {}}] {
		count(node_mode.violations) == 0 with input as given
	}
}
