# METADATA
# title: What was open at guarded ports, and who was locked out
package seinode.admission.former

import data.seinode.netpol.guard
import data.seinode.rules.label_contract

# METADATA
# description: |
#   `at`, by target and port: whether anything isolates it, whether it is open `toAll`, the requirements of `pods` and the
#   `blocks` of addresses that are let in, and who is `refused`. `labels`: what label-contract says of policies.
state := {
	"namespaces": input.network.namespaces,
	"at": {key(judged): at(judged) | some judged in guard.ports},
	"labels": {said(violation) | some violation in label_contract.violations},
}

# METADATA
# description: The key of a port of a target.
key(judged) := concat(":", [format_int(judged.target, 10), format_int(judged.port, 10)])

# METADATA
# description: What label-contract says, whichever policy it is of.
said(violation) := [violation.target, violation.details.reason, violation.details.labels]

at(judged) := {
	"isolated": count(judged.isolatedBy) > 0,
	"toAll": is_for_all(judged),
	"pods": pods(judged),
	"blocks": blocks(judged),
	"refused": {[refusal.by, refusal.certain] | some refusal in judged.blocked},
}

is_for_all(judged) if {
	count(judged.isolatedBy) == 0
} else if {
	some through in judged.admits
	through.peer == null
} else := false

# METADATA
# description: The requirements of pods that are let in, a list for each peer.
pods(judged) := {guard.pod_peers[guard.who_of(through)] |
	some through in judged.admits
	through.peer != null
}

# METADATA
# description: The ipBlocks that are let in.
blocks(judged) := {block_of(through) | some through in judged.admits; guard.is_block(through)}

# METADATA
# description: The ipBlock of a peer.
block_of(through) := {"cidr": block.cidr, "except": {cidr | some cidr in block.except}} if {
	block := guard.peer_of(through).ipBlock
}
