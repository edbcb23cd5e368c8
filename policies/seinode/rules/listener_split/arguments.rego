package seinode.rules.listener_split

import data.seinode.pflag

path_flags := {
	"ignore-paths": ["IgnorePaths", "pass without authentication and authorisation"],
	"allow-paths": ["AllowPaths", "alone are answered, and what can be asked hangs on a list"],
}

violations contains found("error", guard, "", {
	"reason": why[0],
	"message": text(["kube-rbac-proxy has --", flag, "=", concat(",", paths), ": these paths ", why[1]]),
	"fix": text(["Remove --", flag, "; health and metrics are on 9100."]),
}) if {
	some guard in guards
	some flag, why in path_flags
	paths := [value | some value in guard.flags[flag]; value != ""]
	count(paths) > 0
}

violations contains found("error", guard, "", {
	"reason": "InsecureListenAddress",
	"message": text(["kube-rbac-proxy listens without TLS on ", address, ": tokens cross the network in the clear"]),
	"fix": "Remove --insecure-listen-address.",
}) if {
	some guard in guards
	address := scalar(guard, "insecure-listen-address")
	address != ""
}

violations contains found("error", guard, "", {
	"reason": "SecureListenAddress",
	"message": text(["kube-rbac-proxy has --secure-listen-address=", address, ", which is not port 8443 of the pod"]),
	"fix": "Set --secure-listen-address=0.0.0.0:8443.",
}) if {
	some guard in guards
	address := scalar(guard, "secure-listen-address")
	not listens_on_proxy_port(address)
}

listens_on_proxy_port(address) if {
	endswith(address, ":8443")
	not is_loopback(trim_suffix(address, ":8443"))
}

violations contains found("error", guard, "", {
	"reason": "AuthHeaderDisabled",
	"message": "kube-rbac-proxy has no --auth-header-fields-enabled=true: a forged X-Remote-User passes through to the tasks listener",
	"fix": "Add --auth-header-fields-enabled=true.",
}) if {
	some guard in guards
	not pflag.is_true(scalar(guard, "auth-header-fields-enabled"))
}

violations contains found("error", guard, "", {
	"reason": "AuthHeaderName",
	"message": text(["kube-rbac-proxy has --", flag, "=", scalar(guard, flag), ": X-Remote-User is not the name of who was let in"]),
	"fix": text(["Remove --", flag, "."]),
}) if {
	some guard in guards
	some flag in misnamed(guard)
}

misnamed(guard) := {flag |
	some flag, is_user in {"auth-header-user-field-name": true, "auth-header-groups-field-name": false}
	count(object.get(guard.flags, flag, [])) > 0

	# Groups are written last, and over the user where both have one name.
	lower(scalar(guard, flag)) == "x-remote-user" != is_user
}

file_flags := {
	"config-file": ["ConfigFile", "/etc/kube-rbac-proxy/config.yaml", "it asks for no right on seinodetasks"],
	"tls-cert-file": ["TLSFiles", "/etc/tls/tls.crt", "it does not serve the certificate of the Secret"],
	"tls-private-key-file": ["TLSFiles", "/etc/tls/tls.key", "it does not serve the certificate of the Secret"],
}

violations contains found("error", guard, "", {
	"reason": why[0],
	"message": text(["kube-rbac-proxy has no --", flag, ": ", why[2]]),
	"fix": text(["Add --", flag, "=", why[1], "."]),
}) if {
	some guard in guards
	some flag, why in file_flags
	scalar(guard, flag) == ""
}
