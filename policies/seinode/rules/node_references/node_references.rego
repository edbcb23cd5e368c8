# METADATA
# title: Nobody shares a node's keys or its volume
# description: |
#   Two pods with one consensus key sign one height twice, and two on one volume break the chain. The operator begins with
#   neither while another SeiNode of the namespace names the same Secret or claim. A node key or a keyring in two nodes is
#   one identity on the network, or one account, in two places.
# custom:
#   id: node-references
#   severity: error
#   fix: Give each node its own Secrets and its own claim.
#   example: |
#     # n0 and n1, both
#     spec:
#       validator:
#         signingKey: { secret: { secretName: consensus-key } } # whoever runs first, the other signs the same heights
package seinode.rules.node_references

import data.seinode.violation

violations contains violation.new("node-references", severity, path(field), {
	"message": concat("", ["SeiNode ", other.metadata.name, " ", uses[field], " ", name, " too"]),
	"details": {"name": name, "other": other.metadata.name},
	"fix": concat("", ["Name another ", kinds[field], " in one of the two, or delete one of them before the other is made."]),
}) if {
	some field, severity in shared
	name := named(input.node, field)
	some other in neighbours
	name in had(other, field)
}

shared := {
	["validator", "signingKey", "secret", "secretName"]: "error",
	["validator", "nodeKey", "secret", "secretName"]: "warning",
	["validator", "operatorKeyring", "secret", "secretName"]: "warning",
	claim: "error",
}

claim := ["dataVolume", "import", "pvcName"]

uses := {
	["validator", "signingKey", "secret", "secretName"]: "names the signing key in Secret",
	["validator", "nodeKey", "secret", "secretName"]: "names the node key in Secret",
	["validator", "operatorKeyring", "secret", "secretName"]: "names the operator keyring in Secret",
	claim: "uses PersistentVolumeClaim",
}

kinds := {field: kind | some field, _ in shared; kind := kind_of(field)}

kind_of(field) := "claim" if {
	field == claim
} else := "Secret"

path(field) := concat(".", array.concat(["spec"], field))

named(node, field) := name if {
	name := object.get(node, array.concat(["spec"], field), null)
	is_string(name)
}

# A node that imports no claim has one of its own.
had(node, field) := {named(node, field)} if {
	named(node, field)
} else := {concat("", ["data-", node.metadata.name])} if {
	field == claim
} else := set()

neighbours := [other |
	some other in input.others
	other.metadata.namespace == input.node.metadata.namespace
	other.metadata.name != input.node.metadata.name
]
