package seinode.pflag_test

import data.seinode.pflag

test_flags_as_pflag_reads_them if {
	every example in [
		[[], {}],
		[["--a=1", "--b", "2"], {"a": ["1"], "b": ["2"]}],
		[["--a=1", "--a", "2", "--a="], {"a": ["1", "2", ""]}],
		[["--a=b=c"], {"a": ["b=c"]}],
		[["--a_b=1"], {"a-b": ["1"]}],
		[["--on", "--a=1"], {"on": ["true"], "a": ["1"]}],
		[["--on", "false"], {"on": ["true"]}],
		[["--on=false"], {"on": ["false"]}],
		[["--a", "--b", "--c=3"], {"a": ["--b"], "c": ["3"]}],
		[["--a", "--b", "--c", "--d"], {"a": ["--b"], "c": ["--d"]}],
		[["x", "--a", "--b", "--c=3", "--d", "--e=5"], {"a": ["--b"], "c": ["3"], "d": ["--e=5"]}],
		[["-v", "--a=1", "--b=2"], {"b": ["2"]}],
		[["-v=0", "--a=1", "-a=2"], {"a": ["1"]}],
		[["--a=1", "--", "--b=2"], {"a": ["1"]}],
		[["--a", "--", "--b=2"], {"a": ["--"], "b": ["2"]}],
		[["é=", "--é=1"], {"é": ["1"]}],
	] {
		pflag.flags(example[0], {"on"}) == example[1]
	}
}

test_a_flag_that_lacks_its_value_lets_no_program_start if {
	pflag.flags(["--a=1", "--b"], {"on"}) == {"a": ["1"]}
}

test_no_more_than_100_arguments if {
	pflag.flags(["--a=1" | some _ in numbers.range(1, 100)], set()) == {"a": ["1" | some _ in numbers.range(1, 100)]}
	not pflag.flags(["--a=1" | some _ in numbers.range(1, 101)], set())
}

test_booleans_as_go_reads_them if {
	every value in ["1", "t", "T", "true", "TRUE", "True"] {
		pflag.is_true(value)
	}
	every value in ["", "0", "false", "yes", "tRUE"] {
		not pflag.is_true(value)
	}
}
