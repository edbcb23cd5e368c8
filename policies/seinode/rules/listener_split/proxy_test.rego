package seinode.rules.listener_split_test

test_without_tls_nobody_vouches_for_callers if {
	every value in ["", "unauthenticated"] {
		env := array.concat(port_env, [mode(value)])
		of_pod({}, {"sei-sidecar": {"env": env}}) == {["ProxyWithoutTLS", proxy]}
	}
	every given in [null, ["--v=1" | some _ in numbers.range(1, 101)]] {
		of_pod({}, {"kube-rbac-proxy": {"args": given}}) == {["ProxyWithoutTLS", proxy], ["AuthnMode", concat("", [sidecar, ".env"])]}
	}
}

test_under_tls_there_is_a_proxy if {
	of_pod(tls_on, {"spec": {"initContainers": array.slice(pod({}).spec.initContainers, 0, 2)}}) == {["ProxyMissing", "spec.initContainers"]}
}

# What the proxy is told instead of, or besides, what it should be told.
given_arguments(instead) := array.concat([argument | some argument in arguments; not same_flag(argument, instead)], instead)

same_flag(argument, instead) if {
	some other in instead
	split(argument, "=")[0] == split(other, "=")[0]
}

test_arguments_of_the_proxy if {
	every example in [
		[["--ignore-paths=/v0/healthz,/v0/metrics"], {"IgnorePaths"}],
		[["--ignore-paths", "/v0/*"], {"IgnorePaths"}],
		[["--ignore_paths=/v0/*"], {"IgnorePaths"}],
		[["--ignore-paths=/a", "--ignore-paths="], {"IgnorePaths"}],
		[["--ignore-paths="], set()],
		[["-ignore-paths=/v0/*"], set()],
		[["--allow-paths=/v0/tasks"], {"AllowPaths"}],
		[["--insecure-listen-address=0.0.0.0:8080"], {"InsecureListenAddress"}],
		[["--insecure-listen-address=0.0.0.0:8080", "--insecure-listen-address="], set()],
		[["--secure-listen-address=0.0.0.0:9443"], {"SecureListenAddress"}],
		[["--secure-listen-address=127.0.0.1:8443"], {"SecureListenAddress"}],
		[["--secure-listen-address="], {"SecureListenAddress"}],
		[["--secure-listen-address", ":8443"], set()],
		[["--secure-listen-address=[::]:8443"], set()],
		[["--upstream=http://10.0.0.1:7777/"], {"UpstreamNotLoopback"}],
		[["--upstream=http://0.0.0.0:7777/"], {"UpstreamNotLoopback"}],
		[["--upstream=http://127.0.0.1.evil:7777/"], {"UpstreamNotLoopback"}],
		[["--upstream=http://127.0.0.256:7777/"], {"UpstreamNotLoopback"}],
		[["--upstream=http://127.0.0.1.1:7777/"], {"UpstreamNotLoopback"}],
		[["--upstream=http://127:7777/"], {"UpstreamNotLoopback"}],
		[["--upstream=http://127.0.0.1:7777@evil:7777/"], {"UpstreamNotLoopback"}],
		[["--upstream=127.0.0.1:7777"], {"UpstreamNotLoopback"}],
		[["--upstream="], {"UpstreamNotLoopback"}],
		[["--upstream=http://127.0.0.1:7778/"], {"UpstreamPort"}],
		[["--upstream=http://127.0.0.1/"], {"UpstreamPort"}],
		[["--upstream=https://127.0.0.1:7777/"], {"UpstreamPort"}],
		[["--upstream=http://127.0.0.1:7777/v0"], {"UpstreamPort"}],
		[["--upstream=http://localhost:7777"], set()],
		[["--upstream=http://[::1]:7777/"], set()],
		[["--upstream=http://127.1.2.3:7777/"], set()],
		[["--auth-header-fields-enabled=false"], {"AuthHeaderDisabled"}],
		[["--auth-header-fields-enabled", "false"], set()],
		[["--auth-header-fields-enabled=true", "--auth-header-fields-enabled=0"], {"AuthHeaderDisabled"}],
		[["--auth-header-user-field-name=X-Forwarded-User"], {"AuthHeaderName"}],
		[["--auth-header-user-field-name="], {"AuthHeaderName"}],
		[["--auth-header-user-field-name=X-Remote-User"], set()],
		[["--auth-header-groups-field-name=X-Remote-User"], {"AuthHeaderName"}],
		[["--auth-header-groups-field-name=X-Groups"], set()],
		[["--config-file="], {"ConfigFile"}],
		[["--tls-cert-file="], {"TLSFiles"}],
		[["--tls-cert-file=", "--tls-private-key-file="], {"TLSFiles"}],
		[["--v=1" | some _ in numbers.range(1, 100)], {"Arguments"}],
	] {
		found := of_pod(tls_on, {"kube-rbac-proxy": {"args": given_arguments(example[0])}})
		{pair[0] | some pair in found} == example[1]
		{pair[1] | some pair in found} == {concat("", [proxy, ".args"]) | count(example[1]) > 0}
	}
}

test_arguments_in_the_command if {
	command := array.concat(["/usr/local/bin/kube-rbac-proxy"], arguments)
	of_pod(tls_on, {"kube-rbac-proxy": {"command": command, "args": null}}) == set()
	found := of_pod(tls_on, {"kube-rbac-proxy": {"command": array.concat(command, ["--allow-paths=/a"]), "args": []}})
	found == {["AllowPaths", concat("", [proxy, ".command"])]}
	both := {"command": array.slice(command, 0, 4), "args": array.concat(array.slice(command, 4, 100), [1])}
	of_pod(tls_on, {"kube-rbac-proxy": both}) == set()
	refused := {"command": command, "args": ["--allow-paths=/a"]}
	of_pod(tls_on, {"kube-rbac-proxy": refused}) == {["AllowPaths", concat("", [proxy, ".args"])]}
}

test_a_proxy_without_arguments_has_every_fault_of_those_that_lack if {
	found := of_pod(tls_on, {"kube-rbac-proxy": {"args": null}})
	{pair[0] | some pair in found} == {"AuthHeaderDisabled", "ConfigFile", "SecureListenAddress", "TLSFiles", "UpstreamNotLoopback"}
	{pair[1] | some pair in found} == {concat("", [proxy, ".args"])}
}
