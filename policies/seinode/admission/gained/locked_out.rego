package seinode.admission.gained

# Whom the port is for and who could get there before. That an ipBlock let them in is nobody's to say for certain.
blocked(judged, past) := [object.union(refusal, object.union({"certain": certain}, doubt(refusal, certain))) |
	some refusal in judged.blocked
	not past.refused[[refusal.by, true]]
	not is_as_doubtful(refusal, past)
	certain := is_certain(refusal, past)
]

is_as_doubtful(refusal, past) if {
	refusal.certain == false
	past.refused[[refusal.by, false]]
}

is_certain(refusal, past) if {
	refusal.certain
	not may_be_by_address(refusal, past)
} else := false

may_be_by_address(refusal, past) if {
	refusal.by == "ingress"
	count(past.blocks) > 0
}

doubt(refusal, certain) := {"doubt": "whether an ipBlock let it in before is not known"} if {
	refusal.certain
	not certain
} else := {}
