package seinode.rules.listener_split

import data.seinode.workload

host_fields := {
	"hostNetwork": ["HostNetwork", "its ports are the machine's: no NetworkPolicy holds, and who is on the machine is on its loopback"],
	"hostPID": ["HostPID", "it sees the processes of the machine, and they share its view of /proc"],
	"hostIPC": ["HostIPC", "it shares memory with the processes of the machine"],
}

violations contains found("error", pod, text(["spec.", field]), {
	"reason": why[0],
	"message": text([field, " is true: ", why[1]]),
	"fix": text(["Remove ", field, " from the pod."]),
}) if {
	some pod in workload.pods
	some field, why in host_fields
	pod.object.spec[field] == true
}

# On the machine's network every port is one of the machine's: the API server writes it in.
violations contains found("error", container, text([".ports[", format_int(i, 10), "].hostPort"]), {
	"reason": "HostPort",
	"message": text(["port ", workload.shown(port.containerPort), " of ", container.container, " is published on the machine's address"]),
	"fix": "Remove hostPort; who may connect is for a NetworkPolicy to say.",
}) if {
	some container in workload.containers
	not container.host_network
	is_array(container.spec.ports)
	some i, port in container.spec.ports
	port.containerPort in {workload.tasks_port, workload.public_port, workload.proxy_port}
	not object.get(port, "hostPort", 0) in {0, null}
}

# Native sidecars start before seid and go on; anywhere else one of them waits for the other for ever.
violations contains found("error", container, "", {
	"reason": "NotSidecar",
	"message": text([container.container, " is no init container with restartPolicy Always"]),
	"fix": text(["Move ", container.container, " to initContainers, with restartPolicy: Always."]),
}) if {
	some container in workload.containers
	container.container in {"sei-sidecar", "kube-rbac-proxy"}
	not restarts(container)
}

restarts(container) if {
	container.list == "initContainers"
	container.spec.restartPolicy == "Always"
}

# The ports that other objects ask for by name.
named_ports := [
	{"container": "sei-sidecar", "name": "sidecar", "port": workload.tasks_port},
	{"container": "sei-sidecar", "name": "public", "port": workload.public_port},
	{"container": "kube-rbac-proxy", "name": "api", "port": workload.proxy_port},
]

violations contains found("error", container, ".ports", {
	"reason": port_reason(container.spec, expected),
	"message": text([container.container, " has no port ", expected.name, " ", format_int(expected.port, 10), "/TCP"]),
	"fix": text(["Give ", container.container, " the port {name: ", expected.name, ", containerPort: ", format_int(expected.port, 10), ", protocol: TCP}."]),
}) if {
	some container in workload.containers
	some expected in named_ports
	container.container == expected.container
	not has_port(container.spec, expected)
}

has_port(spec, expected) if {
	some port in spec.ports
	port.name == expected.name
	port.containerPort == expected.port
	object.get(port, "protocol", "") in {"TCP", "", null}
}

port_reason(spec, expected) := "PortNumber" if {
	some port in spec.ports
	port.name == expected.name
} else := "PortMissing"
