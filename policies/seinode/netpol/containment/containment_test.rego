package seinode.netpol.containment_test

import data.seinode.netpol.containment

name_key := "kubernetes.io/metadata.name"

in_ns(values) := {"of": "namespace", "key": name_key, "operator": "In", "values": values}

pod(key, operator, values) := {"of": "pod", "key": key, "operator": operator, "values": values}

test_requirements_that_a_pod_can_meet if {
	every required in [
		[],
		[pod("a", "In", {"1"})],
		[pod("a", "In", {"1", "2"}), pod("a", "In", {"2", "3"}), pod("a", "NotIn", {"1"})],
		[pod("a", "Exists", set()), pod("a", "NotIn", {"1"})],
		[pod("a", "DoesNotExist", set()), pod("a", "NotIn", {"1"})],
		[pod("a", "DoesNotExist", set()), object.union(pod("a", "Exists", set()), {"of": "namespace"})],
		[object.union(in_ns({"x"}), {"operator": "NotIn"})],
		[object.union(in_ns({"x"}), {"operator": "Exists"})],
	] {
		containment.possible(required)
	}
}

test_requirements_that_no_pod_can_meet if {
	every required in [
		[pod("a", "In", {"1"}), pod("a", "In", {"2"})],
		[pod("a", "In", {"1"}), pod("a", "NotIn", {"1", "2"})],
		[pod("a", "In", set())],
		[pod("a", "Exists", set()), pod("a", "DoesNotExist", set())],
		[pod("a", "In", {"1"}), pod("a", "DoesNotExist", set())],
		[pod("b", "Exists", set()), pod("a", "In", {"1"}), pod("a", "In", {"2"})],
		[object.union(in_ns({"x"}), {"operator": "DoesNotExist"})],
	] {
		not containment.possible(required)
	}
}

test_an_operator_that_is_none_closes_nothing if {
	containment.possible([pod("a", "Like", {"1"})])
	containment.possible([pod("a", "Like", {"1"}), pod("a", "DoesNotExist", set())])
	not containment.contained([], [pod("a", "Like", {"1"})])
	containment.outside([], [[pod("a", "Like", {"1"})]]) == [[]]
}

test_each_negation_is_met_where_the_requirement_is_not if {
	negated := {operator: containment.negation(pod("a", operator, {"1"}))[0].operator | some operator in ["In", "NotIn", "Exists", "DoesNotExist"]}
	negated == {"In": "NotIn", "NotIn": "In", "Exists": "DoesNotExist", "DoesNotExist": "Exists"}
}

test_containment if {
	every example in [
		[[pod("a", "In", {"1"})], []],
		[[pod("a", "In", {"1"})], [pod("a", "In", {"1", "2"})]],
		[[pod("a", "In", {"1"})], [pod("a", "Exists", set())]],
		[[pod("a", "In", {"1"})], [pod("a", "NotIn", {"2"})]],
		[[pod("a", "DoesNotExist", set())], [pod("a", "NotIn", {"2"})]],
		[[pod("a", "In", {"1"}), pod("a", "In", {"2"})], [pod("b", "In", {"1"})]],
		[[], [{"of": "namespace", "key": name_key, "operator": "Exists", "values": set()}]],
	] {
		containment.contained(example[0], example[1])
		count(containment.outside(example[0], [example[1]])) == 0
	}
	every example in [
		[[], [pod("a", "In", {"1"})]],
		[[pod("a", "In", {"1", "2"})], [pod("a", "In", {"1"})]],
		[[pod("a", "NotIn", {"2"})], [pod("a", "Exists", set())]],
		[[pod("a", "In", {"1"})], [object.union(pod("a", "In", {"1"}), {"of": "namespace"})]],
	] {
		not containment.contained(example[0], example[1])
		count(containment.outside(example[0], [example[1]])) > 0
	}
}

test_several_groups_may_hold_together_what_none_holds_alone if {
	groups := [[pod("a", "In", {"1"})], [pod("a", "Exists", set()), pod("a", "NotIn", {"1"})], [pod("a", "DoesNotExist", set())]]
	containment.outside([], groups) == []
	count(containment.outside([], array.slice(groups, 0, 2))) > 0
	containment.outside([], []) == [[]]
}

test_more_than_three_groups_cannot_be_told_but_where_one_holds_all if {
	four := [[pod(key, "In", {"1"})] | some key in ["a", "b", "c", "d"]]
	not containment.outside([], four)
	containment.outside([pod("a", "In", {"1"})], four) == []
	containment.outside([pod("a", "In", {"1"})], array.concat(four, [[]])) == []
	far := [[pod("a", "In", {value})] | some value in ["1", "2", "3", "4", "5"]]
	containment.outside([pod("a", "In", {"1", "9"})], far) == [[pod("a", "In", {"1", "9"}), pod("a", "NotIn", {"1"})]]
}

test_an_example_has_the_labels_that_it_needs if {
	every example in [
		[[], "default", {}],
		[[in_ns({"b", "a"}), pod("a", "In", {"2", "1"})], "a", {"a": "1"}],
		[[pod("a", "Exists", set()), pod("b", "NotIn", {"1"})], "default", {"a": "default"}],
		[[object.union(in_ns({"default"}), {"operator": "NotIn"})], "other", {}],
		[[object.union(in_ns({"default", "other", "zoo"}), {"operator": "NotIn"})], "zoo-other", {}],
	] {
		containment.example(example[0]) == {"namespace": {name_key: example[1]}, "pod": example[2]}
	}
}
