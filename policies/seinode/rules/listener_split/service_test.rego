package seinode.rules.listener_split_test

import data.seinode.rules.listener_split

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
