# METADATA
# title: What Gatekeeper has synced
# description: |
#   Every reference names namespace, version and kind: OPA reads no more of the inventory than is named. So namespaces are
#   looked up where Namespaces are, which are synced with the rest.
package seinode.gatekeeper.inventory

# METADATA
# description: Whether there is an inventory. No cluster is without Namespaces, but one that is not synced yet is without all else.
is_synced if count(data.inventory.cluster.v1.Namespace) > 0

# METADATA
# description: Labels of the namespaces, by name.
namespaces := {name: labels_of(namespace) | some name, namespace in data.inventory.cluster.v1.Namespace}

# METADATA
# description: The labels of a namespace. The API server sets the one with its name.
labels_of(namespace) := object.union(
	object.get(namespace, ["metadata", "labels"], {}),
	{"kubernetes.io/metadata.name": namespace.metadata.name},
)

# METADATA
# description: The objects of a kind in a namespace, by name.
objects(namespace, version, kind) := found if {
	found := data.inventory.namespace[namespace][version][kind]
} else := {}

# METADATA
# description: The SeiNodes of a namespace, by name.
nodes(namespace) := objects(namespace, "sei.io/v1alpha1", "SeiNode")

# METADATA
# description: The pods of a namespace that have a network, by name.
pods(namespace) := {name: pod |
	some name, pod in objects(namespace, "v1", "Pod")
	has_network(pod)
}

# METADATA
# description: Whether a pod has a network; one that has ended has none any more.
has_network(pod) if not has_ended(pod)

has_ended(pod) if pod.status.phase in {"Succeeded", "Failed"}
