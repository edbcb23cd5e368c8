# METADATA
# title: Every rule over one SeiNode
# description: |
#   Input: `node`, and where known `secret`, `unavailable`, `before`, `unknownFields`, `inferred`, `pod`, `statefulSet`,
#   `service`; `now` is RFC 3339 in UTC.
#   A rule is a package below `seinode.rules`; nothing lists them by hand.
package seinode

# METADATA
# description: The violations of all rules. Not by `some … in`, where Gatekeeper leaves a reference to data as it is.
violations contains violation if data.seinode.rules[_].violations[violation]
