# METADATA
# title: What the rules are asked about networks
# description: |
#   NetworkInput (core/network/question.ts) out of a review and the inventory. Each question has `after`, and for an edit
#   `before`, with the same targets at the same indexes; `nodes` says which nodes these are. What decides beside
#   NetworkPolicies is not synced: there are no caveats.
package seinode.gatekeeper.networks

import data.seinode.gatekeeper.changes
import data.seinode.gatekeeper.inventory
import data.seinode.gatekeeper.parameters
import data.seinode.gatekeeper.sources
import data.seinode.gatekeeper.targets

# METADATA
# description: None before the inventory is there, which would look like a cluster without NetworkPolicies.
questions contains question if {
	inventory.is_synced
	some change in changes.all
	question := {side: {"network": network(state)} | some side, state in change}
}

network(state) := {
	"policies": [policy |
		some key in sort(object.keys(state.policies))
		policy := state.policies[key]
		decides(policy, {target.namespace | some target in state.targets})
	],
	"namespaces": state.namespaces,
	"labelSets": [source.labels | some source in sources.all],
	"sources": [object.union(source, {"labels": index}) | some index, source in sources.all],
	"targets": [object.union(target, {"addresses": [index | some index, address in addresses; target.addresses[address]]}) |
		some target in state.targets
	],
	"addresses": addresses,
	"caveats": [],
	"parameters": parameters.given,
} if {
	addresses := sort(union({target.addresses | some target in state.targets}))
}

# Policies of the targets' own namespaces, and those that hold others back at their side.
decides(policy, namespaces) if policy.metadata.namespace in namespaces

decides(policy, _) if targets.holds_back(policy)
