# METADATA
# title: The one constructor of a violation
package seinode.violation

# METADATA
# description: |
#   `rule` is the id, `severity` error, warning or info, `field` the path the finding points at;
#   `finding` holds `message`, `details` and `fix`.
new(rule, severity, field, finding) := {
	"rule": rule,
	"severity": severity,
	"field": field,
	"message": finding.message,
	"details": finding.details,
	"fix": finding.fix,
	"docs": concat("", ["https://github.com/sei-protocol/kubectl-seinode/blob/main/docs/rules/", rule, ".md"]),
}
