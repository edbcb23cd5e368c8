package seinode.rules.tls_secret_test

import data.seinode.fixtures_test as fixtures
import data.seinode.fixtures_test.certificates
import data.seinode.rules.tls_secret

test_allowed if {
	every der in [certificates.good, certificates.forever, certificates.cn_only] {
		count(tls_secret.violations) == 0 with input as fixtures.with_certificate(der)
	}
}

test_silent_where_tls_is_off_or_nothing_is_known if {
	count(tls_secret.violations) == 0 with input as {"now": fixtures.now, "node": {"spec": {}}}
	given := {"now": fixtures.now, "node": fixtures.node("n0"), "unavailable": "forbidden"}
	count(tls_secret.violations) == 0 with input as given
}

test_denied_with_reason_and_fix if {
	names := "n0.arctic.svc.cluster.local, n0-0.n0.arctic.svc.cluster.local"
	every example in [
		["NotFound", {}, "Create the Secret"],
		["Malformed", {"secret": {"type": "Opaque"}}, "Replace the Secret"],
		["Malformed", fixtures.with_certificate(certificates.other), "Replace the Secret"],
		["Expired", fixtures.with_certificate(certificates.expired_no_names), "Renew the certificate"],
		["NotYetValid", fixtures.with_certificate(certificates.future_no_names), "Wait until"],
	] {
		given := object.union({"now": fixtures.now, "node": fixtures.node("n0")}, example[1])
		found := tls_secret.violations with input as given
		[violation] := [violation | some violation in found]
		violation.rule == "tls-secret"
		violation.severity == "error"
		violation.field == "spec.sidecar.tls.secretName"
		violation.details == {"reason": example[0], "secretName": "n0-tls"}
		startswith(violation.fix, example[2])
		contains(violation.fix, names)
	}
}
