# METADATA
# title: What a review changes of the network
# description: |
#   A set of {after, before}, each with `targets`, `policies` by [namespace, name] and `namespaces`. The audit asks about
#   nodes, and about pods without one; NetworkPolicies and Namespaces are asked about as they change.
package seinode.gatekeeper.changes

import data.seinode.gatekeeper.inventory
import data.seinode.gatekeeper.review
import data.seinode.gatekeeper.targets
import data.seinode.gatekeeper.workloads

# METADATA
# description: Of a SeiNode or a pod one, of what decides about others one a namespace with nodes.
all contains change if {
	change := {side: state([target], policies, inventory.namespaces) |
		some side, it in review.sides
		target := target_of(it)
	}
	change.after
}

all contains change if {
	is_edit_of("networking.k8s.io", "NetworkPolicy")
	some namespace in concerned
	nodes := targets.of_namespace(namespace, edited_policies.before, edited_policies.after)
	change := {side: state(nodes, edited, inventory.namespaces) | some side, edited in edited_policies}
	change.after
}

all contains change if {
	is_edit_of("", "Namespace")
	edited_namespaces.before != edited_namespaces.after
	some namespace, _ in inventory.namespaces
	nodes := targets.of_namespace(namespace, policies, policies)
	change := {side: state(nodes, policies, edited) | some side, edited in edited_namespaces}
	change.after
}

state(asked, decisive, namespaces) := {"targets": asked, "policies": decisive, "namespaces": namespaces} if count(asked) > 0

is_edit_of(group, kind) if {
	review.is_a(group, kind)
	not review.is_audit
}

# By the audit alone: a node whose namespace is open is none the worse for being there, and a toggle that has deleted it
# must be able to make it again.
target_of(node) := targets.of_node(node) if {
	review.is_a("sei.io", "SeiNode")
	review.is_audit
}

# Whoever asks about a node is told of its pod: the audit does not say it again.
target_of(pod) := targets.of_pod_of(pod, workloads.node_of(pod)) if {
	review.is_a("", "Pod")
	review.operation == "UPDATE"
}

target_of(pod) := targets.of_pod(pod) if {
	review.is_a("", "Pod")
	review.is_audit
	workloads.inferred_node(pod)
	inventory.has_network(pod)
}

target_of(set) := targets.of_pod(pod) if {
	review.is_a("apps", "StatefulSet")
	review.is_audit
	workloads.inferred_node(set)
	pod := workloads.pod_of(set)
	not inventory.pods(pod.metadata.namespace)[pod.metadata.name]
}

# METADATA
# description: The NetworkPolicies of the inventory, by namespace and name.
policies := {[namespace, name]: policy |
	some namespace, _ in inventory.namespaces
	some name, policy in inventory.objects(namespace, "networking.k8s.io/v1", "NetworkPolicy")
}

edited_policies := {side: edited |
	key := [review.subject.metadata.namespace, review.subject.metadata.name]
	some side in ["before", "after"]
	edited := object.union(object.remove(staying, [key]), {key: it | it := review.sides[side]})
}

# One that is on its way out is kept by a finalizer alone, and nobody is asked when that comes off: it protects nothing.
staying := {key: policy | some key, policy in policies; not policy.metadata.deletionTimestamp}

# Its own namespace; every one, where it may hold back those who must get in.
concerned contains review.subject.metadata.namespace

concerned contains namespace if {
	some side in review.sides
	targets.holds_back(side)
	some namespace, _ in inventory.namespaces
}

edited_namespaces := {side: edited |
	some side, namespace in review.sides
	name := namespace.metadata.name
	edited := object.union(object.remove(inventory.namespaces, [name]), {name: inventory.labels_of(namespace)})
}
