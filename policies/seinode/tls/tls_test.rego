package seinode.tls_test

import data.seinode.fixtures_test as fixtures
import data.seinode.fixtures_test.certificates
import data.seinode.fixtures_test.keys
import data.seinode.tls

test_off_has_no_verdict if {
	every spec in [{}, {"sidecar": {}}, {"sidecar": {"tls": {}}}, {"sidecar": null}, null, 1, []] {
		not tls.verdict with input as {"node": {"metadata": {"name": "n0", "namespace": "arctic"}, "spec": spec}}
	}
}

test_required_names_come_in_the_order_of_the_contract if {
	tls.required_dns_names == fixtures.required with input as {"node": fixtures.node("n0")}
}

# What each input makes of the Secret, in the order of the checks: every input after a reason's own carries all
# faults that come later.
order := [
	["Unavailable", {"unavailable": "forbidden"}],
	["NotFound", {}],
	["Malformed", {"secret": object.union(expired_no_names, {"type": "Opaque"})}],
	["Expired", {"secret": expired_no_names}],
	["NotYetValid", {"secret": fixtures.with_certificate(certificates.future_no_names).secret}],
	["SANsMismatch", {"secret": fixtures.with_certificate(certificates.cn_only).secret}],
	["Ready", {"secret": fixtures.with_certificate(certificates.good).secret}],
]

expired_no_names := fixtures.with_certificate(certificates.expired_no_names).secret

test_every_reason_with_its_status if {
	statuses := ["Unknown", "False", "False", "False", "False", "False", "True"]
	every i, example in order {
		given := object.union({"now": fixtures.now, "node": fixtures.node("n0")}, example[1])
		verdict := tls.verdict with input as given
		verdict.reason == example[0]
		verdict.status == statuses[i]
	}
}

test_the_earlier_reason_wins if {
	every example in [
		["Unavailable", {"unavailable": "forbidden", "secret": {}}],
		["Unavailable", {"unavailable": "forbidden", "secret": expired_no_names}],
		["Unavailable", {"unavailable": "forbidden", "secret": fixtures.with_certificate(certificates.good).secret}],
		["Malformed", {"secret": object.union(expired_no_names, {"data": {"tls.key": ""}})}],
		["Malformed", {"secret": fixtures.with_certificate(certificates.other).secret}],
		["Expired", {"secret": fixtures.with_certificate(certificates.inverted).secret}],
	] {
		given := object.union({"now": fixtures.now, "node": fixtures.node("n0")}, example[1])
		verdict := tls.verdict with input as given
		verdict.reason == example[0]
	}
}

test_loads_what_go_loads if {
	good := fixtures.block("CERTIFICATE", certificates.good)
	rsa := fixtures.block("CERTIFICATE", certificates.rsa)
	every pair in [
		[good, fixtures.key_ec],
		[good, fixtures.block("EC PRIVATE KEY", keys.ec_sec1)],
		[good, fixtures.block("ANY PRIVATE KEY", keys.ec)],
		[rsa, fixtures.block("RSA PRIVATE KEY", keys.rsa_pkcs1)],
		[fixtures.block("CERTIFICATE", certificates.ed25519), fixtures.block("PRIVATE KEY", keys.ed25519)],
		[replace(good, "\n", "\r\n"), replace(fixtures.key_ec, "\n", "\r\n")],
		[concat("", ["subject=n0\n\n", good]), concat("", ["Bag Attributes\n", fixtures.key_ec])],
		[concat("", [fixtures.key_ec, good]), fixtures.key_ec],
		[concat("", [good, "text after the last block"]), fixtures.key_ec],
		[concat("", [good, rsa]), fixtures.key_ec],
		[concat("", ["-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n", good]), fixtures.key_ec],
		[good, concat("", [good, fixtures.key_ec])],
	] {
		verdict := tls.verdict with input as fixtures.with_texts(pair[0], pair[1])
		verdict.reason == "Ready"
	}
}

test_refuses_what_go_refuses if {
	good := fixtures.block("CERTIFICATE", certificates.good)
	der := base64.decode(base64.encode("certificate"))
	every pair in [
		["not PEM", fixtures.key_ec],
		[der, fixtures.key_ec],
		[fixtures.block("TRUSTED CERTIFICATE", certificates.good), fixtures.key_ec],
		[concat("", [" ", good]), fixtures.key_ec],
		[concat("", ["\ufeff", good]), fixtures.key_ec],
		[good, good],
		[good, fixtures.block("PRIVATE KEY", keys.another_ec)],
		[good, fixtures.block("RSA PRIVATE KEY", keys.rsa_pkcs1)],
		[good, concat("", [fixtures.block("PRIVATE KEY", keys.another_ec), fixtures.key_ec])],
		[good, fixtures.block("ENCRYPTED PRIVATE KEY", "AAAA")],
		[concat("", [fixtures.block("CERTIFICATE", certificates.other), good]), fixtures.key_ec],
		[fixtures.block("CERTIFICATE", certificates.bad_ip), fixtures.key_ec],
		[fixtures.block("CERTIFICATE", "AAAA"), fixtures.key_ec],
	] {
		verdict := tls.verdict with input as fixtures.with_texts(pair[0], pair[1])
		verdict.reason == "Malformed"
	}
}

test_every_certificate_of_the_chain_has_to_parse if {
	good := fixtures.block("CERTIFICATE", certificates.good)
	every bad in [certificates.bad_ip, "AAAA", "MAAA", "", base64.encode(good)] {
		chain := concat("", [good, fixtures.block("CERTIFICATE", bad)])
		verdict := tls.verdict with input as fixtures.with_texts(chain, fixtures.key_ec)
		verdict.reason == "Malformed"
		endswith(verdict.message, "a certificate in tls.crt does not parse")
	}
}

test_only_the_leafs_dates_count if {
	good := fixtures.block("CERTIFICATE", certificates.good)
	every later in [certificates.expired_no_names, certificates.future_no_names] {
		chain := concat("", [good, fixtures.block("CERTIFICATE", later)])
		verdict := tls.verdict with input as fixtures.with_texts(chain, fixtures.key_ec)
		verdict.reason == "Ready"
	}
}

test_says_what_is_malformed if {
	good := fixtures.with_certificate(certificates.good).secret
	every example in [
		[{}, "its type is Opaque, not kubernetes.io/tls"],
		[{"type": null, "data": good.data}, "its type is Opaque, not kubernetes.io/tls"],
		[{"type": 1, "data": good.data}, "its type is (number), not kubernetes.io/tls"],
		[{"type": "", "data": good.data}, "its type is , not kubernetes.io/tls"],
		[{"type": "kubernetes.io/tls"}, "tls.crt is empty"],
		[{"type": "kubernetes.io/tls", "data": "text"}, "tls.crt is empty"],
		[object.union(good, {"data": {"tls.crt": ""}}), "tls.crt is empty"],
		[object.union(good, {"data": {"tls.crt": null}}), "tls.crt is empty"],
		[object.union(good, {"data": {"tls.key": ""}}), "tls.key is empty"],
		[object.union(good, {"data": {"tls.key": 1}}), "tls.crt and tls.key are not a pair that a TLS server can load"],
		[object.union(good, {"data": {"tls.crt": {}}}), "tls.crt and tls.key are not a pair that a TLS server can load"],
		[object.union(good, {"data": {"tls.crt": "%"}}), "tls.crt and tls.key are not a pair that a TLS server can load"],
	] {
		given := {"now": fixtures.now, "node": fixtures.node("n0"), "secret": example[0]}
		verdict := tls.verdict with input as given
		verdict.reason == "Malformed"
		verdict.message == concat("", ["Secret arctic/n0-tls: ", example[1]])
	}
}

test_both_ends_of_the_validity_are_valid if {
	every example in [
		["2019-12-31T23:59:59Z", "NotYetValid"],
		["2019-12-31T23:59:59.999999999Z", "NotYetValid"],
		["2020-01-01T00:00:00Z", "Ready"],
		["2020-01-01T00:00:00.000Z", "Ready"],
		["2020-01-01T02:00:00+02:00", "Ready"],
		["2120-01-01T00:00:00Z", "Ready"],
		["2120-01-01T00:00:00.000Z", "Ready"],
		["2120-01-01T00:00:00.000000001Z", "Expired"],
		["2120-01-01T00:00:01Z", "Expired"],
	] {
		verdict := tls.verdict with input as fixtures.at(example[0], certificates.good)
		verdict.reason == example[1]
	}
}

test_years_and_offsets_beyond_the_usual if {
	every example in [
		[certificates.forever, "Ready"],
		[certificates.since_1600, "Ready"],
		[certificates.until_1600, "Expired"],
		[certificates.from_2300, "NotYetValid"],
		[certificates.inverted, "Expired"],
		[certificates.offset, "Ready"],
	] {
		verdict := tls.verdict with input as fixtures.with_certificate(example[0])
		verdict.reason == example[1]
	}
}

test_an_offset_moves_the_ends_of_the_validity if {
	every example in [
		["2025-12-31T21:59:59Z", "NotYetValid"],
		["2025-12-31T22:00:00Z", "Ready"],
		["2026-06-01T00:00:00Z", "Ready"],
		["2026-06-01T00:00:01Z", "Expired"],
	] {
		verdict := tls.verdict with input as fixtures.at(example[0], certificates.offset)
		verdict.reason == example[1]
	}
}

# Go parses it and cannot write it as JSON, so that OPA has no such certificate.
test_an_offset_of_24_hours_is_malformed if {
	verdict := tls.verdict with input as fixtures.with_certificate(certificates.offset_24h)
	verdict.reason == "Malformed"
}

test_no_moment_to_judge_at_is_never_ready if {
	every moment in [null, 1, "", "today", "2026-06-01", "2026-06-31T00:00:00Z", "2300-01-01T00:00:00Z"] {
		verdict := tls.verdict with input as fixtures.at(moment, certificates.good)
		verdict.status == "Unknown"
	}
	without := object.remove(fixtures.with_certificate(certificates.good), {"now"})
	verdict := tls.verdict with input as without
	verdict.status == "Unknown"
}

test_names_count_as_they_are_written_but_for_case if {
	every example in [
		[certificates.good, []],
		[certificates.upper, []],
		[certificates.wildcard, fixtures.required],
		[certificates.trailing_dot, fixtures.required],
		[certificates.cn_only, fixtures.required],
		[certificates.other_kinds, fixtures.required],
		[certificates.service_only, ["n0-0.n0.arctic.svc.cluster.local"]],
		[certificates.pod_only, ["n0.arctic.svc.cluster.local"]],
		[certificates.nul, ["n0-0.n0.arctic.svc.cluster.local"]],
	] {
		verdict := tls.verdict with input as fixtures.with_certificate(example[0])
		object.get(verdict, "missing", []) == example[1]
		verdict.reason == {true: "Ready", false: "SANsMismatch"}[example[1] == []]
	}
}

test_a_node_in_capitals_is_served_too if {
	given := object.union(fixtures.with_certificate(certificates.good), {"node": fixtures.node("N0")})
	verdict := tls.verdict with input as given
	verdict.reason == "Ready"
}

test_the_message_lists_every_missing_name if {
	verdict := tls.verdict with input as fixtures.with_certificate(certificates.wildcard)
	endswith(verdict.message, "lacks the DNS names n0.arctic.svc.cluster.local, n0-0.n0.arctic.svc.cluster.local")
}

test_only_the_leafs_names_count if {
	chain := concat("", [fixtures.block("CERTIFICATE", certificates[name]) | some name in ["cn_only", "good"]])
	verdict := tls.verdict with input as fixtures.with_texts(chain, fixtures.key_ec)
	verdict.reason == "SANsMismatch"
}

test_null_counts_as_absent if {
	given := object.union(fixtures.with_certificate(certificates.good), {"unavailable": null})
	ready := tls.verdict with input as given
	ready.reason == "Ready"
	missing := tls.verdict with input as object.union(given, {"secret": null})
	missing.reason == "NotFound"
}

# An unknown reason why is no reason to go on.
test_unavailable_of_any_type_is_unavailable if {
	every why in ["", "forbidden", 1, false, {}] {
		given := object.union(fixtures.with_certificate(certificates.good), {"unavailable": why})
		verdict := tls.verdict with input as given
		verdict.reason == "Unavailable"
	}
}

test_junk_has_a_verdict_and_is_never_ready if {
	junk := [null, true, false, 0, "", [], {}]
	every value in junk {
		every given in [
			{"secret": value},
			{"secret": {"type": "kubernetes.io/tls", "data": value}},
			{"secret": {"type": value, "data": fixtures.with_certificate(certificates.good).secret.data}},
			{"secret": {"type": "kubernetes.io/tls", "data": {"tls.crt": value, "tls.key": value}}},
			{"node": {"metadata": value, "spec": fixtures.node("n0").spec}},
			{"node": {"metadata": {"name": value, "namespace": value}, "spec": fixtures.node("n0").spec}},
			{"node": {"metadata": {"name": "n0", "namespace": "arctic"}, "spec": {"sidecar": {"tls": {"secretName": value}}}}},
		] {
			verdict := tls.verdict with input as object.union({"now": fixtures.now, "node": fixtures.node("n0")}, given)
			verdict.status != "True"
		}
	}
}
