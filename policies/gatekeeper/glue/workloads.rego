# METADATA
# title: Pods, StatefulSets and Services, and the nodes they are of
package seinode.gatekeeper.workloads

import data.seinode.gatekeeper.inventory

# METADATA
# description: |
#   The names of the node that an object runs, by its own name (NAME, a pod's NAME-0) and by the label of its pods. The
#   first is what counts where none of them is there.
names(object) := array.concat(by_name(object), by_label(object))

by_name(object) := [object.metadata.name] if {
	object.kind != "Pod"
} else := [regex.replace(object.metadata.name, `-\d+$`, "")] if {
	regex.match(`.-\d+$`, object.metadata.name)
} else := []

by_label(object) := [label_of(object)] if {
	label_of(object)
} else := []

# METADATA
# description: What the label sei.io/node of its pods says.
label_of(object) := pod_of(object).metadata.labels["sei.io/node"]

# METADATA
# description: The pod that an object is or makes.
pod_of(object) := object if {
	object.kind == "Pod"
}

pod_of(statefulset) := object.union(template, {
	"kind": "Pod",
	"apiVersion": "v1",
	"metadata": {"name": concat("", [statefulset.metadata.name, "-0"]), "namespace": statefulset.metadata.namespace},
}) if {
	statefulset.kind == "StatefulSet"
	template := object.get(statefulset, ["spec", "template"], {})
}

# METADATA
# description: The SeiNode that an object runs; undefined where it is not there.
node_of(it) := found[0] if {
	found := [node |
		some name in names(it)
		node := inventory.nodes(it.metadata.namespace)[name]
	]
}

# METADATA
# description: |
#   As much of a node as its pod tells: whether TLS is on, and where tasks are taken. Undefined where the SeiNode is there,
#   or the pod is no node's.
inferred_node(it) := {
	"apiVersion": "sei.io/v1alpha1",
	"kind": "SeiNode",
	"metadata": {"name": names(it)[0], "namespace": it.metadata.namespace},
	"spec": {"sidecar": object.union({"port": tasks_port(pod_of(it))}, tls(pod_of(it)))},
} if {
	label_of(it)
	not node_of(it)
}

tasks_port(pod) := array.concat(named(pod, "sidecar"), [7777])[0]

# METADATA
# description: The numbers that a pod gives a name.
named(pod, name) := [port.containerPort | some port in ports(pod); port.name == name]

tls(pod) := {"tls": {"secretName": "not in sight"}} if {
	names_found := {container.name | some container in containers(pod)} | {port.name | some port in ports(pod)}
	count(names_found & {"kube-rbac-proxy", "api"}) > 0
} else := {}

# METADATA
# description: The ports that a pod names.
ports(pod) := [port | some container in containers(pod); some port in container.ports]

# METADATA
# description: The containers of a pod, those first that start first.
containers(pod) := array.concat(object.get(pod, ["spec", "initContainers"], []), object.get(pod, ["spec", "containers"], []))
