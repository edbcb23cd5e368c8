package seinode.rules.listener_split_test

test_probes_of_the_sidecar if {
	every example in [
		[null, "ProbeMissing"],
		[{}, "ProbeMissing"],
		[{"httpGet": {"path": "/v0/livez", "port": 7777}}, "ProbePort"],
		[{"httpGet": {"path": "/v0/livez", "port": "sidecar"}}, "ProbePort"],
		[{"httpGet": {"path": "/v0/livez", "port": "absent"}}, "ProbePort"],
		[{"httpGet": {"path": "/v0/livez", "port": 8443, "scheme": "HTTPS"}}, "ProbePort"],
		[{"tcpSocket": {"port": 8443}}, "ProbePort"],
		[{"tcpSocket": {"port": 9100}}, "ProbePath"],
		[{"exec": {"command": ["true"]}}, "ProbePath"],
		[{"httpGet": {"path": "/v0/healthz", "port": 9100}}, "ProbePath"],
		[{"httpGet": {"path": "/v0/livez", "port": 9100, "scheme": "HTTPS"}}, "ProbeScheme"],
		[{"httpGet": {"path": "/v0/livez", "port": 9100, "host": "127.0.0.1"}}, "ProbeHost"],
	] {
		of_pod(tls_on, {"sei-sidecar": {"livenessProbe": example[0]}}) == {[example[1], concat("", [sidecar, ".livenessProbe"])]}
	}
	without := object.remove(pod({}).spec.initContainers[1], ["livenessProbe"])
	of_pod(tls_on, {"spec": {"initContainers": [pod({}).spec.initContainers[0], without, pod({}).spec.initContainers[2]]}}) == {["ProbeMissing", concat("", [sidecar, ".livenessProbe"])]}
	unready := {"readinessProbe": {"httpGet": {"path": "/v0/livez", "port": 9100}}}
	of_pod(tls_on, {"sei-sidecar": unready}) == {["ProbePath", concat("", [sidecar, ".readinessProbe"])]}
	named := {"livenessProbe": {"httpGet": {"path": "/v0/livez", "port": "public", "scheme": "HTTP"}}}
	of_pod(tls_on, {"sei-sidecar": named}) == set()
}

test_where_the_startup_probe_sits if {
	of_pod(tls_on, {"sei-sidecar": {"startupProbe": asks("/v0/startupz")}}) == {["StartupProbe", concat("", [sidecar, ".startupProbe"])]}
	of_pod(tls_on, {"seid": {"startupProbe": null}}) == {["ProbeMissing", concat("", [seid, ".startupProbe"])]}
	of_pod(tls_on, {"seid": {"startupProbe": {"httpGet": {"port": "public"}}}}) == {["ProbePort", concat("", [seid, ".startupProbe"])]}
}

test_no_probe_asks_through_the_proxy if {
	probe := {"readinessProbe": {"httpGet": {"path": "/v0/healthz", "port": 8443, "scheme": "HTTPS"}}}
	of_pod(tls_on, {"kube-rbac-proxy": probe}) == {["ProbeThroughProxy", concat("", [proxy, ".readinessProbe"])]}
}

test_where_seid_waits if {
	every script in [
		"curl http://127.0.0.1:7777/v0/healthz",
		"exec 3<>/dev/tcp/localhost/7777 && ask",
		"nc 127.0.0.1 7777",
		"curl -k https://localhost:8443",
		"ask 127.0.0.1:9100; ask 127.0.0.1:8443/v0/healthz",
	] {
		of_pod(tls_on, {"seid": {"args": [script]}}) == {["WaitPort", concat("", [seid, ".args"])]}
		of_pod(tls_on, {"seid": {"command": ["sh", "-c", script], "args": null}}) == {["WaitPort", concat("", [seid, ".command"])]}
	}
	every script in ["ask /dev/tcp/127.0.0.1/9100", "ask 127.0.0.1:77770", "ask 127.0.0.1:17777", "sleep 7777.5", ""] {
		of_pod(tls_on, {"seid": {"args": [script]}}) == set()
	}
	moved := object.union(tls_on, {"sidecar": {"port": 7000}})
	["WaitPort", concat("", [seid, ".args"])] in of_pod(moved, {"seid": {"args": ["ask localhost:7000"]}})
}
