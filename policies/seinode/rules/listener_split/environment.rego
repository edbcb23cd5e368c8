package seinode.rules.listener_split

import data.seinode.tls
import data.seinode.workload

port_variables := {
	"SEI_SIDECAR_PORT": format_int(workload.tasks_port, 10),
	"SEI_SIDECAR_PUBLIC_PORT": format_int(workload.public_port, 10),
}

sidecars := [container | some container in workload.containers; container.container == "sei-sidecar"]

violations contains found("error", sidecar, ".env", {
	"reason": "EnvMissing",
	"message": text(["sei-sidecar has no ", variable]),
	"fix": text(["Set ", variable, " to ", value, "."]),
}) if {
	some sidecar in sidecars
	some variable, value in port_variables
	count(entries(sidecar.spec, variable)) == 0
}

violations contains found("error", sidecar, ".env", {
	"reason": "EnvValue",
	"message": text([variable, " of sei-sidecar is ", value_of(sidecar.spec, variable), ", not ", value]),
	"fix": text(["Set ", variable, " to ", value, "."]),
}) if {
	some sidecar in sidecars
	some variable, value in port_variables
	value_of(sidecar.spec, variable) != value
}

violations contains found("error", sidecar, ".env", {
	"reason": "EqualPorts",
	"message": text(["SEI_SIDECAR_PORT and SEI_SIDECAR_PUBLIC_PORT of sei-sidecar are both ", value, ": it does not start"]),
	"fix": text(["Set SEI_SIDECAR_PORT to ", port_variables.SEI_SIDECAR_PORT, " and SEI_SIDECAR_PUBLIC_PORT to ", port_variables.SEI_SIDECAR_PUBLIC_PORT, "."]),
}) if {
	some sidecar in sidecars
	value := value_of(sidecar.spec, "SEI_SIDECAR_PORT")
	value == value_of(sidecar.spec, "SEI_SIDECAR_PUBLIC_PORT")
}

violations contains found("error", sidecar, ".env", {
	"reason": "AuthnMode",
	"message": text(["SEI_SIDECAR_AUTHN_MODE of sei-sidecar is ", mode, ", not trusted-header: tasks are taken on 0.0.0.0 from anybody"]),
	"fix": "Set SEI_SIDECAR_AUTHN_MODE to trusted-header.",
}) if {
	workload.tls_is_on
	some sidecar in sidecars
	mode := mode_of(sidecar.spec)
	mode != "trusted-header"
}

violations contains found("error", sidecar, ".env", {
	"reason": "AuthnMode",
	"message": text(["SEI_SIDECAR_AUTHN_MODE of sei-sidecar is ", mode, ", but TLS is off: nobody asks it through a proxy"]),
	"fix": "Remove SEI_SIDECAR_AUTHN_MODE.",
}) if {
	not workload.tls_is_on
	some sidecar in sidecars
	mode := mode_of(sidecar.spec)
	not mode in {"(unset)", "(empty)", "unauthenticated"}
}

mode_of(spec) := "(unset)" if {
	count(entries(spec, "SEI_SIDECAR_AUTHN_MODE")) == 0
} else := "(empty)" if {
	value_of(spec, "SEI_SIDECAR_AUTHN_MODE") == ""
} else := value_of(spec, "SEI_SIDECAR_AUTHN_MODE")

# What is not written out cannot be judged, and so is not what it should be.
value_of(spec, variable) := "(from elsewhere)" if {
	last(entries(spec, variable)).valueFrom != null
} else := tls.text(object.get(last(entries(spec, variable)), "value", ""))

# The last one counts.
entries(spec, variable) := [entry | some entry in spec.env; entry.name == variable]

last(list) := list[count(list) - 1]
