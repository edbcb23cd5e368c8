package seinode.rules.listener_split

import data.seinode.workload

violations contains found("error", guard, "", {
	"reason": upstream_reason(host),
	"message": text(["kube-rbac-proxy has --upstream=", upstream, ", which is not the tasks listener on loopback"]),
	"fix": text(["Set --upstream=http://127.0.0.1:", tasks, "/."]),
}) if {
	some guard in guards
	tasks := format_int(workload.tasks_port, 10)
	upstream := scalar(guard, "upstream")
	host := host_of(upstream)
	not is_tasks_listener(upstream, host, tasks)
}

upstream_reason(host) := "UpstreamPort" if {
	is_loopback(host)
} else := "UpstreamNotLoopback"

is_tasks_listener(upstream, host, port) if {
	is_loopback(host)
	upstream in {text(["http://", host, ":", port, path]) | some path in ["", "/"]}
}

# What stands between the scheme and the port; whoever comes before an @ is no host.
host_of(url) := trim_suffix(authority, text([":", last(split(authority, ":"))])) if {
	authority := split(split(url, "://")[1], "/")[0]
} else := ""

is_loopback(host) if lower(host) in {"localhost", "[::1]"}

is_loopback(host) if {
	octets := split(host, ".")
	count(octets) == 4
	octets[0] == "127"
	every octet in octets {
		octet in bytes
	}
}

bytes := {format_int(number, 10) | some number in numbers.range(0, 255)}
