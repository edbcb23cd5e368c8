# METADATA
# title: Every SeiNode says which team is called for it
package seinode

violations contains {
	"rule": "team-label",
	"severity": "error",
	"field": "spec.podLabels",
	"message": sprintf("spec.podLabels has no team, one of %s", [concat(", ", data.teams)]),
	"fix": "Set spec.podLabels.team to the team that is called for this node.",
} if {
	not input.inferred
	not has_team
}

has_team if input.node.spec.podLabels.team in data.teams
