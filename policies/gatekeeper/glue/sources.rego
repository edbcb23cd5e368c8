# METADATA
# title: The pods that connect
# description: |
#   Those of the controller and of monitoring. No rule tells others apart: what a policy opens is judged by its selectors,
#   whoever is there.
package seinode.gatekeeper.sources

import data.seinode.gatekeeper.inventory
import data.seinode.gatekeeper.parameters
import data.seinode.netpol.guard
import data.seinode.netpol.selectors

# METADATA
# description: As NetworkSource, but with the labels themselves; sorted.
all := [found[1] |
	some found in sort([[example, source] |
		some pods in [parameters.given.controller, parameters.given.monitoring]
		required := guard.requirements_of_pods(pods)
		some namespace, labels in inventory.namespaces
		selectors.meets(labels, guard.on("namespace", required))
		some name, pod in inventory.pods(namespace)
		selectors.meets(labels_of(pod), guard.on("pod", required))
		example := concat("/", [namespace, name])
		source := {
			"namespace": namespace,
			"labels": labels_of(pod),
			"hostNetwork": object.get(pod, ["spec", "hostNetwork"], false),
			"example": example,
		}
	])
]

labels_of(pod) := object.get(pod, ["metadata", "labels"], {})
