# METADATA
# title: Only the controller connects to the tasks port
# description: |
#   8443 under TLS, and without it the tasks listener itself, which signs for whoever asks, are for the controller's
#   pods and those the parameters allow. A pod that no policy isolates is open, and so is one whose policies would
#   admit any other pod, present or not, or an address.
# custom:
#   id: netpol-tasks-port
#   severity: error
#   fix: Let only the controller's pods in, by namespace and by pod labels in one peer.
#   example: |
#     ingress:
#       - ports: [{ port: 8443 }]
#         from:
#           - namespaceSelector: {} # any namespace: two peers, of which one is enough
#           - podSelector: { matchLabels: { control-plane: controller-manager } }
package seinode.rules.netpol_tasks_port

import data.seinode.netpol.findings

violations contains found if {
	some found in findings.openings("netpol-tasks-port", "tasks")
}
