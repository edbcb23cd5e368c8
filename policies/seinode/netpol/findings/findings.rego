# METADATA
# title: What the rules on NetworkPolicies say of guarded ports
package seinode.netpol.findings

import data.seinode.netpol.guard
import data.seinode.violation

# METADATA
# description: |
#   The violations of one guard: a port that is open to others, and with severity warning one where that cannot be
#   told. Each has the index of its `target`.
openings(rule, guarded) := [about(judged, finding) |
	some judged in guard.ports
	judged.guard == guarded
	finding := open_or_undecided(rule, judged)
]

about(judged, finding) := object.union(finding, {"target": judged.target})

open_or_undecided(rule, judged) := violation.new(rule, "error", field(judged.openings[0]), {
	"message": concat("", [format_int(judged.port, 10), " is open beyond ", whom[judged.guard], ": ", sentence(judged.openings[0]), more(judged.openings)]),
	"details": object.union(details(judged, judged.openings[0]), {"openings": judged.openings}),
	"fix": fix(judged.openings[0], judged),
}) if {
	count(judged.openings) > 0
} else := violation.new(rule, "warning", field(judged.undecided[0]), {
	"message": concat("", ["whether ", format_int(judged.port, 10), " is open beyond ", whom[judged.guard], " cannot be told: the labels of a namespace that ", where(judged.undecided[0]), " names are not known"]),
	"details": object.union(details(judged, judged.undecided[0]), {"undecided": judged.undecided}),
	"fix": "Say the Namespace with its labels as well, or name the namespace by kubernetes.io/metadata.name in the parameters.",
}) if {
	count(judged.undecided) > 0
} else := violation.new(rule, "warning", "spec", {
	"message": concat("", ["whether ", format_int(judged.port, 10), " is open beyond ", whom[judged.guard], " cannot be told: ", concat("; ", judged.caveats)]),
	"details": {"port": judged.port, "caveats": judged.caveats},
	"fix": "See what else decides who connects, or take it away.",
}) if {
	count(judged.caveats) > 0
}

whom := {"tasks": "the controller", "public": "monitoring"}

details(judged, opening) := object.union(
	{"port": judged.port, "isolatedBy": judged.isolatedBy},
	object.filter(opening, [key | some key in ["policy"]; opening[key] != null]),
)

# The field of the policy at fault; of the node where no policy is.
field(opening) := "spec" if {
	opening.policy == null
} else := concat("", ["spec.", path(opening)])

path(place) := concat("", ["ingress[", format_int(place.rule, 10), "]", peer_path(place.peer)])

peer_path(null) := ""

peer_path(peer) := concat("", [".from[", format_int(peer, 10), "]"]) if peer != null

where(place) := concat("", [path(place), " of NetworkPolicy ", place.policy])

sentence(opening) := "no NetworkPolicy isolates the pod" if {
	opening.policy == null
} else := concat("", [where(opening), " lets in ", opening.opens])

more(openings) := concat("", [text |
	count(openings) > 1
	some text in [", and ", format_int(count(openings) - 1, 10), " more"]
])

fix(opening, judged) := concat("", [
	"Apply a NetworkPolicy that selects the pod and lets only ", whom[judged.guard],
	" in to ", format_int(judged.port, 10), ": kubectl seinode netpol template.",
]) if {
	opening.policy == null
} else := concat("", [
	"Take ", format_int(judged.port, 10), " out of ", where(opening),
	", and let only ", whom[judged.guard], " in to it.",
])

# METADATA
# description: The violations of netpol-blocked.
blocked := [about(judged, finding) |
	some judged in guard.ports
	some refusal in judged.blocked
	finding := violation.new("netpol-blocked", blocked_severity(refusal, judged), concat("", ["spec.", refusal.by]), {
		"message": concat(" ", [
			name_of(refusal, judged), verbs[refusal.certain],
			concat("", [format_int(judged.port, 10), ":"]), isolation(refusal),
		]),
		"details": {
			"port": judged.port,
			"from": refusal.who,
			"direction": refusal.by,
			"policy": refusal.policies[0],
			"policies": refusal.policies,
		},
		"fix": blocked_fix(refusal, judged),
	})
]

blocked_severity(refusal, judged) := "error" if {
	refusal.certain
	count(judged.caveats) == 0
} else := "warning"

name_of(refusal, judged) := whom[judged.guard] if {
	not contains(refusal.who, "/")
} else := concat(" ", ["pod", refusal.who, "of", whom[judged.guard]])

verbs := {true: "cannot reach", false: "may not reach"}

isolation(refusal) := concat(" ", ["NetworkPolicy", refusal.policies[0], "isolates", because[refusal.by]]) if {
	count(refusal.policies) == 1
} else := concat(" ", ["NetworkPolicies", concat(", ", refusal.policies), "isolate", because[refusal.by]])

because := {
	"ingress": "the pod, and no rule admits it",
	"egress": "its egress, and no rule lets it out to the pod",
}

blocked_fix(refusal, judged) := concat(" ", [
	"Add to NetworkPolicy", refusal.policies[0], "a rule of", refusal.by, "for", whom[judged.guard],
	"and port", concat("", [format_int(judged.port, 10), "."]),
])
