# METADATA
# title: What a review is answered
package seinode.gatekeeper.answers

import data.seinode
import data.seinode.admission
import data.seinode.gatekeeper.networks
import data.seinode.gatekeeper.nodes
import data.seinode.gatekeeper.review

# METADATA
# description: |
#   The violations of the rules that are there. The audit finds all that is wrong; a request is at fault for the errors that
#   it brings.
found contains violation if {
	review.is_audit
	some question in questions
	some violation in seinode.violations with input as question.after
}

found contains violation if {
	not review.is_audit
	not review.is_passed
	some question in questions
	some violation in admission.worse with input as question
	violation.severity == "error"
}

questions contains question if some question in nodes.questions

questions contains question if some question in networks.questions

# METADATA
# description: A violation as Gatekeeper shows it, one line.
shown(violation) := {
	"msg": concat("", [violation.rule, ": ", violation.message, ". ", violation.fix, " ", violation.docs]),
	"details": object.remove(violation, ["target"]),
}
