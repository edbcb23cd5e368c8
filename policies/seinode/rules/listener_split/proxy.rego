package seinode.rules.listener_split

import data.seinode.pflag
import data.seinode.tls
import data.seinode.workload

violations contains found("error", pod, "spec.initContainers", {
	"reason": "ProxyMissing",
	"message": "TLS is on, and there is no kube-rbac-proxy: nothing answers on 8443",
	"fix": "Let the operator apply the StatefulSet and replace the pod; where TLS was off before, delete and recreate the SeiNode with its volume kept.",
}) if {
	workload.tls_is_on
	some pod in workload.pods
	names := {container.container | some container in workload.containers; container.kind == pod.kind}
	count(names & {"seid", "sei-sidecar"}) > 0
	not "kube-rbac-proxy" in names
}

violations contains found("error", proxy, "", {
	"reason": "ProxyWithoutTLS",
	"message": "TLS is off, and there is a kube-rbac-proxy: what it guards is open beside it",
	"fix": "Remove kube-rbac-proxy, or delete and recreate the SeiNode with spec.sidecar.tls and its volume kept.",
}) if {
	not workload.tls_is_on
	some proxy in proxies
}

violations contains found("error", proxy, path_of(proxy), {
	"reason": "Arguments",
	"message": "kube-rbac-proxy has more than 100 arguments, which cannot be judged",
	"fix": "Write the arguments that the operator writes.",
}) if {
	workload.tls_is_on
	some proxy in proxies
	not pflag.flags(arguments_of(proxy.spec), boolean_flags)
}

proxies := [container | some container in workload.containers; container.container == "kube-rbac-proxy"]

# The proxies whose arguments decide who is let in.
guards := [guard |
	workload.tls_is_on
	some proxy in proxies
	flags := pflag.flags(arguments_of(proxy.spec), boolean_flags)
	guard := object.union(proxy, {"flags": flags, "field": text([proxy.field, path_of(proxy)])})
]

# The flags of kube-rbac-proxy v0.19.1 that take no value from the next argument.
boolean_flags := {
	"add-dir-header",
	"alsologtostderr",
	"auth-header-fields-enabled",
	"help",
	"http2-disable",
	"logtostderr",
	"one-output",
	"skip-headers",
	"skip-log-headers",
	"upstream-force-h2c",
	"version",
}

path_of(proxy) := ".command" if {
	count(words(proxy.spec, "args")) == 0
	count(words(proxy.spec, "command")) > 0
} else := ".args"

# The first word of the command is the program.
arguments_of(spec) := array.concat(array.slice(words(spec, "command"), 1, 1000000), words(spec, "args"))

words(spec, field) := [tls.text(word) | some word in spec[field]]

# The last value of a flag counts; it is empty where it is not given.
scalar(guard, flag) := last(object.get(guard.flags, flag, [""]))
