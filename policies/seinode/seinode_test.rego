package seinode_test

import data.seinode
import data.seinode.fixtures_test as fixtures
import data.seinode.fixtures_test.certificates

test_a_good_node_has_no_violations if {
	count(seinode.violations) == 0 with input as fixtures.with_certificate(certificates.good)
}

test_the_violations_of_all_rules_come_together if {
	given := object.union(fixtures.with_certificate(certificates.wildcard), {
		"before": {"spec": {}},
		"unknownFields": ["spec.genesis"],
	})
	found := seinode.violations with input as given
	{violation.rule | some violation in found} == {"tls-immutable", "tls-sans", "unknown-field"}
}
