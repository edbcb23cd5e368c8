package seinode.rules.listener_split_test

test_environment if {
	field := concat("", [sidecar, ".env"])
	trusted := mode("trusted-header")
	every example in [
		[[trusted], {["EnvMissing", field]}],
		[[port_env[0], trusted], {["EnvMissing", field]}],
		[[port_env[0], trusted, {"name": "SEI_SIDECAR_PUBLIC_PORT", "value": "9101"}], {["EnvValue", field]}],
		[[port_env[0], trusted, {"name": "SEI_SIDECAR_PUBLIC_PORT"}], {["EnvValue", field]}],
		[[port_env[0], trusted, {"name": "SEI_SIDECAR_PUBLIC_PORT", "value": "7777"}], {["EnvValue", field], ["EqualPorts", field]}],
		[array.concat([trusted, {"name": "SEI_SIDECAR_PORT", "value": "1"}], port_env), set()],
		[array.concat(port_env, [trusted, {"name": "SEI_SIDECAR_PORT", "valueFrom": {}}]), {["EnvValue", field]}],
		[port_env, {["AuthnMode", field]}],
		[array.concat(port_env, [mode("unauthenticated")]), {["AuthnMode", field]}],
		[array.concat(port_env, [mode("")]), {["AuthnMode", field]}],
		[array.concat(port_env, [trusted, mode("")]), {["AuthnMode", field]}],
		[array.concat(port_env, [{"name": "SEI_SIDECAR_AUTHN_MODE", "value": "trusted-header", "valueFrom": {}}]), {["AuthnMode", field]}],
	] {
		of_pod(tls_on, {"sei-sidecar": {"env": example[0]}}) == example[1]
	}
}
