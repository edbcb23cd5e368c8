package seinode.netpol.guard

import data.seinode.netpol
import data.seinode.netpol.containment
import data.seinode.netpol.selectors

# METADATA
# description: Whom a port is for.
principals := {"tasks": "controller", "public": "monitoring"}

# By guard, requirements on the pods that the port is for.
principal := {guard: requirements_of_pods(input.network.parameters[name]) | some guard, name in principals}

# METADATA
# description: Who may connect to a guarded port, requirements for each.
authorised(guard, port) := array.concat(
	[principal[guard]],
	[requirements_of_pods(allowed.from) |
		some allowed in input.network.parameters.allow
		port in allowed.ports
	],
)

# METADATA
# description: Requirements on the labels of a pod and of its namespace, of pods as the parameters name them.
requirements_of_pods(pods) := array.concat(
	required("namespace", object.get(pods, "namespaceSelector", {})),
	required("pod", object.get(pods, "podSelector", {})),
)

# By index in `who`, the requirements of a peer that is no ipBlock.
pod_peers := {index: requirements_of_peer(distinct[0], distinct[1]) |
	some index, distinct in netpol.distinct_peers
	not ip_blocks[index]
}

# The namespace is that of the policy where the peer means it, else null.
requirements_of_peer(null, peer) := array.concat(
	required("namespace", peer.namespaceSelector),
	required("pod", netpol.pod_selector(peer)),
)

requirements_of_peer(namespace, peer) := array.concat(
	[in_namespace(namespace)],
	required("pod", netpol.pod_selector(peer)),
) if {
	namespace != null
}

# METADATA
# description: The requirement to be in a namespace.
in_namespace(name) := {"of": "namespace", "key": "kubernetes.io/metadata.name", "operator": "In", "values": {name}}

# METADATA
# description: The requirements of a selector, on labels of a namespace or a pod.
required(of, selector) := [object.union(requirement, {"of": of}) | some requirement in selectors.requirements(selector)]

# Those of some requirements that are on labels of a namespace or a pod.
on(of, described) := [requirement | some requirement in described; requirement.of == of]

# The names of the namespaces that requirements allow; undefined where they bound none.
named_namespaces(described) := containment.candidates(on_name) if {
	on_name := [requirement | some requirement in on("namespace", described); is_name(requirement)]
	some requirement in on_name
	requirement.operator == "In"
}

is_name(requirement) if requirement.key == "kubernetes.io/metadata.name"

# Whether the labels that requirements on a namespace ask for are known. Its name is a label as well.
is_known(name, _) if input.network.namespaces[name]

is_known(_, described) if asks_only_its_name(described)

asks_only_its_name(described) if {
	every requirement in on("namespace", described) {
		is_name(requirement)
	}
}

# METADATA
# description: |
#   Whether there can be a pod as described. Namespaces that are known have the labels that they have; others may have
#   any.
conceivable(described) if {
	containment.possible(described)
	not in_no_namespace(described)
}

in_no_namespace(described) if {
	every name in named_namespaces(described) {
		is_known(name, described)
		not selectors.meets(netpol.labels_of_namespace(name), on("namespace", described))
	}
}
