# METADATA
# title: What the rules are asked, out of reviews and an inventory
# description: What comes of it is in the suite; here is what is asked.
package seinode.gatekeeper_test

import data.seinode.gatekeeper.answers
import data.seinode.gatekeeper.networks
import data.seinode.gatekeeper.nodes
import data.seinode.gatekeeper.parameters
import data.seinode.gatekeeper.review

node := {
	"apiVersion": "sei.io/v1alpha1",
	"kind": "SeiNode",
	"metadata": {"name": "n0", "namespace": "arctic"},
	"spec": {"chainId": "arctic-1", "fullNode": {}, "sidecar": {"tls": {"secretName": "n0-tls"}}},
}

plain := object.union(object.remove(node, ["spec"]), {"spec": {"chainId": "arctic-1", "sidecar": {"port": 7000}}})

other := object.union(node, {"metadata": {"name": "n1", "deletionTimestamp": "2026-06-01T00:00:00Z"}})

pod := {
	"apiVersion": "v1",
	"kind": "Pod",
	"metadata": {"name": "n0-0", "namespace": "arctic", "labels": {"sei.io/node": "n0", "app": "sei"}},
	"spec": {
		"hostNetwork": true,
		"initContainers": [{"restartPolicy": "Always", "ports": [{"name": "api", "containerPort": 8443}]}],
		"containers": [{"name": "seid"}],
	},
	"status": {"podIP": "10.0.0.1", "podIPs": [{"ip": "10.0.0.1"}, {"ip": "fd00::1"}]},
}

bare := object.union(object.remove(pod, ["spec", "status"]), {"metadata": {"name": "free"}})

named := object.union(bare, {"spec": {"containers": [{"ports": [{"name": "sidecar", "containerPort": 7001}]}]}})

set := {
	"apiVersion": "apps/v1",
	"kind": "StatefulSet",
	"metadata": {"name": "n0", "namespace": "arctic"},
	"spec": {"template": {"metadata": {"labels": {"sei.io/node": "n0"}}, "spec": pod.spec}},
}

service := {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "n0", "namespace": "arctic"}}

secret := {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "n0-tls", "namespace": "arctic"}}

policy(name, spec) := {
	"apiVersion": "networking.k8s.io/v1",
	"kind": "NetworkPolicy",
	"metadata": {"name": name, "namespace": "arctic"},
	"spec": spec,
}

by_app := policy("by-app", {"podSelector": {"matchLabels": {"app": "sei"}}})

by_block := policy("by-block", {
	"podSelector": {"matchExpressions": [{"key": "tier", "operator": "Exists"}]},
	"egress": [{"to": [{"ipBlock": {"cidr": "10.0.0.0/8"}}]}],
})

namespace(name, labels) := {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": labels}}

inventory(objects) := {
	"cluster": {"v1": {"Namespace": {"arctic": namespace("arctic", {}), "monitoring": namespace("monitoring", {})}}},
	"namespace": {"arctic": {version: {kind: {found.metadata.name: found |
		some found in objects
		found.apiVersion == version
		found.kind == kind
	} |
		some kind in {object.kind | some object in objects; object.apiVersion == version}
	} |
		some version in {object.apiVersion | some object in objects}
	}},
}

audit(object) := {"review": {"object": object}}

edit(before, after) := {"review": {"operation": "UPDATE", "object": after, "oldObject": before}}

creation(object) := {"review": {"operation": "CREATE", "namespace": "arctic", "object": object}}

deletion(object) := {"review": {"operation": "DELETE", "object": object, "oldObject": object}}

test_a_node_is_asked_about_with_what_it_runs_as if {
	some question in nodes.questions with input as audit(node) with data.inventory as inventory([node, other, pod, set, service, secret])
	object.remove(question.after, ["now"]) == {
		"node": node,
		"others": [],
		"pod": pod,
		"statefulSet": set,
		"service": service,
		"secret": secret,
	}
	time.parse_rfc3339_ns(question.after.now) > 0
	not question.before
}

test_a_node_is_asked_about_beside_others if {
	some question in nodes.questions with input as creation(plain) with data.inventory as inventory([object.remove(other, [])])
	question.after.others == []
	beside := object.union(object.remove(other, ["metadata"]), {"metadata": {"name": "n1", "namespace": "arctic"}})
	some asked in nodes.questions with input as creation(plain) with data.inventory as inventory([beside])
	asked.after.others == [beside]
}

test_an_edit_of_a_node_is_asked_about_beside_what_was if {
	some question in nodes.questions with input as edit(plain, node) with data.inventory as inventory([])
	question.after.before == plain
	question.before.node == plain
	not question.before.before
}

test_a_node_that_goes_is_not_asked_about if {
	count(nodes.questions) == 0 with input as deletion(node) with data.inventory as inventory([])
}

test_what_a_node_runs_as_is_asked_about_as_it_changes if {
	some question in nodes.questions with input as edit(pod, bare) with data.inventory as inventory([node])
	question.after.pod == bare
	question.after.node == node
	question.before.pod == pod
}

test_what_a_node_runs_as_is_told_of_by_the_node if {
	every object in [pod, set, service] {
		count(nodes.questions) == 0 with input as audit(object) with data.inventory as inventory([node])
	}
}

test_a_new_pod_comes_of_its_stateful_set if {
	count(nodes.questions) == 0 with input as creation(pod) with data.inventory as inventory([node])
	count(nodes.questions) == 1 with input as creation(set) with data.inventory as inventory([node])
}

test_a_pod_without_its_node_tells_of_it if {
	some question in nodes.questions with input as audit(pod) with data.inventory as inventory([service])
	question.after.inferred == true
	question.after.service == service
	question.after.node == {
		"apiVersion": "sei.io/v1alpha1",
		"kind": "SeiNode",
		"metadata": {"name": "n0", "namespace": "arctic"},
		"spec": {"sidecar": {"port": 7777, "tls": {"secretName": "not in sight"}}},
	}
}

test_the_service_goes_with_the_stateful_set if {
	some of_set in nodes.questions with input as audit(set) with data.inventory as inventory([service, pod])
	of_set.after.service == service
	some of_pod in nodes.questions with input as audit(pod) with data.inventory as inventory([service, set])
	not of_pod.after.service
}

test_a_pod_of_any_name_is_of_the_node_of_its_label if {
	some question in nodes.questions with input as audit(named) with data.inventory as inventory([])
	question.after.node.metadata.name == "n0"
	question.after.node.spec.sidecar == {"port": 7001}
}

test_a_pod_without_label_and_number_is_nobodys if {
	free := object.remove(bare, ["metadata"])
	some_pod := object.union(free, {"metadata": {"name": "free", "namespace": "arctic"}})
	count(nodes.questions) == 0 with input as audit(some_pod) with data.inventory as inventory([])
}

test_a_pod_that_loses_its_label_is_of_the_node_of_its_name if {
	unlabelled := object.union(object.remove(pod, ["metadata"]), {"metadata": {"name": "n0-0", "namespace": "arctic"}})
	some question in nodes.questions with input as edit(pod, unlabelled) with data.inventory as inventory([node])
	question.after.node == node
}

targets(question) := question.after.network.targets

test_the_pod_that_a_node_would_make_is_a_target if {
	some question in networks.questions with input as audit(node) with data.inventory as inventory([node])
	[target] := targets(question)
	target.labels == {"sei.io/node": "n0", "sei.io/chain": "arctic-1", "sei.io/role": "node"}
	target.ports == [{"port": 8443, "guard": "tasks"}, {"port": 9100, "guard": "public"}]
	target.initContainers[1].ports[0].name == "api"
	question.after.network.parameters == parameters.defaults
}

test_without_tls_the_tasks_are_on_their_own_port if {
	some question in networks.questions with input as audit(plain) with data.inventory as inventory([plain])
	[target] := targets(question)
	target.ports[0].port == 7000
	count(target.initContainers) == 1
	zero := object.union(plain, {"spec": {"sidecar": {"port": 0}}})
	some asked in networks.questions with input as audit(zero) with data.inventory as inventory([zero])
	targets(asked)[0].ports[0].port == 7777
}

test_the_live_pod_of_a_node_is_a_target if {
	some question in networks.questions with input as audit(node) with data.inventory as inventory([node, pod])
	[target] := targets(question)
	target.hostNetwork == true
	[question.after.network.addresses[index] | some index in target.addresses] == ["10.0.0.1", "fd00::1"]
	target.initContainers == pod.spec.initContainers
}

test_a_pod_that_has_ended_is_none if {
	ended := object.union(pod, {"status": {"phase": "Failed"}})
	some question in networks.questions with input as audit(node) with data.inventory as inventory([node, ended])
	targets(question)[0].hostNetwork == false
	count(networks.questions) == 0 with input as audit(ended) with data.inventory as inventory([])
}

test_pods_without_their_node_are_targets if {
	every case in [[pod, 8443], [named, 7001], [bare, 7777], [set, 8443]] {
		some question in networks.questions with input as audit(case[0]) with data.inventory as inventory([])
		targets(question)[0].ports[0].port == case[1]
	}
}

test_a_pod_that_is_there_stands_for_its_stateful_set if {
	count(networks.questions) == 0 with input as audit(set) with data.inventory as inventory([pod])
}

test_nothing_is_asked_before_namespaces_are_synced if {
	count(networks.questions) == 0 with input as audit(node) with data.inventory as {"namespace": {}}
}

test_a_node_is_asked_about_by_the_audit_alone if {
	count(networks.questions) == 0 with input as creation(node) with data.inventory as inventory([])
	count(networks.questions) == 0 with input as edit(plain, node) with data.inventory as inventory([])
}

test_those_who_connect_are_those_of_the_parameters if {
	given := {"monitoring": {"namespaceSelector": {}, "podSelector": {"matchLabels": {"app": "sei"}}}}
	asked := object.union(audit(node), {"parameters": given})
	some question in networks.questions with input as asked with data.inventory as inventory([node, pod, named])
	network := question.after.network
	network.parameters.monitoring == given.monitoring
	network.parameters.controller == parameters.defaults.controller
	[source.example | some source in network.sources] == ["arctic/free", "arctic/n0-0"]
	network.labelSets[network.sources[1].labels] == pod.metadata.labels
}

test_an_edit_of_a_policy_is_asked_about_before_and_after if {
	edited := object.union(by_app, {"spec": {"podSelector": {"matchLabels": {"app": "other"}}}})
	some question in networks.questions with input as edit(by_app, edited) with data.inventory as inventory([node, pod, by_app])
	question.before.network.policies == [by_app]
	question.after.network.policies == [edited]
	question.before.network.targets == question.after.network.targets
	targets(question)[0].labels == {"app": "sei"}
	targets(question)[0].addresses == []
}

test_a_policy_that_comes_or_goes_is_on_one_side if {
	some made in networks.questions with input as creation(by_app) with data.inventory as inventory([node, by_app])
	[made.before.network.policies, made.after.network.policies] == [[], [by_app]]
	some gone in networks.questions with input as deletion(by_app) with data.inventory as inventory([node, by_app])
	[gone.before.network.policies, gone.after.network.policies] == [[by_app], []]
}

test_addresses_count_where_a_policy_asks_for_them if {
	some question in networks.questions with input as creation(by_block) with data.inventory as inventory([node, pod])
	question.after.network.addresses == ["10.0.0.1", "fd00::1"]
	targets(question)[0].labels == {}
}

test_a_policy_for_egress_is_asked_about_wherever_nodes_are if {
	elsewhere := object.union(policy("out", {"policyTypes": ["Egress"]}), {"metadata": {"namespace": "monitoring"}})
	some question in networks.questions with input as creation(elsewhere) with data.inventory as inventory([node])
	targets(question)[0].namespace == "arctic"
	within := object.union(by_app, {"metadata": {"namespace": "monitoring"}})
	count(networks.questions) == 0 with input as creation(within) with data.inventory as inventory([node])
}

test_other_labels_of_a_namespace_are_asked_about if {
	before := namespace("monitoring", {})
	after := namespace("monitoring", {"team": "chain"})
	some question in networks.questions with input as edit(before, after) with data.inventory as inventory([node])
	question.after.network.namespaces.monitoring.team == "chain"
	not question.before.network.namespaces.monitoring.team
	count(networks.questions) == 0 with input as edit(before, before) with data.inventory as inventory([node])
}

test_a_pod_that_changes_its_labels_is_asked_about if {
	some question in networks.questions with input as edit(pod, object.union(pod, {"metadata": {"labels": {"app": "other"}}})) with data.inventory as inventory([node, pod])
	question.before.network.targets[0].labels.app == "sei"
	targets(question)[0].labels.app == "other"
	targets(question)[0].ports[0].port == 8443
}

wrong := object.union(node, {"spec": {"podLabels": {"sei.io/role": "validator"}}})

test_the_audit_finds_all_that_is_wrong if {
	rules := {found.rule | some found in answers.found} with input as audit(wrong) with data.inventory as inventory([node, by_app])
	rules == {"label-contract", "netpol-public-port", "netpol-tasks-port", "tls-secret"}
}

test_a_request_is_at_fault_for_what_it_brings if {
	rules := {found.rule | some found in answers.found} with input as edit(node, wrong) with data.inventory as inventory([node])
	rules == {"label-contract"}
	count(answers.found) == 0 with input as edit(wrong, wrong) with data.inventory as inventory([node])
}

test_some_requests_pass if {
	every excused in [
		object.union(wrong, {"metadata": {"deletionTimestamp": "2026-06-01T00:00:00Z"}}),
		object.union(wrong, {"metadata": {"annotations": {"seinode.sei.io/break-glass": "an outage"}}}),
	] {
		count(answers.found) == 0 with input as edit(node, excused) with data.inventory as inventory([node])
	}
	given := object.union(edit(node, wrong), {"review": {"userInfo": {"username": "system:serviceaccount:kube-system:namespace-controller"}}})
	count(answers.found) == 0 with input as given with data.inventory as inventory([node])
	blank := object.union(wrong, {"metadata": {"annotations": {"seinode.sei.io/break-glass": " "}}})
	count(answers.found) == 1 with input as edit(node, blank) with data.inventory as inventory([node])
}

going(policy) := object.union(policy, {"metadata": {"deletionTimestamp": "2026-06-01T00:00:00Z", "finalizers": ["a.b/c"]}})

shut := policy("shut", {"podSelector": {}})

template := policy("template", {"podSelector": {}, "policyTypes": ["Ingress"]})

opened := policy("shut", {"podSelector": {}, "ingress": [{}]})

test_a_policy_on_its_way_out_is_judged_still if {
	open := {found.rule | some found in answers.found} with input as edit(going(shut), going(opened))
		with data.inventory as inventory([node, template, going(shut)])
	open == {"netpol-public-port", "netpol-tasks-port"}
}

test_a_policy_on_its_way_out_protects_nothing if {
	count(answers.found) == 0 with input as deletion(template) with data.inventory as inventory([node, template, shut])
	open := {found.rule | some found in answers.found} with input as deletion(template)
		with data.inventory as inventory([node, template, going(shut)])
	open == {"netpol-public-port", "netpol-tasks-port"}
}

test_a_request_for_a_node_is_not_asked_about_what_it_runs_as if {
	some question in nodes.questions with input as creation(node) with data.inventory as inventory([node, set, service])
	not question.after.statefulSet
}

test_a_violation_is_shown_in_one_line if {
	answers.shown({"rule": "r", "message": "m", "fix": "Mend it.", "docs": "d", "target": 0}) == {
		"msg": "r: m. Mend it. d",
		"details": {"rule": "r", "message": "m", "fix": "Mend it.", "docs": "d"},
	}
}

test_kinds_are_told_apart_by_group if {
	review.is_a("", "Pod") with input as audit(pod)
	not review.is_a("apps", "Pod") with input as audit(pod)
	review.is_a("sei.io", "SeiNode") with input as audit(node)
}
