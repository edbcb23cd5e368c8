package seinode.rules.listener_split_test

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
