package seinode.rules.unknown_field_test

import data.seinode.rules.unknown_field

test_allowed_without_unknown_fields if {
	every given in [{}, {"unknownFields": []}, {"unknownFields": null}, {"unknownFields": "spec.a"}] {
		count(unknown_field.violations) == 0 with input as given
	}
}

test_denied_as_a_warning if {
	found := unknown_field.violations with input as {"unknownFields": ["spec.genesis"]}
	[violation] := [violation | some violation in found]
	violation.rule == "unknown-field"
	violation.severity == "warning"
	violation.field == "spec.genesis"
	violation.details == {"field": "spec.genesis"}
	violation.message == "spec.genesis is not a field of SeiNode: the API server drops it"
}

test_denied_as_an_error_where_it_promises_to_retain if {
	every field in ["spec.storage.retainOnDelete", "spec.RETAIN"] {
		found := unknown_field.violations with input as {"unknownFields": [field]}
		[violation] := [violation | some violation in found]
		violation.severity == "error"
		violation.field == field
		contains(violation.message, "the volume is deleted with the node")
	}
}

test_one_violation_a_field if {
	fields := ["spec.a", "spec.b", "spec.retain", "spec.a"]
	found := unknown_field.violations with input as {"unknownFields": fields}
	{violation.field | some violation in found} == {"spec.a", "spec.b", "spec.retain"}
	count(found) == 3
}
