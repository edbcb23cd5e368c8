package seinode.violation_test

import data.seinode.violation

test_a_violation_has_every_field_and_its_page if {
	found := violation.new("tls-sans", "error", "spec", {"message": "m", "details": {"a": 1}, "fix": "f"})
	found == {
		"rule": "tls-sans",
		"severity": "error",
		"field": "spec",
		"message": "m",
		"details": {"a": 1},
		"fix": "f",
		"docs": "https://github.com/sei-protocol/kubectl-seinode/blob/main/docs/rules/tls-sans.md",
	}
}

test_a_finding_without_its_fix_is_none if {
	not violation.new("tls-sans", "error", "spec", {"message": "m", "details": {}})
}
