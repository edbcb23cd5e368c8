package seinode_test

import data.seinode

test_a_node_of_a_team_is_allowed if {
	count(seinode.violations) == 0 with input as of({"team": "validators"}) with data.teams as ["validators"]
}

test_a_node_of_nobody_is_denied if {
	every labels in [{}, {"team": ""}, {"team": "strangers"}] {
		found := seinode.violations with input as of(labels) with data.teams as ["validators"]
		[violation.field | some violation in found] == ["spec.podLabels"]
	}
}

test_a_pod_without_its_node_is_not_asked if {
	count(seinode.violations) == 0 with input as {"node": {"spec": {}}, "inferred": true} with data.teams as []
}

of(labels) := {"node": {"metadata": {"name": "n0"}, "spec": {"podLabels": labels}}}
