package seinode.netpol.guard

import data.seinode.netpol
import data.seinode.netpol.containment
import data.seinode.netpol.selectors

# How those are kept out whom the port is for: at the target (`by` ingress), and on their own side. Each with `who`, and
# the `policies` that isolate; where it is not `certain`, `doubt` says why, or `partly` what admits some.
blocked_of(answer, guard) := array.concat(
	[object.union(refusal, {"by": "ingress"}) | some refusal in refused_in(answer, guard)],
	[object.union(refusal, {"by": "egress"}) | some refusal in refused_out(answer, guard)],
)

# Pods of the principal that are present decide: every one of the controller's must get in, and one of monitoring's.
refused_in(answer, guard) := [{"certain": true, "who": min(refused), "policies": keys(answer.isolatedBy)} |
	is_judged(answer)
	refused := {source.example |
		some index in present[guard]
		source := input.network.sources[index]
		not is_let_in(answer, source)
	}
	too_many(refused, guard)
] if {
	count(present[guard]) > 0
} else := [object.union({"who": principals[guard], "policies": keys(answer.isolatedBy)}, doubt) |
	is_judged(answer)
	not is_enough(answer, guard)
	doubt := doubt_of(answer, guard)
]

# Which addresses an ipBlock lets in is not compared with those of the principal's pods.
is_judged(answer) if {
	count(answer.isolatedBy) > 0
	count(peers_of(answer) & ip_blocks) == 0
}

# By index in `who`, whom the rules let in.
peers_of(answer) := {who_of(through) | some through in answer.admits}

is_for_all(answer) if {
	some through in answer.admits
	through.peer == null
}

is_let_in(answer, _) if is_for_all(answer)

is_let_in(answer, source) if {
	some peer in peers_of(answer)
	stands_for := netpol.who[peer]
	stands_for.namespaces[source.namespace]
	stands_for.labelSets[source.labels]
}

too_many(refused, "tasks") if count(refused) > 0

too_many(refused, "public") if count(refused) == count({source.example |
	some index in present.public
	source := input.network.sources[index]
})

# All of the controller's pods must be admitted, of monitoring's some.
is_enough(answer, _) if is_for_all(answer)

is_enough(answer, "public") if count(peers_of(answer) & overlapping_peers.public) > 0

is_enough(answer, guard) if count(peers_of(answer) & enclosing_peers[guard]) > 0

doubt_of(answer, guard) := {"certain": false, "partly": partly} if {
	overlapping := [place(through) |
		some through in answer.admits
		overlapping_peers[guard][who_of(through)]
	]
	partly := overlapping[0]
} else := {"certain": false, "doubt": "pods of it are on the network of their machine, which policies do not govern"} if {
	count(on_machine[guard]) > 0
} else := {"certain": true}

# By guard, the peers (indexes in `who`) that would admit some pod of the principal, and those that would admit all.
overlapping_peers := {guard: indexes |
	some guard, described in principal
	indexes := {index |
		some index, peer in pod_peers
		conceivable(array.concat(described, peer))
	}
}

enclosing_peers := {guard: indexes |
	some guard, described in principal
	indexes := {index |
		some index in overlapping_peers[guard]
		encloses(pod_peers[index], described)
	}
}

encloses(others, described) if {
	every other in others {
		not conceivable(array.concat(described, containment.negation(other)))
	}
}

# Pods of the principal among the sources (indexes); policies do not select those on the network of their machine.
present := {guard: [index | some index in indexes; not input.network.sources[index].hostNetwork] | some guard, indexes in standing}

on_machine := {guard: [index | some index in indexes; input.network.sources[index].hostNetwork] | some guard, indexes in standing}

standing := {guard: indexes |
	some guard, described in principal
	names := {name | some name in netpol.namespaces; selectors.meets(netpol.labels_of_namespace(name), on("namespace", described))}
	label_sets := {index | some index, labels in input.network.labelSets; selectors.meets(labels, on("pod", described))}
	indexes := [index | some index, source in input.network.sources; names[source.namespace]; label_sets[source.labels]]
}

# A policy isolates the principal's egress, and none lets it out to the target.
refused_out(answer, guard) := [object.union({"who": first.example, "policies": keys(netpol.egress[format_int(index, 10)])}, doubt) |
	refused := {[source.example, index] |
		some index in present[guard]
		source := input.network.sources[index]
		isolating := netpol.egress[format_int(index, 10)]
		not is_let_out(isolating, answer)
	}
	too_many({each[0] | some each in refused}, guard)
	index := min(refused)[1]
	first := input.network.sources[index]
	doubt := doubt_around(first.namespace)
] if {
	count(present[guard]) > 0
} else := [object.union({"who": principals[guard], "policies": keys(isolating)}, doubt) |
	isolating := [policy | some policy in egress_policies; encloses(selected(policy), principal[guard])]
	count(isolating) > 0
	reaching := [policy | some policy in egress_policies; conceivable(array.concat(principal[guard], selected(policy)))]
	not is_let_out(reaching, answer)
	doubt := doubts_out(input.network.policies[isolating[0]].metadata.namespace, guard)
]

doubt_around(namespace) := {"certain": false, "doubt": caveats[0].why} if {
	caveats := netpol.caveats_of(namespace)
	count(caveats) > 0
} else := {"certain": true}

doubts_out(namespace, guard) := around if {
	around := doubt_around(namespace)
	not around.certain
} else := doubt_of({"admits": []}, guard)

egress_policies := [index |
	some index, _ in input.network.policies
	netpol.types_of[index].Egress
]

selected(policy) := array.concat(
	[in_namespace(input.network.policies[policy].metadata.namespace)],
	[object.union(requirement, {"of": "pod"}) | some requirement in netpol.selected_by[policy]],
)

# An address that may be the target's is enough not to say that it is blocked.
is_let_out(policies, answer) if {
	some policy in policies
	outlets[format_int(policy, 10)][[answer.target, answer.port]]
}

# By policy, since one list is as long as there are targets.
outlets := {policy: {[outlet.target, outlet.port] | some outlet in list} | some policy, list in netpol.lets}
