package seinode.rules.tls_sans_test

import data.seinode.fixtures_test as fixtures
import data.seinode.fixtures_test.certificates
import data.seinode.rules.tls_sans

test_allowed if {
	every der in [certificates.good, certificates.upper] {
		count(tls_sans.violations) == 0 with input as fixtures.with_certificate(der)
	}
}

test_denied_with_the_names_that_lack if {
	every example in [
		[certificates.service_only, ["n0-0.n0.arctic.svc.cluster.local"]],
		[certificates.pod_only, ["n0.arctic.svc.cluster.local"]],
		[certificates.wildcard, fixtures.required],
	] {
		found := tls_sans.violations with input as fixtures.with_certificate(example[0])
		[violation] := [violation | some violation in found]
		violation.rule == "tls-sans"
		violation.severity == "error"
		violation.field == "spec.sidecar.tls.secretName"
		violation.details == {"missing": example[1], "secretName": "n0-tls"}
		violation.fix == "Issue the certificate again with the dNSName SANs n0.arctic.svc.cluster.local, n0-0.n0.arctic.svc.cluster.local."
	}
}

test_silent_where_another_check_failed_first if {
	every der in [certificates.expired_no_names, certificates.future_no_names, certificates.other, certificates.bad_ip] {
		count(tls_sans.violations) == 0 with input as fixtures.with_certificate(der)
	}
}

test_silent_where_tls_is_off if {
	count(tls_sans.violations) == 0 with input as {"now": fixtures.now, "node": {"spec": {}}}
}
