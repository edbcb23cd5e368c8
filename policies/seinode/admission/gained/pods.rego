package seinode.admission.gained

import data.seinode.admission.former
import data.seinode.netpol
import data.seinode.netpol.containment
import data.seinode.netpol.guard
import data.seinode.netpol.selectors

# Pods as described that got in nowhere before, and may not connect.
from_pods(described, place, judged, past) := [] if {
	past.pods[described]
} else := [object.union(gain, {"place": object.union(place, gain.place)}) | some gain in compared[[described, past.pods, judged.guard, judged.port]]]

# Many targets have the same question: it is answered once.
compared := {question: gained(question[0], array.concat([group | some group in question[1]], guard.authorised(question[2], question[3]))) |
	some question in questions
}

questions contains [described, past.pods, judged.guard, judged.port] if {
	some judged in guard.ports
	past := object.get(input.formerly.at, former.key(judged), nothing)
	not past.toAll
	some described in asked(judged)
	not past.pods[described]
}

# Whoever is let in by no labels at all is let in without being a pod as well.
asked(judged) := {[]} if {
	count(judged.isolatedBy) == 0
} else := {described_by(through) |
	some through in judged.admits
	not guard.is_innocent(through, judged)
	not guard.is_block(through)
}

described_by(through) := [] if {
	through.peer == null
} else := guard.pod_peers[guard.who_of(through)]

# What is narrower by its own words, and who gets in for certain, is told at little cost; the rest is compared as far as
# that is bounded.
gained(described, groups) := [] if {
	is_narrower(described, groups)
} else := [{"certain": true, "place": {"opens": first[1], "example": first[2]}}] if {
	first := witness(described, groups)
} else := told(outside(described, groups)) if {
	outside(described, groups)
} else := [{"certain": false, "place": {"why": "lets in pods of more peers than before can be compared"}}]

told(descriptions) := [{"certain": true, "place": {"opens": least[1], "example": least[2]}}] if {
	least := min(guard.examples(descriptions))
} else := [{"certain": false, "place": {"why": why}} | why := min(guard.unknown(descriptions))]

is_narrower(described, groups) if {
	asked := {requirement | some requirement in described}
	some group in groups
	every requirement in group {
		asked[requirement]
	}
}

# A pod as described that is in no group: one without the labels that groups ask for, or with values nobody names.
witness(described, groups) := found if {
	found := outsider(described, by_kind(groups))
} else := outsider(array.concat(described, foreign(described, groups)), by_kind(groups))

outsider(described, groups) := told_of if {
	candidate := apart_from_namespaces(described)
	containment.possible(candidate)
	told_of := min(guard.examples([candidate]))
	not is_in_some(told_of[2], groups, is_made_up(described))
}

by_kind(groups) := [{"pod": guard.on("pod", group), "namespace": guard.on("namespace", group)} | some group in groups]

is_in_some(example, groups, made_up) if {
	name := example.namespace["kubernetes.io/metadata.name"]
	labels := object.union(example.namespace, object.get(input.network.namespaces, name, {}))
	some group in groups
	selectors.meets(example.pod, group.pod)
	may_meet(labels, group.namespace, name, made_up)
}

may_meet(labels, required, _, _) if selectors.meets(labels, required)

# Which labels a namespace has that is not known nobody can tell; one that is made up has those that it is given.
may_meet(_, required, name, false) if {
	not input.network.namespaces[name]
	some requirement in required
	not guard.is_name(requirement)
}

is_made_up(described) := false if {
	guard.named_namespaces(described)
} else := true

apart_from_namespaces(described) := described if {
	guard.named_namespaces(described)
} else := array.concat(described, [{"of": "namespace", "key": "kubernetes.io/metadata.name", "operator": "NotIn", "values": guard.names_taken}])

foreign(required, groups) := [requirement |
	asked_for := {[requirement.of, requirement.key] | some requirement in required}
	some label in ({[requirement.of, requirement.key] | some group in groups; some requirement in group} - asked_for)
	label != ["namespace", "kubernetes.io/metadata.name"]
	some requirement in foreign_label(label, groups)
]

foreign_label(label, groups) := [{"of": label[0], "key": label[1], "operator": operator, "values": named} |
	named := union({requirement.values |
		some group in groups
		some requirement in group
		[requirement.of, requirement.key] == label
	})
	some operator in ["Exists", "NotIn"]
]

# Requirements of pods that meet `required` and those of no group, one group after another taken away; undefined where
# that is too much work. What is left is described by as many lists as there are ways to be left.
outside(required, groups) := left if {
	count(groups) <= 24
	overlapping := [group |
		some group in groups
		guard.conceivable(array.concat(required, group))
	]
	count(overlapping) <= 8
	taken := array.concat(overlapping, numbers.range(1, 8))
	first := without(without([required], taken[0]), taken[1])
	second := without(without(first, taken[2]), taken[3])
	third := without(without(second, taken[4]), taken[5])
	left := without(without(third, taken[6]), taken[7])
}

without(descriptions, group) := descriptions if {
	is_number(group)
} else := rest if {
	rest := [described |
		some each in descriptions
		some described in apart(each, group)
	]
	count(rest) <= 12
}

apart(described, group) := [described] if {
	not guard.conceivable(array.concat(described, group))
} else := [other |
	some requirement in group
	other := array.concat(described, containment.negation(requirement))
	guard.conceivable(other)
]

# A namespace has other labels than before: who is in it counts anew, whatever policies say.
relabelled(judged, past) := [gain |
	some name in changed
	before := pods_in(name, input.formerly.namespaces[name], past.pods)
	after := pods_in(name, netpol.labels_of_namespace(name), {guard.pod_peers[guard.who_of(through)] |
		some through in judged.admits
		through.peer != null
	})
	some described in (after - before)
	groups := array.concat([group | some group in before], guard.authorised(judged.guard, judged.port))
	through := [through |
		some through in judged.admits
		through.peer != null
		guard.pod_peers[guard.who_of(through)]
		pods_in(name, netpol.labels_of_namespace(name), {guard.pod_peers[guard.who_of(through)]})[described]
	]
	some found in gained(described, groups)
	gain := object.union(found, {"place": object.union(guard.place(through[0]), found.place)})
]

changed := {name |
	some name, labels in input.formerly.namespaces
	input.network.namespaces[name] != labels
}

# The pods of one namespace among others, where its labels are these.
pods_in(name, labels, peers) := {array.concat([guard.in_namespace(name)], guard.on("pod", described)) |
	some described in peers
	selectors.meets(object.union(labels, {"kubernetes.io/metadata.name": name}), guard.on("namespace", described))
}
