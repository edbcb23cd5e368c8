package seinode.netpol

# The indexes of the addresses inside an ipBlock.
inside(block) := [address |
	some address in addresses_in[block.cidr]
	is_inside(block, address)
]

is_inside(block, address) if {
	addresses_in[block.cidr][address]
	not is_excepted(block, address)
}

is_excepted(block, address) if {
	some cidr in block.except
	addresses_in[cidr][address]
}

addresses_in := {cidr: {pair[1] | some pair in address_pairs; pair[0] == index} | some index, cidr in cidrs}

# Go's net.IPNet.Contains, for all at once.
address_pairs := net.cidr_contains_matches(cidrs, input.network.addresses)

cidrs := [cidr |
	some cidr in {cidr |
		some block in ip_blocks
		some cidr in array.concat([block.cidr], given(block, "except", []))
	}
	net.cidr_is_valid(cidr)
]

ip_blocks := {distinct[1].ipBlock | some distinct in distinct_peers} | {peer.ipBlock |
	some rules in egress_rules
	some rule in rules
	some peer in rule.peers
}
