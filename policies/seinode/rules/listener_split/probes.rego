package seinode.rules.listener_split

import data.seinode.workload

expected_probes := [
	{"container": "sei-sidecar", "probe": "livenessProbe", "path": "/v0/livez"},
	{"container": "sei-sidecar", "probe": "readinessProbe", "path": "/v0/healthz"},
	{"container": "seid", "probe": "startupProbe", "path": "/v0/healthz"},
]

violations contains found("error", container, text([".", expected.probe]), {
	"reason": fault[0],
	"message": text([expected.probe, " of ", container.container, " ", fault[1]]),
	"fix": text(["Set it to httpGet {path: ", expected.path, ", port: 9100}."]),
}) if {
	some container in workload.containers
	some expected in expected_probes
	container.container == expected.container
	probe := fields_of(container.spec, expected.probe)
	fault := probe_fault(container.spec, probe, expected.path)
}

# An object of fields, empty where there is none.
fields_of(object, field) := object[field] if {
	is_object(object[field])
} else := {}

probe_fault(spec, probe, path) := ["ProbeMissing", "is missing: the kubelet does not hear what the sidecar says of itself"] if {
	probe == {}
} else := ["ProbePort", "does not ask on the public port 9100"] if {
	some handler in ["httpGet", "tcpSocket", "grpc"]
	asked := probe[handler]
	not is_public(spec, asked)
} else := ["ProbePath", text(["does not ask for ", path])] if {
	asked := fields_of(probe, "httpGet")
	object.get(asked, "path", "") != path
} else := ["ProbeScheme", "asks with TLS, which the public port does not speak"] if {
	probe.httpGet.scheme == "HTTPS"
} else := ["ProbeHost", "asks another host than the pod"] if {
	not object.get(probe.httpGet, "host", "") in {"", null}
}

is_public(_, asked) if asked.port == workload.public_port

# A name is one of the container's own ports.
is_public(spec, asked) if {
	some own in spec.ports
	own.name == asked.port
	own.containerPort == workload.public_port
}

violations contains found("error", container, ".startupProbe", {
	"reason": "StartupProbe",
	"message": "sei-sidecar has a startup probe: kube-rbac-proxy waits for it, and the mark-ready that it waits for comes through kube-rbac-proxy",
	"fix": "Remove it; the startup probe sits on seid.",
}) if {
	some container in sidecars
	is_object(container.spec.startupProbe)
}

violations contains found("error", proxy, text([".", probe]), {
	"reason": "ProbeThroughProxy",
	"message": text([probe, " of kube-rbac-proxy asks over HTTP, and is answered 401: the kubelet has no token"]),
	"fix": "Set it to tcpSocket {port: 8443}.",
}) if {
	some proxy in proxies
	some probe in ["startupProbe", "livenessProbe", "readinessProbe"]
	is_object(proxy.spec[probe].httpGet)
}

# seid has a shell ask until the sidecar is ready; on a port where nobody answers that, it never starts.
violations contains found("error", container, path, {
	"reason": "WaitPort",
	"message": text(["seid waits for an answer on port ", port, ", not on the public port 9100"]),
	"fix": "Ask 127.0.0.1:9100/v0/healthz.",
}) if {
	some container in workload.containers
	container.container == "seid"
	some port in {format_int(workload.tasks_port, 10), "7777", "8443"}
	some field, path in {"command": ".command", "args": ".args"}
	some word in words(container.spec, field)
	names_port(word, port)
}

# The port behind a host, a slash or a space, and no part of a longer number.
names_port(word, port) if {
	some separator in [":", "/", " "]
	pieces := split(word, text([separator, port]))
	some i, rest in pieces
	i > 0
	not substring(rest, 0, 1) in {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "."}
}
