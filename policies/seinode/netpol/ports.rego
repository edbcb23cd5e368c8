package seinode.netpol

ingress_rules := [rules |
	some spec in specs
	rules := [{"ports": listed(rule, "ports"), "peers": listed(rule, "from")} | some rule in spec.ingress]
]

egress_rules := [rules |
	some spec in specs
	rules := [{"ports": listed(rule, "ports"), "peers": listed(rule, "to")} | some rule in spec.egress]
]

# A list that is left out or empty bounds nothing; null stands for both.
listed(rule, field) := list if {
	list := rule[field]
	is_array(list)
	count(list) > 0
} else := null

# What a policy's rules say of a target's port: each rule that covers it, with each of its peers.
opened(policy, rules, target, port) := [through |
	some index, rule in rules
	entry := covering(rule.ports, target, port)
	some peer in peers_of(rule)
	through := {"policy": policy, "rule": index, "peer": peer, "entry": entry}
]

peers_of(rule) := [null] if {
	rule.peers == null
} else := [index | some index, _ in rule.peers]

# The first port entry that covers a TCP port; null where the rule is for all ports.
covering(null, _, _) := null

covering(entries, target, port) := min({index |
	some index, entry in entries
	given(entry, "protocol", "TCP") == "TCP"
	covers(given(entry, "port", null), entry, target, port)
})

covers(null, _, _, _)

covers(number, entry, _, port) if {
	is_number(number)
	number <= port
	port <= given(entry, "endPort", number)
}

# A name stands for the ports that the destination pod gives it, its sidecars' included. One it lacks matches nothing.
covers(name, _, target, port) if {
	is_string(name)
	some container in array.concat(target.containers, sidecars(target.initContainers))
	some named in container.ports
	named.name == name
	named.containerPort == port
	given(named, "protocol", "TCP") == "TCP"
}

sidecars(containers) := [container |
	some container in containers
	container.restartPolicy == "Always"
]

given(object, field, otherwise) := value if {
	value := object[field]
	value != null
} else := otherwise
