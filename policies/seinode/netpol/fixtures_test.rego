# METADATA
# title: What the tests on NetworkPolicies share
# description: |
#   Node n0 in arctic, TLS on, and who may connect by the defaults of contract §6. `controller` and `prometheus` are
#   pods as the parameters name them, `curl` one that may not connect.
package seinode.netpol.fixtures_test

# METADATA
# description: A policy of a namespace.
policy(namespace, name, spec) := {"metadata": {"namespace": namespace, "name": name}, "spec": spec}

# METADATA
# description: The input where these policies are, with nobody present and no namespace known.
with_policies(policies) := {"network": {
	"policies": policies,
	"namespaces": {},
	"labelSets": [],
	"targets": [target],
	"sources": [],
	"addresses": [],
	"caveats": [],
	"parameters": parameters,
}}

# METADATA
# description: The input where policy arctic/sidecar has these ingress rules.
with_ingress(rules) := with_policies([policy("arctic", "sidecar", {"podSelector": {}, "ingress": rules})])

# METADATA
# description: Another input, with fields of the network replaced.
but(given, fields) := {"network": object.union(object.remove(given.network, object.keys(fields)), fields)}

target := {
	"namespace": "arctic",
	"labels": {"sei.io/node": "n0", "sei.io/role": "node"},
	"hostNetwork": false,
	"containers": [{"ports": [{"name": "rpc", "containerPort": 26657}]}, {}],
	"initContainers": [
		{"restartPolicy": "Always", "ports": [{"name": "public", "containerPort": 9100, "protocol": "TCP"}]},
		{"restartPolicy": "Always", "ports": [{"name": "api", "containerPort": 8443}, {"name": "dns", "containerPort": 8443, "protocol": "UDP"}]},
		{"ports": [{"name": "init", "containerPort": 8443}]},
	],
	"addresses": [],
	"ports": [{"port": 8443, "guard": "tasks"}, {"port": 9100, "guard": "public"}, {"port": 26657}],
}

parameters := {
	"controller": {"namespaceSelector": named("sei-k8s-controller-system"), "podSelector": {"matchLabels": controller_labels}},
	"monitoring": {"namespaceSelector": named("monitoring")},
	"allow": [],
}

controller_labels := {"control-plane": "controller-manager", "app.kubernetes.io/name": "sei-k8s-controller"}

# METADATA
# description: The selector of one namespace, by its name.
named(name) := {"matchLabels": {"kubernetes.io/metadata.name": name}}

# METADATA
# description: Who is present where `with_sources` says so.
label_sets := [controller_labels, {"app": "prometheus"}, {"app": "curl"}]

controller := {"namespace": "sei-k8s-controller-system", "labels": 0, "hostNetwork": false, "example": "sei-k8s-controller-system/manager-0"}

prometheus := {"namespace": "monitoring", "labels": 1, "hostNetwork": false, "example": "monitoring/prometheus-0"}

curl := {"namespace": "default", "labels": 2, "hostNetwork": false, "example": "default/curl"}

# METADATA
# description: The same input with pods present.
with_sources(given, sources) := but(given, {"labelSets": label_sets, "sources": sources})

# METADATA
# description: Peers as the parameters name them.
peers := {
	"controller": {"namespaceSelector": named("sei-k8s-controller-system"), "podSelector": {"matchLabels": controller_labels}},
	"monitoring": {"namespaceSelector": named("monitoring")},
}

# METADATA
# description: The rules of the template (contract §6).
good := [
	{"from": [peers.controller], "ports": [{"port": 8443}]},
	{"from": [peers.monitoring], "ports": [{"protocol": "TCP", "port": 9100}]},
	{"ports": [{"port": 26657}]},
]
