# METADATA
# title: Label selectors
# description: |
#   LabelSelector of the Kubernetes API (meta/v1): every requirement must hold, and an empty selector has none.
#   NotIn and DoesNotExist hold for a key that is absent. An operator that is none of the four never holds.
package seinode.netpol.selectors

# METADATA
# description: The requirements of a selector as {key, operator, values}; matchLabels are In with one value.
requirements(selector) := array.concat(
	[{"key": key, "operator": "In", "values": {value}} | some key, value in selector.matchLabels],
	[{"key": expression.key, "operator": expression.operator, "values": values_of(expression)} |
		some expression in selector.matchExpressions
	],
)

values_of(expression) := {value | some value in expression.values}

# METADATA
# description: Whether labels meet every one of some requirements.
meets(labels, required) if {
	every requirement in required {
		holds(requirement, labels)
	}
}

holds(requirement, labels) if {
	requirement.operator == "In"
	is_one_of(labels, requirement)
}

holds(requirement, labels) if {
	requirement.operator == "NotIn"
	not is_one_of(labels, requirement)
}

holds(requirement, labels) if {
	requirement.operator == "Exists"
	has(labels, requirement.key)
}

holds(requirement, labels) if {
	requirement.operator == "DoesNotExist"
	not has(labels, requirement.key)
}

# In a rule of its own: `not labels[key] in values` is undefined where the key is absent. A set is asked by its member:
# in wasm, `in` walks through it.
is_one_of(labels, requirement) if requirement.values[labels[requirement.key]]

# A value may be anything, false as well.
has(labels, key) if labels[key] != null
