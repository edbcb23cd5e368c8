# METADATA
# title: Every field is one the CRD has
# description: |
#   The API server drops a field that the CRD does not have, with a warning at most. A field that promises to
#   retain a volume is an error: someone may delete the node believing it.
# custom:
#   id: unknown-field
#   severity: warning
#   fix: Remove the field, or write the one that was meant.
#   example: |
#     spec:
#       storage:
#         retainOnDelete: true # no such field: the volume is deleted with the node
package seinode.rules.unknown_field

import data.seinode.violation

violations contains violation.new("unknown-field", "error", field, {
	"message": concat("", [field, " is not a field of SeiNode: the API server drops it and the volume is deleted with the node"]),
	"details": {"field": field},
	"fix": "Remove it; to keep the volume, set spec.dataVolume.import.pvcName before the node is deleted.",
}) if {
	some field in input.unknownFields
	retains(field)
}

violations contains violation.new("unknown-field", "warning", field, {
	"message": concat("", [field, " is not a field of SeiNode: the API server drops it"]),
	"details": {"field": field},
	"fix": "Remove it, or write the field that was meant.",
}) if {
	some field in input.unknownFields
	not retains(field)
}

retains(field) if contains(lower(field), "retain")
