package seinode.admission.gained

import data.seinode.admission.former
import data.seinode.netpol.guard

# Addresses of a block that were not let in before: one that is known to be is certain, none of which is known is not.
# What is not compared is taken for new: nobody who may connect needs a block.
from_block(block, place, past) := [] if {
	past.blocks[block]
} else := [{"certain": true, "place": object.union(place, {"opens": text([of_block(block), ", one of more blocks than can be compared"])})}] if {
	count(cidrs) > most_blocks
} else := [{"certain": true, "place": object.union(place, {"opens": of_block(block), "address": min(new)})}] if {
	new := inside(block) - past.addresses
	count(new) > 0
} else := [] if {
	some other in past.blocks
	holds(other, block)
} else := [{"certain": false, "place": object.union(place, {"why": text(["lets in ", of_block(block), ", which blocks of before may hold together"])})}]

of_block(block) := text(["addresses in ", block.cidr, excepted(block)])

excepted(block) := text([" except ", concat(", ", sort(block.except))]) if {
	count(block.except) > 0
} else := ""

text(parts) := concat("", parts)

# Whether one block alone has all of another.
holds(other, block) if {
	within(block.cidr, other.cidr)
	every cidr in other.except {
		is_apart(cidr, block)
	}
}

is_apart(cidr, block) if {
	some excepted in block.except
	within(cidr, excepted)
}

# By addresses: an IPv4 block may be written as IPv6 too, and the text before the slash is not always where a block begins.
is_apart(cidr, block) if count(addresses_in[cidr] & addresses_in[block.cidr]) == 0

# A prefix is compared with one of its own kind alone.
within(inner, outer) if {
	contains(inner, ":") == contains(outer, ":")
	to_number(split(inner, "/")[1]) >= to_number(split(outer, "/")[1])
	addresses_in[outer][split(inner, "/")[0]]
}

# As many prefixes are compared in a second.
most_blocks := 128

# What was, with the addresses that were let in: each block is held against them.
with_addresses(past) := object.union(past, {"addresses": union({inside(block) | some block in past.blocks})}) if {
	count(cidrs) <= most_blocks
} else := past

inside(block) := addresses_in[block.cidr] - union({addresses_in[cidr] | some cidr in block.except})

# One after the other: looking for the pairs of each among those of all takes seconds where somebody writes hundreds.
addresses_in := {cidr: {candidates[pair[1]] | some pair in net.cidr_contains_matches([cidr], candidates)} | some cidr in cidrs}

# Those that the question brings, where blocks begin and end, and the first of each.
candidates := [address | some address in ({address | some address in input.network.addresses} | {split(cidr, "/")[0] | some cidr in cidrs})]

cidrs := [cidr |
	some cidr in {cidr | some block in all_blocks; some cidr in ({block.cidr} | block.except)}
	net.cidr_is_valid(cidr)
]

all_blocks := ({block | some port in input.formerly.at; some block in port.blocks} | {block |
	some judged in guard.ports
	some block in former.blocks(judged)
}) | {{"cidr": cidr, "except": set()} | some cidr in {"0.0.0.0/0", "::/0"}}
