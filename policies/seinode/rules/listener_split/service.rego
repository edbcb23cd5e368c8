package seinode.rules.listener_split

import data.seinode.tls
import data.seinode.workload

service := {"kind": "Service", "name": tls.node_name, "field": "spec"} if is_object(input.service.spec)

service_ports := [port |
	is_array(input.service.spec.ports)
	some i, it in input.service.spec.ports
	port := {
		"path": text([".ports[", format_int(i, 10), "]"]),
		"name": object.get(it, "name", ""),
		"asked": object.get(it, "port", 0),
		"target": target_of(it),
		"protocol": object.get(it, "protocol", ""),
	}
]

target_of(port) := port.targetPort if {
	not port.targetPort in {0, "", null}
} else := object.get(port, "port", 0)

tasks_targets := workload.targets(workload.tasks_port, "sidecar")

violations contains found("error", service, port.path, {
	"reason": "TasksPortPublished",
	"message": "it publishes the tasks port, which is for kube-rbac-proxy alone",
	"fix": "Remove the port; tasks are asked for on 8443.",
}) if {
	workload.tls_is_on
	some port in service_ports
	count({port.asked, port.target} & tasks_targets) > 0
}

violations contains found("error", service, port.path, {
	"reason": "PublishedOutside",
	"message": text(["it publishes port ", workload.shown(port.target), " outside of the cluster, ", way]),
	"fix": "Make it a headless Service (clusterIP: None) without externalIPs.",
}) if {
	some way in ways_outside
	some port in service_ports
	port.target in guarded_targets
}

guarded_targets contains target if some target in workload.targets(workload.public_port, "public")

guarded_targets contains target if {
	workload.tls_is_on
	some target in workload.targets(workload.proxy_port, "api")
}

guarded_targets contains target if {
	not workload.tls_is_on
	some target in tasks_targets
}

ways_outside contains text(["as type ", input.service.spec.type]) if input.service.spec.type in {"NodePort", "LoadBalancer"}

ways_outside contains "by externalIPs" if count(input.service.spec.externalIPs) > 0

violations contains found("error", service, ".ports", {
	"reason": "ServicePortMissing",
	"message": text(["it has no port ", name, " ", format_int(number, 10)]),
	"fix": text(["Add the port {name: ", name, ", port: ", format_int(number, 10), "}."]),
}) if {
	some name, number in published
	not publishes(name, number)
}

published["public"] := workload.public_port

published["api"] := workload.proxy_port if workload.tls_is_on

publishes(name, number) if {
	some port in service_ports
	port.name == name
	port.asked == number
	port.target in {number, name}
	port.protocol in {"TCP", "", null}
}

violations contains found("warning", service, ".clusterIP", {
	"reason": "NotHeadless",
	"message": "it is not headless: the pod has no DNS name, and the controller does not find it",
	"fix": "Delete the Service and let the operator make it anew with clusterIP: None.",
}) if {
	object.get(input.service.spec, "clusterIP", "") != "None"
}

violations contains found("warning", service, ".publishNotReadyAddresses", {
	"reason": "NotReadyAddresses",
	"message": "it hides the pod until it is ready, and the mark-ready that makes it ready comes through it",
	"fix": "Set publishNotReadyAddresses: true.",
}) if {
	object.get(input.service.spec, "publishNotReadyAddresses", false) != true
}
