# METADATA
# title: What a node runs as
# description: |
#   Its pods: the live one, and the one that its StatefulSet makes next. Where the input has neither there is nothing to
#   judge: what the operator makes is right by construction. Fields of any type are passed over where they are no objects.
package seinode.workload

import data.seinode.tls

# METADATA
# description: What `kind`, `name` and `field` of a finding are where it is about the pod or the template.
pods := array.concat(live, next)

live := [pod |
	is_object(input.pod)
	pod := {
		"kind": "Pod",
		"name": tls.text(object.get(input.pod, ["metadata", "name"], concat("", [tls.node_name, "-0"]))),
		"field": "",
		"object": input.pod,
	}
]

next := [pod |
	is_object(input.statefulSet.spec.template)
	pod := {
		"kind": "StatefulSet",
		"name": tls.node_name,
		"field": "spec.template.",
		"object": input.statefulSet.spec.template,
	}
]

# METADATA
# description: The containers of every pod, with the list that each is in; ephemeral ones have neither ports nor probes.
containers := [container |
	some pod in pods
	some list in ["initContainers", "containers"]
	is_array(pod.object.spec[list])
	some i, it in pod.object.spec[list]
	container := {
		"kind": pod.kind,
		"name": pod.name,
		"field": sprintf("%sspec.%s[%d]", [pod.field, list, i]),
		"list": list,
		"container": it.name,
		"host_network": object.get(pod.object.spec, "hostNetwork", false) == true,
		"spec": it,
	}
]

# METADATA
# description: What a Service may call a port of the pod, which is its number and the names that containers give it.
targets(number, name) := {number, name} | {port.name |
	some container in containers
	some port in container.spec.ports
	port.containerPort == number
}

# METADATA
# description: Whether the node's TLS is on.
tls_is_on if tls.secret_name

# METADATA
# description: The port of the tasks listener; what the CRD does not admit counts as absent.
tasks_port := port if {
	port := input.node.spec.sidecar.port
	is_number(port)
	port > 0
	port < 65536
	port == floor(port)
} else := 7777

# METADATA
# description: Health and metrics.
public_port := 9100

# METADATA
# description: kube-rbac-proxy, under TLS.
proxy_port := 8443

# METADATA
# description: A port, by its number or name.
shown(port) := format_int(port, 10) if {
	is_number(port)
} else := port
