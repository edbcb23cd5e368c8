# METADATA
# title: What a request makes worse
# description: |
#   Input: `before` and `after`, each what the rules are asked (a node, or a network), absent where there was nothing.
#   Both networks have the same targets at the same indexes.
package seinode.admission

import data.seinode
import data.seinode.admission.former
import data.seinode.admission.gained

# METADATA
# description: The violations of `after` that `before` did not have.
worse contains violation if {
	some violation in later
	not is_known(violation)
}

worse contains violation if {
	some violation in gained.violations with input as {"network": input.after.network, "formerly": formerly}
}

formerly := {"namespaces": {}, "at": {}, "labels": set()} if {
	not input.before.network
} else := state if {
	state := former.state with input as input.before
}

# Of nodes. Networks have no such violations: there it is not the text that is compared.
later := violations if {
	input.after.node
	violations := seinode.violations with input as input.after
}

earlier := violations if {
	input.before.node
	violations := seinode.violations with input as input.before
}

is_known(violation) if {
	some former_one in earlier
	is_same(former_one, violation)
	grave[former_one.severity] >= grave[violation.severity]
}

# Of one field a rule may find another fault than before, which makes nothing worse; another node is another fault.
is_same(one, other) if {
	subject(one) == subject(other)
	one.field == other.field
	object.get(one.details, "other", null) == object.get(other.details, "other", null)
}

# A Secret that cannot be served is one fault, whatever keeps it from that.
subject(violation) := "tls-secret" if {
	violation.rule == "tls-sans"
} else := violation.rule

grave := {"error": 2, "warning": 1, "info": 0}
