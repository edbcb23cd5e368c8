# METADATA
# title: What a program of spf13/pflag makes of its arguments
# description: |
#   `--flag=value`, and `--flag value` where the flag is no boolean; `_` in a name reads as `-`; `--` ends the flags. A
#   flag given again keeps its values in order: the last one counts for a scalar, all of them for a list. What pflag
#   refuses (an unknown flag, a single dash before a long name) keeps the program from starting, and is passed over.
package seinode.pflag

# METADATA
# description: |
#   The values of each flag, by name, in their order; a boolean without a value has "true". `booleans` are the flags
#   that take no value from the next argument. Undefined for more than 100 arguments.
flags(arguments, booleans) := result if {
	count(arguments) <= 100
	given := parse(arguments, booleans)
	result := {name: values |
		some name in {flag.name | some flag in given}
		values := [flag.value | some flag in given; flag.name == name]
	}
}

# METADATA
# description: Whether a boolean's value means true, as strconv.ParseBool reads it.
is_true(value) if value in {"1", "t", "T", "true", "TRUE", "True"}

parse(arguments, booleans) := [{"name": name_of(arguments[i]), "value": value_at(arguments, i, wanting)} |
	wanting := [i | some i, argument in arguments; wants_value(argument, booleans)]
	own := [i | some i, _ in arguments; not is_value(wanting, i)]
	end := min(array.concat([count(arguments)], [i | some i in own; arguments[i] == "--"]))
	some i in own
	i < end
	startswith(arguments[i], "--")
]

wants_value(argument, _) if argument == "-v"

wants_value(argument, booleans) if {
	startswith(argument, "--")
	not contains(argument, "=")
	not name_of(argument) in booleans
}

# Of arguments in a row that want a value, every second one is the value of the one before.
is_value(wanting, i) if {
	before := [k | some k in numbers.range(0, i); not k in wanting; k < i]
	(i - max(array.concat([-1], before))) % 2 == 0
}

name_of(argument) := replace(substring(split(argument, "=")[0], 2, -1), "_", "-")

value_at(arguments, i, wanting) := arguments[i + 1] if {
	i in wanting
} else := substring(arguments[i], indexof(arguments[i], "=") + 1, -1) if {
	contains(arguments[i], "=")
} else := "true" if {
	not i in wanting
}
