# METADATA
# title: The pods that are connected to
# description: |
#   As core/network/targets.ts makes them: the live pod of a node, or the one that it would make, and pods whose node is not
#   in sight; each with the ports that only some may reach.
package seinode.gatekeeper.targets

import data.seinode.gatekeeper.inventory
import data.seinode.gatekeeper.workloads

# METADATA
# description: The pod of a node.
of_node(node) := live(pod, tasks_port(node)) if {
	pod := inventory.pods(node.metadata.namespace)[pod_name(node)]
} else := future(node)

# METADATA
# description: A pod of a node, as it is or would be.
of_pod_of(pod, node) := live(pod, tasks_port(node))

# METADATA
# description: A pod whose node is not in sight; the names of its ports tell where it takes tasks.
of_pod(pod) := live(pod, tasks_port_of(pod))

# METADATA
# description: |
#   The nodes of a namespace as far as policies can tell them apart: what of their labels no policy asks for is left out,
#   and so are addresses where nobody asks for them.
of_namespace(namespace, former, edited) := sort({shown |
	some node in inventory.nodes(namespace)
	target := of_node(node)
	shown := object.union(object.remove(target, ["labels", "addresses"]), {
		"labels": object.filter(target.labels, asked),
		"addresses": object.get({true: target.addresses}, any_address, set()),
	})
}) if {
	deciding := [policy | some policies in [former, edited]; some policy in policies]
	asked := labels_asked(deciding)
	any_address := count([true | some policy in deciding; some rule in policy.spec.egress; some peer in rule.to; peer.ipBlock]) > 0
}

labels_asked(policies) := {key |
	some policy in policies
	some selector in array.concat([object.get(policy, ["spec", "podSelector"], {})], [peer.podSelector | some rule in policy.spec.egress; some peer in rule.to])
	some key in array.concat(
		[key | some key, _ in selector.matchLabels],
		[expression.key | some expression in selector.matchExpressions],
	)
}

# METADATA
# description: Whether a policy isolates for egress.
holds_back(policy) if "Egress" in policy.spec.policyTypes

holds_back(policy) if {
	count(object.get(policy, ["spec", "policyTypes"], [])) == 0
	count(policy.spec.egress) > 0
}

# METADATA
# description: The name of the one pod of a node.
pod_name(node) := concat("", [node.metadata.name, "-0"])

live(pod, tasks) := {
	"namespace": pod.metadata.namespace,
	"labels": object.get(pod, ["metadata", "labels"], {}),
	"hostNetwork": object.get(pod, ["spec", "hostNetwork"], false),
	"containers": [ports_of(container) | some container in object.get(pod, ["spec", "containers"], [])],
	"initContainers": [object.union(ports_of(container), object.filter(container, ["restartPolicy"])) |
		some container in object.get(pod, ["spec", "initContainers"], [])
	],
	"addresses": addresses_of(pod),
	"ports": guarded(tasks),
}

ports_of(container) := {"ports": object.get(container, "ports", [])}

addresses_of(pod) := {pod.status.podIP} | {address.ip | some address in pod.status.podIPs} if {
	pod.status.podIP
} else := set()

# What the operator makes of it.
future(node) := {
	"namespace": node.metadata.namespace,
	"labels": labels_of(node),
	"hostNetwork": false,
	"containers": [{"ports": [port(name, number) | some name, number in seid_ports]}, {"ports": [port("cosmos-metrics", 9300)]}],
	"initContainers": array.concat(
		[{"restartPolicy": "Always", "ports": [port("sidecar", sidecar_port(node)), port("public", 9100)]}],
		[{"restartPolicy": "Always", "ports": [port("api", 8443)]} | node.spec.sidecar.tls.secretName],
	),
	"addresses": set(),
	"ports": guarded(tasks_port(node)),
}

labels_of(node) := object.union_n([
	object.get(node, ["spec", "podLabels"], {}),
	{"sei.io/node": node.metadata.name, "sei.io/chain": node.spec.chainId},
	{"sei.io/role": role | role := [role | some mode, role in roles; node.spec[mode]][0]},
])

roles := {"fullNode": "node", "archive": "archive", "replayer": "replayer", "validator": "validator"}

seid_ports := {"evm-rpc": 8545, "evm-ws": 8546, "grpc": 9090, "rest": 1317, "p2p": 26656, "rpc": 26657, "metrics": 26660}

port(name, number) := {"name": name, "containerPort": number, "protocol": "TCP"}

guarded(tasks) := [{"port": tasks, "guard": "tasks"}, {"port": 9100, "guard": "public"}]

# Behind the proxy under TLS.
tasks_port(node) := 8443 if {
	node.spec.sidecar.tls.secretName
} else := sidecar_port(node)

# Zero counts as absent, as the CRD lets it be written.
sidecar_port(node) := node.spec.sidecar.port if {
	node.spec.sidecar.port != 0
} else := 7777

tasks_port_of(pod) := array.concat(array.concat(workloads.named(pod, "api"), workloads.named(pod, "sidecar")), [7777])[0]
