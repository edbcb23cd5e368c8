package seinode.rules.listener_split_test

import data.seinode.rules.listener_split

tls_on := {"sidecar": {"tls": {"secretName": "n0-tls"}}}

node(spec) := {"metadata": {"namespace": "arctic", "name": "n0"}, "spec": spec}

tasks_port := {"name": "sidecar", "containerPort": 7777, "protocol": "TCP"}

public_port := {"name": "public", "containerPort": 9100}

api_port := {"name": "api", "containerPort": 8443}

port_env := [{"name": "SEI_SIDECAR_PORT", "value": "7777"}, {"name": "SEI_SIDECAR_PUBLIC_PORT", "value": "9100"}]

mode(value) := {"name": "SEI_SIDECAR_AUTHN_MODE", "value": value}

arguments := [
	"--secure-listen-address=0.0.0.0:8443",
	"--upstream=http://127.0.0.1:7777/",
	"--config-file=/etc/kube-rbac-proxy/config.yaml",
	"--tls-cert-file=/etc/tls/tls.crt",
	"--tls-private-key-file=/etc/tls/tls.key",
	"--auth-header-fields-enabled=true",
	"--v=0",
]

asks(path) := {"httpGet": {"path": path, "port": 9100}}

# The pod as the contract has it, with these fields written over those of a container or of the pod.
pod(changes) := {"spec": instead(
	{
		"initContainers": [
			{"name": "seid-init", "command": ["/bin/sh", "-c", "seid init"]},
			changed(changes, "sei-sidecar", {
				"restartPolicy": "Always",
				"ports": [tasks_port, public_port],
				"env": array.concat(port_env, [mode("trusted-header")]),
				"livenessProbe": asks("/v0/livez"),
				"readinessProbe": asks("/v0/healthz"),
			}),
			changed(changes, "kube-rbac-proxy", {
				"restartPolicy": "Always",
				"ports": [api_port],
				"args": arguments,
				"startupProbe": {"tcpSocket": {"port": 8443}},
			}),
		],
		"containers": [changed(changes, "seid", {
			"command": ["/bin/bash", "-c"],
			"args": ["until ask 127.0.0.1:9100/v0/healthz; do sleep 1; done; exec seid start"],
			"startupProbe": asks("/v0/healthz"),
		})],
	},
	object.get(changes, "spec", {}),
)}

changed(changes, name, container) := instead(object.union({"name": name}, container), object.get(changes, name, {}))

# Fields written over those that are there, whole.
instead(fields, others) := object.union(object.remove(fields, object.keys(others)), others)

service(changes) := {"spec": instead(
	{
		"clusterIP": "None",
		"publishNotReadyAddresses": true,
		"ports": service_ports,
	},
	changes,
)}

service_ports := [
	{"name": "rpc", "port": 26657},
	{"name": "public", "port": 9100, "targetPort": 9100},
	{"name": "api", "port": 8443, "targetPort": "api"},
]

# The same where TLS is off.
open := {"sei-sidecar": {"env": port_env}, "spec": {"initContainers": [container |
	some container in pod({"sei-sidecar": {"env": port_env}}).spec.initContainers
	container.name != "kube-rbac-proxy"
]}}

found_in(given) := {[violation.details.reason, violation.field] | some violation in listener_split.violations with input as given}

of_pod(spec, changes) := found_in({"node": node(spec), "pod": pod(changes)})

of_service(spec, changes) := found_in({"node": node(spec), "service": service(changes)})

sidecar := "spec.initContainers[1]"

proxy := "spec.initContainers[2]"

seid := "spec.containers[0]"

test_allowed_as_the_operator_makes_them if {
	found_in({"node": node(tls_on), "pod": pod({}), "statefulSet": {"spec": {"template": pod({})}}, "service": service({})}) == set()
	found_in({"node": node({}), "pod": pod(open), "service": service({"ports": array.slice(service_ports, 0, 2)})}) == set()
}

test_allowed_where_nothing_is_there_to_judge if {
	every junk in [null, true, 1, "x", [], {}, {"spec": null}, {"spec": {"template": null}}] {
		found_in({"node": node(tls_on)}) == set()
		found_in({"node": node(tls_on), "pod": junk, "statefulSet": junk}) == set()
	}
	found_in({"node": node(tls_on), "service": {"spec": null}}) == set()
}

test_a_pod_of_another_kind_has_no_listeners if {
	found_in({"node": node(tls_on), "pod": {"spec": {"containers": {"seid": {"name": "seid"}}}}}) == set()
	found_in({"node": node(tls_on), "pod": {"spec": {"containers": [{"name": "web"}, {"name": 1}, {}]}}}) == set()
}

test_a_violation_names_the_object_and_says_what_to_do if {
	given := {"node": node(tls_on), "statefulSet": {"spec": {"template": pod({"spec": {"hostPID": true}})}}}
	[violation] := [it | some it in listener_split.violations with input as given]
	violation.rule == "listener-split"
	violation.severity == "error"
	violation.field == "spec.template.spec.hostPID"
	violation.details == {"reason": "HostPID", "kind": "StatefulSet", "name": "n0"}
	startswith(violation.message, "StatefulSet n0: hostPID is true: ")
	violation.fix == "Remove hostPID from the pod."
}

test_host_namespaces if {
	of_pod(tls_on, {"spec": {"hostNetwork": true, "hostPID": true, "hostIPC": true}}) == {
		["HostNetwork", "spec.hostNetwork"],
		["HostPID", "spec.hostPID"],
		["HostIPC", "spec.hostIPC"],
	}
	of_pod(tls_on, {"spec": {"hostNetwork": false, "shareProcessNamespace": true}}) == set()
}

test_host_ports if {
	ports := [tasks_port, object.union(public_port, {"hostPort": 9100})]
	of_pod(tls_on, {"sei-sidecar": {"ports": ports}}) == {["HostPort", concat("", [sidecar, ".ports[1].hostPort"])]}
	of_pod(tls_on, {"sei-sidecar": {"ports": [tasks_port, object.union(public_port, {"hostPort": 0})]}}) == set()
	of_pod(tls_on, {"seid": {"ports": [{"containerPort": 26656, "hostPort": 26656}]}}) == set()
	on_host := {"spec": {"hostNetwork": true}, "sei-sidecar": {"ports": [object.union(port, {"hostPort": port.containerPort}) | some port in [tasks_port, public_port]]}}
	of_pod(tls_on, on_host) == {["HostNetwork", "spec.hostNetwork"]}
}

test_native_sidecars if {
	of_pod(tls_on, {"sei-sidecar": {"restartPolicy": null}}) == {["NotSidecar", sidecar]}
	of_pod(tls_on, {"kube-rbac-proxy": {"restartPolicy": "OnFailure"}}) == {["NotSidecar", proxy]}
	moved := {"spec": {"containers": array.concat(pod({}).spec.containers, [pod({}).spec.initContainers[1]]), "initContainers": [pod({}).spec.initContainers[2]]}}
	of_pod(tls_on, moved) == {["NotSidecar", "spec.containers[1]"]}
}

test_ports_by_name_and_number if {
	every example in [
		[[tasks_port], {["PortMissing", concat("", [sidecar, ".ports"])]}],
		[[tasks_port, {"name": "metrics", "containerPort": 9100}], {["PortMissing", concat("", [sidecar, ".ports"])]}],
		[[tasks_port, {"name": "public", "containerPort": 9090}], {["PortNumber", concat("", [sidecar, ".ports"])]}],
		[[tasks_port, object.union(public_port, {"protocol": "UDP"})], {["PortNumber", concat("", [sidecar, ".ports"])]}],
	] {
		of_pod(tls_on, {"sei-sidecar": {"ports": example[0]}}) == example[1]
	}
	of_pod(tls_on, {"sei-sidecar": {"ports": null}}) == {["PortMissing", concat("", [sidecar, ".ports"])]}
	of_pod(tls_on, {"kube-rbac-proxy": {"ports": []}}) == {["PortMissing", concat("", [proxy, ".ports"])]}
}

test_a_moved_tasks_port if {
	moved := object.union(tls_on, {"sidecar": {"port": 7000}})
	reasons := {pair[0] | some pair in of_pod(moved, {})}
	reasons == {"PortNumber", "EnvValue", "UpstreamPort"}
	every port in [0, -1, 65536, 7777.5, "7777", null] {
		of_pod(object.union(tls_on, {"sidecar": {"port": port}}), {}) == set()
	}
}

test_environment if {
	field := concat("", [sidecar, ".env"])
	trusted := mode("trusted-header")
	every example in [
		[[trusted], {["EnvMissing", field]}],
		[[port_env[0], trusted], {["EnvMissing", field]}],
		[[port_env[0], trusted, {"name": "SEI_SIDECAR_PUBLIC_PORT", "value": "9101"}], {["EnvValue", field]}],
		[[port_env[0], trusted, {"name": "SEI_SIDECAR_PUBLIC_PORT"}], {["EnvValue", field]}],
		[[port_env[0], trusted, {"name": "SEI_SIDECAR_PUBLIC_PORT", "value": "7777"}], {["EnvValue", field], ["EqualPorts", field]}],
		[array.concat([trusted, {"name": "SEI_SIDECAR_PORT", "value": "1"}], port_env), set()],
		[array.concat(port_env, [trusted, {"name": "SEI_SIDECAR_PORT", "valueFrom": {}}]), {["EnvValue", field]}],
		[port_env, {["AuthnMode", field]}],
		[array.concat(port_env, [mode("unauthenticated")]), {["AuthnMode", field]}],
		[array.concat(port_env, [mode("")]), {["AuthnMode", field]}],
		[array.concat(port_env, [trusted, mode("")]), {["AuthnMode", field]}],
		[array.concat(port_env, [{"name": "SEI_SIDECAR_AUTHN_MODE", "value": "trusted-header", "valueFrom": {}}]), {["AuthnMode", field]}],
	] {
		of_pod(tls_on, {"sei-sidecar": {"env": example[0]}}) == example[1]
	}
}

test_without_tls_nobody_vouches_for_callers if {
	every value in ["", "unauthenticated"] {
		env := array.concat(port_env, [mode(value)])
		of_pod({}, {"sei-sidecar": {"env": env}}) == {["ProxyWithoutTLS", proxy]}
	}
	every given in [null, ["--v=1" | some _ in numbers.range(1, 101)]] {
		of_pod({}, {"kube-rbac-proxy": {"args": given}}) == {["ProxyWithoutTLS", proxy], ["AuthnMode", concat("", [sidecar, ".env"])]}
	}
}

test_under_tls_there_is_a_proxy if {
	of_pod(tls_on, {"spec": {"initContainers": array.slice(pod({}).spec.initContainers, 0, 2)}}) == {["ProxyMissing", "spec.initContainers"]}
}

# What the proxy is told instead of, or besides, what it should be told.
given_arguments(instead) := array.concat([argument | some argument in arguments; not same_flag(argument, instead)], instead)

same_flag(argument, instead) if {
	some other in instead
	split(argument, "=")[0] == split(other, "=")[0]
}

test_arguments_of_the_proxy if {
	every example in [
		[["--ignore-paths=/v0/healthz,/v0/metrics"], {"IgnorePaths"}],
		[["--ignore-paths", "/v0/*"], {"IgnorePaths"}],
		[["--ignore_paths=/v0/*"], {"IgnorePaths"}],
		[["--ignore-paths=/a", "--ignore-paths="], {"IgnorePaths"}],
		[["--ignore-paths="], set()],
		[["-ignore-paths=/v0/*"], set()],
		[["--allow-paths=/v0/tasks"], {"AllowPaths"}],
		[["--insecure-listen-address=0.0.0.0:8080"], {"InsecureListenAddress"}],
		[["--insecure-listen-address=0.0.0.0:8080", "--insecure-listen-address="], set()],
		[["--secure-listen-address=0.0.0.0:9443"], {"SecureListenAddress"}],
		[["--secure-listen-address=127.0.0.1:8443"], {"SecureListenAddress"}],
		[["--secure-listen-address="], {"SecureListenAddress"}],
		[["--secure-listen-address", ":8443"], set()],
		[["--secure-listen-address=[::]:8443"], set()],
		[["--upstream=http://10.0.0.1:7777/"], {"UpstreamNotLoopback"}],
		[["--upstream=http://0.0.0.0:7777/"], {"UpstreamNotLoopback"}],
		[["--upstream=http://127.0.0.1.evil:7777/"], {"UpstreamNotLoopback"}],
		[["--upstream=http://127.0.0.256:7777/"], {"UpstreamNotLoopback"}],
		[["--upstream=http://127.0.0.1.1:7777/"], {"UpstreamNotLoopback"}],
		[["--upstream=http://127:7777/"], {"UpstreamNotLoopback"}],
		[["--upstream=http://127.0.0.1:7777@evil:7777/"], {"UpstreamNotLoopback"}],
		[["--upstream=127.0.0.1:7777"], {"UpstreamNotLoopback"}],
		[["--upstream="], {"UpstreamNotLoopback"}],
		[["--upstream=http://127.0.0.1:7778/"], {"UpstreamPort"}],
		[["--upstream=http://127.0.0.1/"], {"UpstreamPort"}],
		[["--upstream=https://127.0.0.1:7777/"], {"UpstreamPort"}],
		[["--upstream=http://127.0.0.1:7777/v0"], {"UpstreamPort"}],
		[["--upstream=http://localhost:7777"], set()],
		[["--upstream=http://[::1]:7777/"], set()],
		[["--upstream=http://127.1.2.3:7777/"], set()],
		[["--auth-header-fields-enabled=false"], {"AuthHeaderDisabled"}],
		[["--auth-header-fields-enabled", "false"], set()],
		[["--auth-header-fields-enabled=true", "--auth-header-fields-enabled=0"], {"AuthHeaderDisabled"}],
		[["--auth-header-user-field-name=X-Forwarded-User"], {"AuthHeaderName"}],
		[["--auth-header-user-field-name="], {"AuthHeaderName"}],
		[["--auth-header-user-field-name=X-Remote-User"], set()],
		[["--auth-header-groups-field-name=X-Remote-User"], {"AuthHeaderName"}],
		[["--auth-header-groups-field-name=X-Groups"], set()],
		[["--config-file="], {"ConfigFile"}],
		[["--tls-cert-file="], {"TLSFiles"}],
		[["--tls-cert-file=", "--tls-private-key-file="], {"TLSFiles"}],
		[["--v=1" | some _ in numbers.range(1, 100)], {"Arguments"}],
	] {
		found := of_pod(tls_on, {"kube-rbac-proxy": {"args": given_arguments(example[0])}})
		{pair[0] | some pair in found} == example[1]
		{pair[1] | some pair in found} == {concat("", [proxy, ".args"]) | count(example[1]) > 0}
	}
}

test_arguments_in_the_command if {
	command := array.concat(["/usr/local/bin/kube-rbac-proxy"], arguments)
	of_pod(tls_on, {"kube-rbac-proxy": {"command": command, "args": null}}) == set()
	found := of_pod(tls_on, {"kube-rbac-proxy": {"command": array.concat(command, ["--allow-paths=/a"]), "args": []}})
	found == {["AllowPaths", concat("", [proxy, ".command"])]}
	both := {"command": array.slice(command, 0, 4), "args": array.concat(array.slice(command, 4, 100), [1])}
	of_pod(tls_on, {"kube-rbac-proxy": both}) == set()
	refused := {"command": command, "args": ["--allow-paths=/a"]}
	of_pod(tls_on, {"kube-rbac-proxy": refused}) == {["AllowPaths", concat("", [proxy, ".args"])]}
}

test_a_proxy_without_arguments_has_every_fault_of_those_that_lack if {
	found := of_pod(tls_on, {"kube-rbac-proxy": {"args": null}})
	{pair[0] | some pair in found} == {"AuthHeaderDisabled", "ConfigFile", "SecureListenAddress", "TLSFiles", "UpstreamNotLoopback"}
	{pair[1] | some pair in found} == {concat("", [proxy, ".args"])}
}

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

test_what_the_service_publishes if {
	every example in [
		[{"name": "sidecar", "port": 7777}, "TasksPortPublished"],
		[{"name": "tasks", "port": 80, "targetPort": 7777}, "TasksPortPublished"],
		[{"name": "tasks", "port": 80, "targetPort": "sidecar"}, "TasksPortPublished"],
		[{"name": "tasks", "port": 7777, "targetPort": 9000}, "TasksPortPublished"],
	] {
		of_service(tls_on, {"ports": array.concat(service_ports, [example[0]])}) == {[example[1], "spec.ports[3]"]}
	}
	of_service({}, {"ports": array.concat(service_ports, [{"name": "sidecar", "port": 7777}])}) == set()
	named := {"seid": {"ports": [{"name": "hidden", "containerPort": 7777}]}}
	hidden := {"ports": array.concat(service_ports, [{"name": "x", "port": 80, "targetPort": "hidden"}])}
	found_in({"node": node(tls_on), "pod": pod(named), "service": service(hidden)}) == {["TasksPortPublished", "spec.ports[3]"]}
	of_service(tls_on, hidden) == set()
}

test_what_the_service_lacks if {
	of_service(tls_on, {"ports": array.slice(service_ports, 0, 2)}) == {["ServicePortMissing", "spec.ports"]}
	of_service({}, {"ports": array.slice(service_ports, 0, 2)}) == set()
	of_service({}, {"ports": null}) == {["ServicePortMissing", "spec.ports"]}
	of_service({}, {"ports": [{"name": "public", "port": 9100, "targetPort": 26660}]}) == {["ServicePortMissing", "spec.ports"]}
	of_service({}, {"ports": [{"name": "metrics", "port": 9100}]}) == {["ServicePortMissing", "spec.ports"]}
	of_service({}, {"ports": [{"name": "public", "port": 80, "targetPort": 9100}]}) == {["ServicePortMissing", "spec.ports"]}
	of_service({}, {"ports": [{"name": "public", "port": 9100, "targetPort": 0}]}) == set()
	of_service({}, {"ports": [{"name": "public", "port": 9100, "protocol": "TCP"}]}) == set()
	of_service({}, {"ports": [{"name": "public", "port": 9100, "protocol": "UDP"}]}) == {["ServicePortMissing", "spec.ports"]}
}

outside(ports) := {["PublishedOutside", concat("", ["spec.ports[", index, "]"])] | some index in ports}

test_a_service_that_reaches_outside if {
	of_service(tls_on, {"type": "NodePort"}) == outside(["1", "2"])
	of_service(tls_on, {"type": "LoadBalancer"}) == outside(["1", "2"])
	of_service(tls_on, {"externalIPs": ["203.0.113.7"]}) == outside(["1", "2"])
	of_service({}, {"type": "NodePort", "ports": [service_ports[1], {"name": "sidecar", "port": 7777}]}) == outside(["0", "1"])
	of_service({}, {"type": "NodePort"}) == outside(["1"])
	both := {"type": "NodePort", "ports": array.concat(service_ports, [{"name": "sidecar", "port": 7777}])}
	of_service(tls_on, both) == outside(["1", "2"]) | {["TasksPortPublished", "spec.ports[3]"]}
	of_service(tls_on, {"type": "ClusterIP", "externalIPs": []}) == set()
}

test_a_service_that_hides_the_pod_is_a_warning if {
	found_in({"node": node({}), "service": {"spec": {"ports": [service_ports[1]]}}}) == {
		["NotHeadless", "spec.clusterIP"],
		["NotReadyAddresses", "spec.publishNotReadyAddresses"],
	}
	every example in [
		[{"clusterIP": "10.0.0.1"}, ["NotHeadless", "spec.clusterIP"]],
		[{"publishNotReadyAddresses": false}, ["NotReadyAddresses", "spec.publishNotReadyAddresses"]],
	] {
		given := {"node": node(tls_on), "service": service(example[0])}
		[violation] := [it | some it in listener_split.violations with input as given]
		violation.severity == "warning"
		[violation.details.reason, violation.field] == example[1]
	}
}
