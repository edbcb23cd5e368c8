# METADATA
# title: What the rules are asked about nodes
# description: |
#   NodeInput (core/policy.ts) out of a review and the inventory, as the plugin builds it of a cluster. Each question has
#   `after`, what the rules are asked about, and where an object changes `before`: what they would have said already.
package seinode.gatekeeper.nodes

import data.seinode.gatekeeper.inventory
import data.seinode.gatekeeper.review
import data.seinode.gatekeeper.targets
import data.seinode.gatekeeper.workloads

# METADATA
# description: Of a SeiNode with what it runs as; of a Pod, StatefulSet or Service with its node.
questions contains question if {
	question := {side: about(it, edits[side]) | some side, it in review.sides}
	question.after
}

# What the edit of a SeiNode is judged beside.
edits := {"before": {}, "after": edit}

edit := {"before": review.sides.before} if {
	review.operation == "UPDATE"
} else := {}

about(node, edit_of) := object.union(input_of(node), edit_of) if {
	review.is_a("sei.io", "SeiNode")
}

# Whoever asks about a node is told of its pod, StatefulSet and Service too: the audit does not say it again of these.
about(it, _) := {"now": now, "node": workloads.node_of(it), fields[it.kind]: it} if {
	is_workload
	not review.is_audit
}

# The node is not in sight.
about(it, _) := object.union(
	{"now": now, "node": workloads.inferred_node(it), "inferred": true, fields[it.kind]: it},
	service_of(it),
) if {
	is_workload
}

is_workload if review.is_a("apps", "StatefulSet")

is_workload if review.is_a("", "Service")

# A pod is made from a StatefulSet, which was judged when it was written: refused here, a node would stay down.
is_workload if {
	review.is_a("", "Pod")
	review.operation != "CREATE"
}

fields := {"Pod": "pod", "StatefulSet": "statefulSet", "Service": "service"}

# The moment to judge at.
now := time.format(time.now_ns())

input_of(node) := object.union_n([
	{"now": now, "node": node, "others": others(node)},
	{"secret": secret | secret := object_of(node, "v1", "Secret", node.spec.sidecar.tls.secretName)},
	workload(node),
])

# No request for the node is at fault for what it runs as.
workload(node) := object.union_n([
	{"pod": pod | pod := object_of(node, "v1", "Pod", targets.pod_name(node))},
	{"statefulSet": set | set := object_of(node, "apps/v1", "StatefulSet", node.metadata.name)},
	{"service": service | service := object_of(node, "v1", "Service", node.metadata.name)},
]) if {
	review.is_audit
} else := {}

# One that is being deleted gives free what it has.
others(node) := [other |
	some name, other in inventory.nodes(node.metadata.namespace)
	name != node.metadata.name
	not other.metadata.deletionTimestamp
]

object_of(node, version, kind, name) := inventory.objects(node.metadata.namespace, version, kind)[name]

# It goes with the StatefulSet, where there is one.
service_of(it) := {"service": service |
	some name in array.slice(workloads.names(it), 0, 1)
	is_first(it, name)
	service := inventory.objects(it.metadata.namespace, "v1", "Service")[name]
}

is_first(it, _) if it.kind == "StatefulSet"

is_first(it, name) if {
	it.kind == "Pod"
	not inventory.objects(it.metadata.namespace, "apps/v1", "StatefulSet")[name]
}
