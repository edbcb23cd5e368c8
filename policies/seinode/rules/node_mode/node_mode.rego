# METADATA
# title: A node has exactly one mode
# description: |
#   One of fullNode, archive, replayer and validator decides what the node's pod, plans and labels are. The CRD asks for
#   exactly one, and for peers where it is replayer; a node from before these rules may have none or several.
# custom:
#   id: node-mode
#   severity: error
#   fix: Set exactly one of fullNode, archive, replayer and validator, and peers for a replayer.
#   example: |
#     spec:
#       fullNode: {}
#       archive: {} # a second mode
package seinode.rules.node_mode

import data.seinode.violation

violations contains violation.new("node-mode", "error", "spec", {
	"message": concat("", ["spec must set exactly one of ", concat(", ", modes), ", not ", in_words(given)]),
	"details": {"modes": given},
	"fix": "Keep the mode that the node is meant to have, and remove the others.",
}) if {
	is_in_sight
	count(given) != 1
}

violations contains violation.new("node-mode", "error", "spec.peers", {
	"message": "spec.peers is required where replayer is set, with at least one peer",
	"details": {"modes": given},
	"fix": "Name the peers whose blocks are replayed in spec.peers.",
}) if {
	is_in_sight
	input.node.spec.replayer != null
	not has_peers
}

modes := ["fullNode", "archive", "replayer", "validator"]

# Null counts as absent, as it does for the API server.
given := [mode | some mode in modes; input.node.spec[mode] != null]

in_words([]) := "none"

in_words(several) := concat(" and ", several) if count(several) > 0

has_peers if {
	is_array(input.node.spec.peers)
	count(input.node.spec.peers) > 0
}

# Of a node that is not in sight nobody knows the mode.
is_in_sight if {
	input.node
	not is_inferred
}

is_inferred if input.inferred == true
