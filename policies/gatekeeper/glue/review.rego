# METADATA
# title: What Gatekeeper is asked about
# description: |
#   `input.review` is the request of an AdmissionReview. The audit has no operation and no oldObject. For a DELETE Gatekeeper
#   itself says the object that goes a second time, as `object`.
package seinode.gatekeeper.review

# METADATA
# description: CREATE, UPDATE, DELETE; empty for the audit.
operation := object.get(input.review, "operation", "")

# METADATA
# description: Whether the object is there and nobody changes it.
is_audit if operation == ""

# METADATA
# description: The object `after`, as it is or would be, and `before`, as it was; without the one that there is not.
sides["after"] := named(input.review.object) if operation != "DELETE"

sides["before"] := named(input.review.oldObject) if operation in {"UPDATE", "DELETE"}

# METADATA
# description: The object, whatever happens to it.
subject := named(input.review.object)

# METADATA
# description: Whether the object is of a group and kind, in any version.
is_a(group, kind) if {
	subject.kind == kind
	[group, _] = split(concat("", [prefix, subject.apiVersion]), "/")
}

# The core group has no name.
prefix := "" if {
	contains(subject.apiVersion, "/")
} else := "/"

# What is created may have its namespace from the request alone.
named(it) := object.union({"metadata": {"namespace": object.get(input.review, "namespace", "")}}, it) if is_object(it)

# METADATA
# description: |
#   Whether nobody judges the request, as core/admission has it: made by who ends what others have decided to end, on what is
#   being deleted, or with a reason to break the glass.
is_passed if input.review.userInfo.username in cleaners

# A policy that a finalizer keeps still lets in.
is_passed if {
	subject.metadata.deletionTimestamp
	not is_a("networking.k8s.io", "NetworkPolicy")
}

is_passed if trim_space(subject.metadata.annotations["seinode.sei.io/break-glass"]) != ""

cleaners := {
	"system:serviceaccount:kube-system:generic-garbage-collector",
	"system:serviceaccount:kube-system:namespace-controller",
}
