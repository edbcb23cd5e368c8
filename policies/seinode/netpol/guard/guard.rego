# METADATA
# title: Whether a guarded port is open to others, and to those who must get in
# description: |
#   The tasks port is for the controller, the public port for monitoring (contract §6), each also for those that the
#   parameters allow. A peer is judged by its selectors: what it would admit counts, present or not.
package seinode.netpol.guard

import data.seinode.netpol

# METADATA
# description: |
#   For each guarded port of each target, `openings`: the rules that let others in than those who may connect, each
#   with `opens`, who that is, and for pods `example`, one of them; `undecided`: those where that cannot be told, each
#   with `why`; `blocked`: how those are kept out whom the port is for; `caveats`: why nothing is certain.
ports := [judged |
	some answer in netpol.ingress
	target := input.network.targets[answer.target]
	some asked in target.ports
	asked.port == answer.port
	suspected := suspects(answer, asked)
	judged := {
		"guard": asked.guard,
		"target": answer.target,
		"port": answer.port,
		"isolatedBy": keys(answer.isolatedBy),
		"admits": answer.admits,
		"openings": array.concat(unisolated(answer), openings_of(suspected, asked)),
		"undecided": undecided_of(suspected, asked),
		"blocked": blocked_of(answer, asked.guard),
		"caveats": array.concat([caveat.why | some caveat in answer.caveats], host_network(target)),
	}
]

unisolated(answer) := [{"opens": "every pod and address", "policy": null}] if {
	count(answer.isolatedBy) == 0
	not may_be_isolated(answer)
} else := []

# A policy that was not read may isolate the target; none of them closes what another opens.
may_be_isolated(answer) if {
	some caveat in answer.caveats
	caveat.hidesPolicies
}

# Where more may be let in than those who may connect.
suspects(answer, asked) := [through |
	some through in answer.admits
	not is_innocent(through, asked)
]

is_innocent(through, asked) if innocent[asked.guard][format_int(asked.port, 10)][who_of(through)]

openings_of(suspected, asked) := [opening |
	some through in suspected
	opening := object.union(place(through), opens(through, asked))
]

# Who a rule lets in that may not connect; undefined where there is nobody, or it cannot be told.
opens(through, _) := {"opens": "every pod and address"} if through.peer == null

opens(through, _) := {"opens": concat("", ["addresses in ", block.cidr, excepted(except)])} if {
	block := netpol.who[who_of(through)]
	except := netpol.listed(peer_of(through).ipBlock, "except")
}

opens(through, asked) := {"opens": least[1], "example": least[2]} if {
	least := min(strangers[asked.guard][format_int(asked.port, 10)][who_of(through)].examples)
}

excepted(null) := ""

excepted(except) := concat("", [" except ", concat(", ", except)]) if except != null

undecided_of(suspected, asked) := [object.union(place(through), {"why": why}) |
	some through in suspected
	through.peer != null
	not is_block(through)
	why := why_undecided(through, asked)
]

why_undecided(through, asked) := min(judged.unknown) if {
	judged := strangers[asked.guard][format_int(asked.port, 10)][who_of(through)]
	count(judged.examples) == 0
	count(judged.unknown) > 0
}

why_undecided(through, asked) := "lets in pods, and the parameters do not say who may connect" if {
	not strangers[asked.guard][format_int(asked.port, 10)][who_of(through)]
}

is_block(through) if ip_blocks[who_of(through)]

# By index in `who`.
ip_blocks := {index | some index, distinct in netpol.distinct_peers; netpol.is_given(distinct[1], "ipBlock")}

host_network(target) := ["the pod is on its node's network, where NetworkPolicies may not hold"] if {
	target.hostNetwork
} else := []

# METADATA
# description: Where a rule lets somebody in.
place(through) := {
	"policy": policy_key(through.policy),
	"rule": through.rule,
	"peer": through.peer,
	"entry": through.entry,
}

# METADATA
# description: NAMESPACE/NAME of a policy.
policy_key(policy) := concat("/", [metadata.namespace, metadata.name]) if {
	metadata := input.network.policies[policy].metadata
}

keys(policies) := [policy_key(policy) | some policy in policies]

who_of(through) := netpol.peers[through.policy][through.rule][through.peer]

peer_of(through) := input.network.policies[through.policy].spec.ingress[through.rule].from[through.peer]
