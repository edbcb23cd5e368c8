# METADATA
# title: Only monitoring connects to the public port
# description: |
#   9100 answers health and metrics without authentication: it is for the pods of monitoring and those the parameters
#   allow. The kubelet reaches it from the node whatever a policy says.
# custom:
#   id: netpol-public-port
#   severity: error
#   fix: Let only the pods of monitoring in.
#   example: |
#     ingress:
#       - ports: [{ port: 9100 }] # no from: everybody
package seinode.rules.netpol_public_port

import data.seinode.netpol.findings

violations contains found if {
	some found in findings.openings("netpol-public-port", "public")
}
