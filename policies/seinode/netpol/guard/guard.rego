# METADATA
# title: Whether a guarded port is open to others, and to those who must get in
# description: |
#   The tasks port is for the controller, the public port for monitoring (contract §6), each also for those that the
#   parameters allow. A peer is judged by its selectors: what it would admit counts, present or not.
package seinode.netpol.guard

import data.seinode.netpol
import data.seinode.netpol.containment
import data.seinode.netpol.selectors

# METADATA
# description: |
#   For each guarded port of each target, `openings`: the rules that let others in than those who may connect, each
#   with `opens`, who that is, and for pods `example`, one of them; `undecided`: those where that cannot be told;
#   `blocked`: how those are kept out whom the port is for.
ports := [judged |
	some answer in netpol.ingress
	target := input.network.targets[answer.target]
	some asked in target.ports
	asked.port == answer.port
	judged := {
		"guard": asked.guard,
		"target": answer.target,
		"port": answer.port,
		"isolatedBy": [policy_key(policy) | some policy in answer.isolatedBy],
		"admits": answer.admits,
		"openings": array.concat(unisolated(answer), openings_of(answer, asked)),
		"blocked": blocked_of(answer, asked.guard),
		"undecided": [place(through) | some through in answer.admits; through.peer != null; not decided(through, asked)],
		"caveats": array.concat([caveat.why | some caveat in answer.caveats], host_network(target)),
	}
]

unisolated(answer) := [{"opens": "every pod and address", "policy": null}] if {
	count(answer.isolatedBy) == 0
} else := []

openings_of(answer, asked) := [opening |
	some through in answer.admits
	opening := object.union(place(through), opens(through, asked))
]

# METADATA
# description: Where a rule lets somebody in.
place(through) := {
	"policy": policy_key(through.policy),
	"rule": through.rule,
	"peer": through.peer,
	"entry": through.entry,
}

# METADATA
# description: NAMESPACE/NAME of a policy.
policy_key(policy) := concat("/", [metadata.namespace, metadata.name]) if {
	metadata := input.network.policies[policy].metadata
}

# Who a rule lets in that may not connect; undefined where there is nobody, or it cannot be told.
opens(through, _) := {"opens": "every pod and address"} if through.peer == null

opens(through, _) := {"opens": concat("", ["addresses in ", peer_of(through).ipBlock.cidr])}

opens(through, asked) := {"opens": text_of(example), "example": example} if {
	found := strangers[asked.guard][format_int(asked.port, 10)][who_of(through)]
	count(found) > 0
	example := found[min({[count(text), text] | some text, _ in found})[1]]
}

decided(through, asked) if strangers[asked.guard][format_int(asked.port, 10)][who_of(through)]

decided(through, _) if peer_of(through).ipBlock

who_of(through) := netpol.peers[through.policy][through.rule][through.peer]

peer_of(through) := input.network.policies[through.policy].spec.ingress[through.rule].from[through.peer]

host_network(target) := ["the pod is on its node's network, where NetworkPolicies may not hold"] if {
	target.hostNetwork
} else := []

# METADATA
# description: |
#   By guard, port and peer (index in `who`): pods that the peer admits and that may not connect, one for each way of
#   being one. A peer is absent where that cannot be told.
strangers := {guard: by_port |
	some guard in {"tasks", "public"}
	by_port := {format_int(port, 10): by_peer |
		some port in {asked.port | some target in input.network.targets; some asked in target.ports; asked.guard == guard}
		groups := authorised(guard, port)
		by_peer := {index: found |
			some index, described in pod_peers
			found := examples(containment.outside(described, groups))
		}
	}
}

# An example each, of those that can exist; undefined where that is not known.
examples(descriptions) := {text_of(example): example |
	some described in descriptions
	example := example_of(described)
} if {
	every described in descriptions {
		known(described)
	}
}

example_of(described) := containment.example(described) if {
	not named_namespaces(described)
} else := object.union(containment.example(described), {"namespace": {"kubernetes.io/metadata.name": min(names)}}) if {
	names := {name |
		some name in named_namespaces(described)
		selectors.meets(netpol.labels_of_namespace(name), of_namespace(described))
	}
	count(names) > 0
}

# METADATA
# description: Who may connect to a guarded port, requirements for each.
authorised(guard, port) := array.concat(
	[requirements_of_pods(input.network.parameters[principals[guard]])],
	[requirements_of_pods(allowed.from) |
		some allowed in input.network.parameters.allow
		port in allowed.ports
	],
)

# METADATA
# description: Whom a port is for.
principals := {"tasks": "controller", "public": "monitoring"}

# METADATA
# description: Requirements on the labels of a pod and of its namespace, of pods as the parameters name them.
requirements_of_pods(pods) := array.concat(
	required("namespace", object.get(pods, "namespaceSelector", {})),
	required("pod", object.get(pods, "podSelector", {})),
)

# METADATA
# description: The same of a peer; `namespace` is that of the policy where the peer means it, else null.
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

# The names of the namespaces that requirements allow; undefined where they bound none.
named_namespaces(described) := containment.candidates(on_name) if {
	on_name := [requirement |
		some requirement in described
		[requirement.of, requirement.key] == ["namespace", "kubernetes.io/metadata.name"]
	]
	some requirement in on_name
	requirement.operator == "In"
}

of_namespace(described) := [requirement | some requirement in described; requirement.of == "namespace"]

# Whether the labels that matter of the namespaces that requirements name are known.
known(described) if not named_namespaces(described)

known(described) if {
	every name in named_namespaces(described) {
		is_known(name, described)
	}
}

is_known(name, _) if input.network.namespaces[name]

is_known(_, described) if {
	every requirement in of_namespace(described) {
		requirement.key == "kubernetes.io/metadata.name"
	}
}

# A pod by its labels, for people.
text_of(example) := concat("", [pod_text(example.pod), " in namespace ", namespace_text(example.namespace)])

pod_text(labels) := "any pod" if {
	count(labels) == 0
} else := concat("", ["a pod labelled ", label_text(labels)])

namespace_text(labels) := concat("", [labels["kubernetes.io/metadata.name"], labelled]) if {
	others := object.remove(labels, ["kubernetes.io/metadata.name"])
	labelled := concat("", [text |
		count(others) > 0
		some text in [" labelled ", label_text(others)]
	])
}

label_text(labels) := concat(",", sort([concat("=", [key, value]) | some key, value in labels]))

# How the principal is kept out, with `certain` where that can be told.
blocked_of(answer, guard) := [kept_out |
	some kept_out in array.concat(
		[object.union(refusal, {"by": "ingress"}) | some refusal in refusals_in(answer, guard)],
		[object.union(refusal, {"by": "egress"}) | some refusal in refusals_out(answer, guard)],
	)
]

# At the target. With pods of the principal present they decide: every one of the controller's must get in, and one of
# monitoring's.
refusals_in(answer, guard) := [{"certain": true, "who": source.example, "policies": keys(answer.isolatedBy)} |
	some index in refused_in(answer, guard)
	source := input.network.sources[index]
] if {
	count(present[guard]) > 0
} else := [{"certain": count(overlapping) == 0, "who": principals[guard], "policies": keys(answer.isolatedBy)} |
	count(answer.isolatedBy) > 0
	not by_address(answer)
	overlapping := [through |
		some through in answer.admits
		overlaps(through, guard)
	]
	not enough(overlapping, guard)
]

refused_in(answer, guard) := enough_refused(guard, [index |
	count(answer.isolatedBy) > 0
	not by_address(answer)
	some index in present[guard]
	not let_in(answer, input.network.sources[index])
])

# Of monitoring one pod that gets in is enough.
enough_refused(guard, refused) := refused if {
	guard == "tasks"
} else := refused if {
	count(refused) == count(present[guard])
} else := []

by_address(answer) if {
	some through in answer.admits
	peer_of(through).ipBlock
}

let_in(answer, _) if {
	some through in answer.admits
	through.peer == null
}

let_in(answer, source) if {
	some through in answer.admits
	stands_for := netpol.who[who_of(through)]
	stands_for.namespaces[source.namespace]
	stands_for.labelSets[source.labels]
}

overlaps(through, _) if through.peer == null

overlaps(through, guard) if overlapping_peers[guard][who_of(through)]

# All of the controller's pods must be admitted, of monitoring's some.
enough(overlapping, guard) if {
	guard == "public"
	count(overlapping) > 0
}

enough(overlapping, guard) if {
	some through in overlapping
	admits_all(through, guard)
}

admits_all(through, _) if through.peer == null

admits_all(through, guard) if enclosing_peers[guard][who_of(through)]

# By guard, the peers (indexes in `who`) that would admit some pod of the principal, and those that would admit all.
overlapping_peers := {guard: indexes |
	some guard, _ in principals
	indexes := {index |
		some index, described in pod_peers
		containment.possible(array.concat(principal(guard), described))
	}
}

enclosing_peers := {guard: indexes |
	some guard, _ in principals
	indexes := {index |
		some index, described in pod_peers
		containment.contained(principal(guard), described)
	}
}

# By index in `who`, the requirements of a peer that is no ipBlock.
pod_peers := {index: requirements_of_peer(distinct[0], distinct[1]) |
	some index, distinct in netpol.distinct_peers
	not distinct[1].ipBlock
}

principal(guard) := requirements_of_pods(input.network.parameters[principals[guard]])

# Pods of the principal, as far as they are among the sources.
present := {guard: indexes |
	some guard, _ in principals
	indexes := [index |
		some index, source in input.network.sources
		not source.hostNetwork
		meets_all(source, principal(guard))
	]
}

meets_all(source, described) if {
	selectors.meets(netpol.labels_of_namespace(source.namespace), of_namespace(described))
	selectors.meets(input.network.labelSets[source.labels], [requirement |
		some requirement in described
		requirement.of == "pod"
	])
}

keys(policies) := [policy_key(policy) | some policy in policies]

# At the principal's side: a policy isolates its egress, and none lets it out to the target.
refusals_out(answer, guard) := [{"certain": true, "who": source.example, "policies": keys(netpol.egress[format_int(index, 10)])} |
	refused := [index |
		some index in present[guard]
		isolating := netpol.egress[format_int(index, 10)]
		not let_out(isolating, answer)
	]
	some index in enough_refused(guard, refused)
	source := input.network.sources[index]
] if {
	count(present[guard]) > 0
} else := [{"certain": true, "who": principals[guard], "policies": keys(isolating)} |
	isolating := [policy | some policy in egress_policies; containment.contained(principal(guard), selected(policy))]
	count(isolating) > 0
	reaching := [policy | some policy in egress_policies; containment.possible(array.concat(principal(guard), selected(policy)))]
	not let_out(reaching, answer)
]

egress_policies := [policy |
	some by_type in netpol.policies_in
	some policy in by_type.Egress
]

selected(policy) := array.concat(
	[in_namespace(input.network.policies[policy].metadata.namespace)],
	[object.union(requirement, {"of": "pod"}) | some requirement in netpol.selected_by[policy]],
)

# An address that may be the target's is enough not to say that it is blocked.
let_out(policies, answer) if {
	some policy in policies
	some outlet in netpol.lets[format_int(policy, 10)]
	outlet.target == answer.target
	outlet.port == answer.port
}
