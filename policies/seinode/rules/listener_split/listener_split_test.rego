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
