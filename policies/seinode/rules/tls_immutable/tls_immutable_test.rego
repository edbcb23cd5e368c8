package seinode.rules.tls_immutable_test

import data.seinode.rules.tls_immutable

node(tls) := {"spec": {"sidecar": {"tls": tls}}}

off := [
	{},
	{"spec": null},
	{"spec": {}},
	{"spec": {"sidecar": null}},
	{"spec": {"sidecar": {}}},
	{"spec": {"sidecar": {"port": 7777}}},
	node(null),
]

test_allowed_where_nothing_changes if {
	every pair in [
		[node({"secretName": "a"}), node({"secretName": "a"})],
		[node({"secretName": "a"}), node({"secretName": "a", "notAField": true})],
		[off[0], off[0]],
	] {
		count(tls_immutable.violations) == 0 with input as {"before": pair[0], "node": pair[1]}
	}
}

test_allowed_from_one_way_of_being_off_to_another if {
	every before in off {
		every after in off {
			count(tls_immutable.violations) == 0 with input as {"before": before, "node": after}
		}
	}
}

test_allowed_where_nothing_was_before if {
	every given in [
		{"node": node({"secretName": "a"})},
		{"node": node({"secretName": "a"}), "before": null},
		{"node": {"spec": {}}},
	] {
		count(tls_immutable.violations) == 0 with input as given
	}
}

test_denied_when_added if {
	every before in off {
		found := tls_immutable.violations with input as {"before": before, "node": node({"secretName": "a"})}
		[violation] := [violation | some violation in found]
		violation.details == {"change": "added", "before": null, "after": {"secretName": "a"}}
	}
}

test_denied_when_removed if {
	every after in off {
		found := tls_immutable.violations with input as {"before": node({"secretName": "a"}), "node": after}
		[violation] := [violation | some violation in found]
		violation.details == {"change": "removed", "before": {"secretName": "a"}, "after": null}
	}
}

test_denied_when_changed if {
	given := {"before": node({"secretName": "a"}), "node": node({"secretName": "b"})}
	found := tls_immutable.violations with input as given
	[violation] := [violation | some violation in found]
	violation.rule == "tls-immutable"
	violation.severity == "error"
	violation.field == "spec.sidecar.tls"
	violation.message == "spec.sidecar.tls is immutable and would be changed"
	violation.details == {"change": "changed", "before": {"secretName": "a"}, "after": {"secretName": "b"}}
}
