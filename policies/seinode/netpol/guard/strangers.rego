package seinode.netpol.guard

import data.seinode.netpol
import data.seinode.netpol.containment
import data.seinode.netpol.selectors

# METADATA
# description: |
#   By guard, port and peer (index in `who`) that is admitted to it: pods that may not connect. `examples` are
#   [length of the text, text, example], one for each way of being such a pod; `unknown` says why there may be more.
strangers := {guard: by_port |
	some guard, _ in principals
	by_port := {format_int(port, 10): by_peer |
		some port in {asked.port | some target in input.network.targets; some asked in target.ports; asked.guard == guard}
		groups := authorised(guard, port)
		by_peer := {index: strangers_among(pod_peers[index], groups) | some index in admitted[port]}
	}
}

# By port, the peers that a rule of some policy lets in to it.
admitted := {port: indexes |
	some port in {answer.port | some answer in netpol.ingress}
	indexes := {who_of(through) |
		some answer in netpol.ingress
		answer.port == port
		some through in answer.admits
	}
}

# By guard and port, the peers that admit nobody who may not connect.
innocent := {guard: by_port |
	some guard, stranger_ports in strangers
	by_port := {port: indexes |
		some port, by_peer in stranger_ports
		indexes := {index | some index, judged in by_peer; judged == {"examples": set(), "unknown": set()}}
	}
}

strangers_among(described, groups) := {"examples": examples(outside), "unknown": unknown(outside)} if {
	outside := containment.outside(described, groups)
} else := {
	"examples": set(),
	"unknown": {"lets in pods of more than three entries of the parameters, too many to compare"},
}

examples(descriptions) := {[count(text), text, example] |
	some described in descriptions
	example := example_of(described)
	text := text_of(example, described)
}

# In one of the namespaces that are named, with the labels that it has, or else in any.
example_of(described) := {"namespace": labels, "pod": containment.labels_of("pod", described)} if {
	asked := on("namespace", described)
	names := {name |
		some name in named_namespaces(described)
		is_known(name, described)
		selectors.meets(netpol.labels_of_namespace(name), asked)
	}
	count(names) > 0
	labels := object.filter(netpol.labels_of_namespace(min(names)), [requirement.key | some requirement in asked])
} else := containment.example(array.concat(described, elsewhere(described))) if {
	not named_namespaces(described)
}

# A namespace that is made up to have labels, or to lack them, is none of those that are there.
elsewhere(described) := [] if {
	asks_only_its_name(described)
} else := [{"of": "namespace", "key": "kubernetes.io/metadata.name", "operator": "NotIn", "values": names_taken}]

names_taken := {"default"} | object.keys(input.network.namespaces)

unknown(descriptions) := {why |
	some described in descriptions
	some name in named_namespaces(described)
	not is_known(name, described)
	why := concat("", ["asks for labels of namespace ", name, ", which are not known"])
}

# A pod for people, of whom it is an example.
text_of(example, described) := concat("", [pod_text(example.pod, on("pod", described)), " in ", namespace_text(example.namespace, described)])

pod_text({}, []) := "any pod"

pod_text({}, described) := "a pod without labels" if count(described) > 0

pod_text(labels, _) := concat(" ", ["a pod labelled", label_text(labels)]) if count(labels) > 0

namespace_text(labels, described) := concat(" ", ["a namespace labelled", label_text(object.remove(labels, ["kubernetes.io/metadata.name"]))]) if {
	not named_namespaces(described)
	count(labels) > 1
} else := concat(" ", ["namespace", labels["kubernetes.io/metadata.name"]])

label_text(labels) := concat(",", sort([concat("=", [key, value]) | some key, value in labels]))
