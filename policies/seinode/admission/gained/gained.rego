# METADATA
# title: Who gained a way to a guarded port, and who lost one
# description: |
#   Input: `network`, as it would be, and `formerly`, what `former.state` said of it as it was. What a peer or its rule is
#   called, and where it stands, decides nothing: an opening is new where somebody gets in who did not.
package seinode.admission.gained

import data.seinode.admission.former
import data.seinode.netpol.findings
import data.seinode.netpol.guard
import data.seinode.rules.label_contract

# METADATA
# description: What is worse, as the rules on NetworkPolicies say it.
violations contains violation if {
	some judged in worsened
	finding := findings.open_or_undecided(rules[judged.guard], judged)
	violation := object.union(finding, {"target": judged.target})
}

violations contains violation if {
	some judged in worsened
	some finding in findings.refusals(judged)
	violation := object.union(finding, {"target": judged.target})
}

violations contains violation if {
	some violation in label_contract.violations
	not input.formerly.labels[former.said(violation)]
}

rules := {"tasks": "netpol-tasks-port", "public": "netpol-public-port"}

# Guarded ports, with nothing but what is new of what is wrong with them.
worsened := [object.union(judged, {
	"openings": openings,
	"undecided": undecided,
	"blocked": blocked(judged, past),
	"caveats": caveats(judged, openings),
}) |
	some judged in guard.ports
	past := with_addresses(object.get(input.formerly.at, former.key(judged), nothing))
	found := gains(judged, past)
	openings := [gain.place | some gain in found; gain.certain]
	undecided := [gain.place | some gain in found; not gain.certain]
]

# Where there was no such port nobody got in to it.
nothing := {"isolated": true, "toAll": false, "pods": set(), "blocks": set(), "refused": set()}

# What may be closed by something else is worse all the same; by itself it is nothing new.
caveats(judged, openings) := judged.caveats if {
	count(openings) > 0
} else := []

gains(judged, past) := [] if {
	past.toAll
} else := [sure(gain, judged) | some gain in array.concat(array.concat(bared(judged, past), opened(judged, past)), relabelled(judged, past))]

# NetworkPolicies never held for a pod on its node's network.
sure(gain, judged) := {"certain": false, "place": object.union(gain.place, {"why": "is for a pod on its node's network"})} if {
	input.network.targets[judged.target].hostNetwork
} else := gain

# The last policy that isolated the pod is gone.
bared(judged, past) := [gain |
	count(judged.isolatedBy) == 0
	some gain in from_all({"policy": null}, judged, past)
]

opened(judged, past) := [gain |
	some through in judged.admits
	not guard.is_innocent(through, judged)
	some gain in gain_of(through, judged, past)
]

gain_of(through, judged, past) := from_all(guard.place(through), judged, past) if {
	through.peer == null
} else := from_block(former.block_of(through), guard.place(through), past) if {
	guard.is_block(through)
} else := from_pods(guard.pod_peers[guard.who_of(through)], guard.place(through), judged, past)

from_all(place, judged, past) := [] if {
	count(everything(place, judged, past)) == 0
} else := [{"certain": true, "place": object.union(place, {"opens": "every pod and address"})}] if {
	some gain in everything(place, judged, past)
	gain.certain
} else := [{"certain": false, "place": object.union(place, {"why": "lets in every pod and address, and who was let in before is too much to compare"})}]

everything(place, judged, past) := [gain |
	some list in [
		from_pods([], place, judged, past),
		from_block({"cidr": "0.0.0.0/0", "except": set()}, place, past),
		from_block({"cidr": "::/0", "except": set()}, place, past),
	]
	some gain in list
]
