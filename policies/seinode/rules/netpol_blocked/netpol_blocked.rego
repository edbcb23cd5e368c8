# METADATA
# title: The controller and monitoring get in
# description: |
#   A policy that isolates the pod must let the controller in to the tasks port and monitoring to the public port, and
#   a policy that isolates their egress must let them out. Pods of the controller that are present must all get
#   through, of monitoring one; where none is present, what the parameters say of them is compared with the selectors.
# custom:
#   id: netpol-blocked
#   severity: error
#   fix: Add a rule that admits them.
#   example: |
#     policyTypes: [Ingress]
#     ingress: [] # nobody, the controller included
package seinode.rules.netpol_blocked

import data.seinode.netpol.findings

violations contains found if {
	some found in findings.blocked
}
