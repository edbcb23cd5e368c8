# METADATA
# title: Who may connect to the guarded ports
# description: PolicyParameters (`spec.parameters` of a constraint); what is left out is as `defaults` say.
package seinode.gatekeeper.parameters

# METADATA
# description: The parameters of the constraint that is asked.
given := {name: object.get(written, name, default_value) | some name, default_value in defaults}

written := input.parameters if {
	is_object(input.parameters)
} else := {}

# METADATA
# description: What holds where nobody says otherwise; core/network/network-policy.ts has the same.
defaults := {
	"controller": {
		"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "sei-k8s-controller-system"}},
		"podSelector": {"matchLabels": {
			"control-plane": "controller-manager",
			"app.kubernetes.io/name": "sei-k8s-controller",
		}},
	},
	"monitoring": {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "monitoring"}}},
	"allow": [],
}
