# METADATA
# title: Which pods a selector could ever match
# description: |
#   Pods are described by requirements {of, key, operator, values} on the labels of their namespace and on their own.
#   Labels are independent of each other and may have any value, so requirements can be met together exactly where
#   those of each label can. The negation of a requirement is a requirement as well: what is in A and not in B is
#   described by A's requirements and the negation of one of B's.
package seinode.netpol.containment

# METADATA
# description: Whether some pod in some namespace, present or not, could meet all requirements.
possible(required) if {
	every label in {[requirement.of, requirement.key] | some requirement in required} {
		possible_label(label, [requirement |
			some requirement in required
			requirement.of == label[0]
			requirement.key == label[1]
		])
	}
}

# The API server sets it on every namespace.
always_there(["namespace", "kubernetes.io/metadata.name"])

possible_label(label, required) if {
	not always_there(label)
	possible_without(required)
}

possible_label(_, required) if {
	every requirement in required {
		not requirement.operator in {"In", "DoesNotExist"}
	}
}

possible_label(_, required) if {
	every requirement in required {
		requirement.operator != "DoesNotExist"
	}
	count(candidates(required)) > 0
}

# The values that every In names and no NotIn does; none where no In bounds them.
candidates(required) := intersection({requirement.values |
	some requirement in required
	requirement.operator == "In"
}) - union({requirement.values |
	some requirement in required
	requirement.operator == "NotIn"
})

# METADATA
# description: |
#   Requirements that are met exactly where this one is not. One with an operator that is none of the four never is.
negation(requirement) := [object.union(requirement, {"operator": operator}) |
	some operator in [opposite[requirement.operator]]
]

opposite := {"In": "NotIn", "NotIn": "In", "Exists": "DoesNotExist", "DoesNotExist": "Exists"}

# METADATA
# description: Whether every pod that meets the first requirements meets the others as well.
contained(required, others) if {
	every other in others {
		not possible(array.concat(required, negation(other)))
	}
}

# METADATA
# description: |
#   Requirements of pods that meet `required` and the requirements of none of `groups`, a description each; empty
#   where there is no such pod. Undefined for more than three groups that such pods could belong to.
outside(required, groups) := descriptions if {
	overlapping := [group |
		some group in groups
		possible(array.concat(required, group))
	]
	count(overlapping) <= 3
	choices := array.concat([negations(group) | some group in overlapping], [[[]], [[]], [[]]])
	descriptions := [described |
		some first in choices[0]
		some second in choices[1]
		some third in choices[2]
		described := array.concat(array.concat(required, first), array.concat(second, third))
		possible(described)
	]
} else := [] if {
	some group in groups
	contained(required, group)
}

# What leaves a group: one negated requirement is enough. Nothing leaves a group without requirements.
negations(group) := [negation(requirement) | some requirement in group]

# METADATA
# description: |
#   A pod that meets possible requirements: the labels it needs, of its namespace and its own. A namespace's name is
#   always said.
example(required) := {
	"namespace": object.union({"kubernetes.io/metadata.name": named}, labels_of("namespace", required)),
	"pod": labels_of("pod", required),
} if {
	named := value_of([requirement |
		some requirement in required
		[requirement.of, requirement.key] == ["namespace", "kubernetes.io/metadata.name"]
	])
}

# METADATA
# description: The labels that a pod, or its namespace, needs for possible requirements.
labels_of(of, required) := {key: value_of(on_label) |
	some key in {requirement.key | some requirement in required; requirement.of == of}
	on_label := [requirement | some requirement in required; requirement.of == of; requirement.key == key]
	not possible_without(on_label)
}

possible_without(required) if {
	every requirement in required {
		not requirement.operator in {"In", "Exists"}
	}
}

value_of(required) := min(candidates(required)) if {
	count(candidates(required)) > 0
} else := min(free) if {
	free := {"default", "other"} - excluded(required)
	count(free) > 0
} # after all of them, so none of them

else := concat("-", [max(excluded(required)), "other"])

excluded(required) := union({requirement.values |
	some requirement in required
	requirement.operator == "NotIn"
})
