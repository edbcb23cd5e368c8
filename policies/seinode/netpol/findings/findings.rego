# METADATA
# title: What the rules on NetworkPolicies say of guarded ports
package seinode.netpol.findings

import data.seinode.netpol.guard
import data.seinode.violation

# METADATA
# description: |
#   The violations of one guard: a port that is open to others, and with severity warning one where that cannot be
#   told. Each has the index of its `target`.
openings(rule, guarded) := [object.union(finding, {"target": judged.target}) |
	some judged in guard.ports
	judged.guard == guarded
	finding := open_or_undecided(rule, judged)
]

# METADATA
# description: What is said of a guarded port; undefined where nothing is wrong with it.
open_or_undecided(rule, judged) := violation.new(rule, "error", field(first), {
	"message": text([number(judged), " is open beyond ", whom[judged.guard], ": ", sentence(first), more(judged.openings), doubt(judged)]),
	"details": object.union(details(judged, first), {"openings": judged.openings}),
	"fix": fix(first, judged),
}) if {
	first := judged.openings[0]
} else := violation.new(rule, "warning", field(first), {
	"message": text([cannot_tell(judged), where(first), " ", first.why]),
	"details": object.union(details(judged, first), {"undecided": judged.undecided}),
	"fix": text(["Let ", where(first), " select by kubernetes.io/metadata.name and by labels of pods only those who may connect."]),
}) if {
	first := judged.undecided[0]
} else := violation.new(rule, "warning", "spec", {
	"message": text([cannot_tell(judged), concat("; ", judged.caveats)]),
	"details": {"port": judged.port, "caveats": judged.caveats},
	"fix": "NetworkPolicies alone do not decide this: look at what is named, or take it away.",
}) if {
	count(judged.caveats) > 0
}

whom := {"tasks": "the controller", "public": "monitoring"}

number(judged) := format_int(judged.port, 10)

cannot_tell(judged) := text(["whether ", number(judged), " is open beyond ", whom[judged.guard], " cannot be told: "])

details(judged, opening) := object.union(
	{"port": judged.port, "isolatedBy": judged.isolatedBy},
	object.filter(opening, [key | some key in ["policy"]; opening[key] != null]),
)

# The field of the policy at fault; of the node where no policy is.
field(opening) := "spec" if {
	opening.policy == null
} else := text(["spec.", path(opening)])

path(place) := text(["ingress[", format_int(place.rule, 10), "]", peer_path(place.peer)])

peer_path(null) := ""

peer_path(peer) := text([".from[", format_int(peer, 10), "]"]) if peer != null

where(place) := text([path(place), " of NetworkPolicy ", place.policy]) if {
	place.policy != null
} else := "no NetworkPolicy isolates the pod, which"

sentence(opening) := "no NetworkPolicy isolates the pod, so every pod and address can connect" if {
	opening.policy == null
} else := text([where(opening), " lets in ", opening.opens])

# An open port is said to be open also where something may close it that is not judged.
doubt(judged) := text(["; not for certain, since ", concat("; ", judged.caveats)]) if {
	count(judged.caveats) > 0
} else := ""

more([_]) := ""

more([_, _]) := "; another place does so as well"

more(openings) := text(["; ", format_int(count(openings) - 1, 10), " other places do so as well"]) if count(openings) > 2

fix(opening, judged) := text([
	"Apply a NetworkPolicy that selects the pod and lets only ", whom[judged.guard],
	" in to ", number(judged), ": kubectl seinode netpol template.",
]) if {
	opening.policy == null
} else := text(["Take ", number(judged), " out of ", where(opening), ", and let only ", whom[judged.guard], " in to it."])

# METADATA
# description: The violations of netpol-blocked.
blocked := [object.union(finding, {"target": judged.target}) |
	some judged in guard.ports
	some finding in refusals(judged)
]

# METADATA
# description: What is said of those that are kept out of a port.
refusals(judged) := [finding |
	some refusal in judged.blocked
	certain := is_certain(refusal, judged)
	finding := violation.new("netpol-blocked", severities[certain], text(["spec.", refusal.by]), {
		"message": text([
			name_of(refusal, judged), verbs[certain], number(judged), ": ",
			policies(refusal), isolating[refusal.by], missing(refusal, judged), unless(refusal, judged),
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

is_certain(refusal, judged) if {
	refusal.certain
	count(judged.caveats) == 0
} else := false

severities := {true: "error", false: "warning"}

verbs := {true: " cannot connect to ", false: " may be unable to connect to "}

name_of(refusal, judged) := whom[judged.guard] if {
	not contains(refusal.who, "/")
} else := text(["pod ", refusal.who, " of ", whom[judged.guard]])

policies(refusal) := text(["NetworkPolicy ", refusal.policies[0]]) if {
	count(refusal.policies) == 1
} else := text(["NetworkPolicy ", refusal.policies[0], " (and ", format_int(count(refusal.policies) - 1, 10), " more)"])

isolating := {"ingress": " isolates the node's pod, and ", "egress": " isolates its egress, and "}

missing(refusal, judged) := text([where(refusal.partly), " admits only some of the pods that the parameters name"]) if {
	refusal.partly
} else := text(["no rule for ", number(judged), " admits it"]) if {
	refusal.by == "ingress"
} else := text(["no rule lets it out to ", number(judged), " of the node's pod"])

unless(refusal, judged) := concat("; but ", array.concat([""], doubts)) if {
	doubts := array.concat([doubt | some doubt in [refusal.doubt]], judged.caveats)
}

blocked_fix(refusal, judged) := text([
	"Ask in ", where(refusal.partly), " for no more than the parameters do, or say it in the parameters as well.",
]) if {
	refusal.partly
} else := text([
	"Add to NetworkPolicy ", refusal.policies[0], rule_for[refusal.by][judged.guard], " and port ", number(judged), ".",
])

rule_for := {
	"ingress": {guarded: text([" an ingress rule for ", who]) | some guarded, who in whom},
	"egress": {guarded: " an egress rule for the node's pod" | some guarded, _ in whom},
}

text(parts) := concat("", parts)
