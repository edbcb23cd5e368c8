# METADATA
# title: Who reaches whom, as NetworkPolicies say
# description: |
#   NetworkPolicy of the Kubernetes API (networking.k8s.io/v1) over `input.network`: the policies, and pods that the
#   selectors cannot tell apart once each. Each distinct selector is asked once about each distinct label set; the
#   answer names policies, rules, peers and pods by index, and never pairs pods with pods.
package seinode.netpol

import data.seinode.netpol.selectors

# METADATA
# description: The whole answer about a network.
reach := {
	"ingress": ingress,
	"peers": peers,
	"who": who,
	"egress": egress,
	"lets": lets,
}

# METADATA
# description: For each target and port, what isolates it and what lets somebody in.
ingress := [answer |
	some index, target in input.network.targets
	some asked in target.ports
	answer := {
		"target": index,
		"port": asked.port,
		"isolatedBy": isolating[index],
		"admits": [through |
			some policy in isolating[index]
			some through in opened(policy, ingress_rules[policy], target, asked.port)
		],
		"caveats": caveats_of(target.namespace),
	}
]

# METADATA
# description: By target, the policies that isolate it for ingress.
isolating := [policies |
	some target in input.network.targets
	policies := [policy |
		some policy in policies_in[target.namespace].Ingress
		selectors.meets(target.labels, selected_by[policy])
	]
]

# METADATA
# description: By index, the requirements of a policy's podSelector.
selected_by := [selectors.requirements(selector) | some selector in selecting]

# By index, a policy's podSelector; left out it selects every pod.
selecting := [given(spec, "podSelector", {}) | some spec in specs]

# By index. A policy without a spec is one whose fields are all left out.
specs := [given(policy, "spec", {}) | some policy in input.network.policies]

# METADATA
# description: By namespace and type, the policies that isolate in this direction.
policies_in := {namespace: by_type |
	some namespace in {policy.metadata.namespace | some policy in input.network.policies}
	by_type := {type: policies |
		some type in {"Ingress", "Egress"}
		policies := [index |
			some index, policy in input.network.policies
			policy.metadata.namespace == namespace
			types_of[index][type]
		]
	}
}

types_of := [types(spec) | some spec in specs]

# Ingress is implied, Egress only by a rule for it.
types(spec) := {type | some type in spec.policyTypes} if {
	listed(spec, "policyTypes") != null
} else := {"Ingress", "Egress"} if {
	listed(spec, "egress") != null
} else := {"Ingress"}

# METADATA
# description: Why nothing is certain of pods in a namespace.
caveats_of(namespace) := [caveat |
	some caveat in input.network.caveats
	object.get(caveat, "namespace", namespace) == namespace
]
