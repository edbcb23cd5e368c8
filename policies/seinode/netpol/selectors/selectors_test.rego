package seinode.netpol.selectors_test

import data.seinode.netpol.selectors

meets(labels, selector) if selectors.meets(labels, selectors.requirements(selector))

expression(key, operator, values) := {"matchExpressions": [{"key": key, "operator": operator, "values": values}]}

test_a_selector_that_asks_for_nothing_matches_everything if {
	every selector in [{}, {"matchLabels": {}}, {"matchExpressions": []}, {"matchLabels": null, "matchExpressions": null}, null] {
		every labels in [{}, {"a": "1"}] {
			meets(labels, selector)
		}
	}
}

test_what_each_operator_matches if {
	every example in [
		[{"matchLabels": {"a": "1"}}, [true, false, false, false]],
		[{"matchLabels": {"a": ""}}, [false, false, true, false]],
		[expression("a", "In", ["1", "3"]), [true, false, false, false]],
		[expression("a", "In", ["1", "2", ""]), [true, true, true, false]],
		[expression("a", "NotIn", ["1"]), [false, true, true, true]],
		[expression("a", "NotIn", ["1", "2", ""]), [false, false, false, true]],
		[expression("a", "Exists", []), [true, true, true, false]],
		[expression("a", "DoesNotExist", []), [false, false, false, true]],
		[{"matchExpressions": [{"key": "a", "operator": "Exists"}]}, [true, true, true, false]],
	] {
		got := [is |
			some labels in [{"a": "1"}, {"a": "2"}, {"a": ""}, {"b": "1"}]
			is := matches(labels, example[0])
		]
		got == example[1]
	}
}

matches(labels, selector) if {
	meets(labels, selector)
} else := false

test_every_requirement_must_hold if {
	selector := {"matchLabels": {"a": "1", "b": "2"}, "matchExpressions": [{"key": "c", "operator": "DoesNotExist"}]}
	meets({"a": "1", "b": "2"}, selector)
	not meets({"a": "1"}, selector)
	not meets({"a": "1", "b": "1"}, selector)
	not meets({"a": "1", "b": "2", "c": ""}, selector)
}

test_what_is_no_selector_is_no_fault if {
	every selector in [
		expression("a", "in", ["1"]),
		expression("a", null, null),
		expression("a", "In", null),
		expression("a", "In", "1"),
		expression("a", "In", [1, false, null]),
		{"matchLabels": {"a": 1}},
		{"matchLabels": {"a": false}},
		{"matchLabels": {"a": null}},
	] {
		not meets({"a": "1"}, selector)
	}
	every junk in [true, 5, "text", {"matchLabels": "a"}] {
		meets({"a": "1"}, junk)
	}
}
