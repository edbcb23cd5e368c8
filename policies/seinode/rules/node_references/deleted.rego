package seinode.rules.node_references

import data.seinode.violation

# A Secret that a validator names and that is about to go: nobody else has the key in it.
violations contains violation.new("node-references", "error", path(field), {
	"message": concat("", ["Secret ", name, " is deleted, and SeiNode ", input.node.metadata.name, " names it as ", kind]),
	"details": {"name": name, "deleted": true},
	"fix": "Keep the Secret as long as a node names it: nobody else has the key. Delete the node first.",
}) if {
	some field, kind in secrets
	name := named(input.node, field)
	name == input.deletedSecret
}

secrets := {
	["validator", "signingKey", "secret", "secretName"]: "its signing key",
	["validator", "nodeKey", "secret", "secretName"]: "its node key",
	["validator", "operatorKeyring", "secret", "secretName"]: "its operator keyring",
	["validator", "operatorKeyring", "secret", "passphraseSecretRef", "secretName"]: "the passphrase of its keyring",
}
