# Findings about network ACLs. Titles have no full stop, everything else has one.

acls-title = Blocked by a network ACL: { $requirement }
acls-message-ingress = { $count ->
    [one] Inbound entry { $entries } of { $acl } blocks this traffic into { $subnet }: { $packets }.
   *[other] Inbound entries { $entries } of { $acl } block this traffic into { $subnet }: { $packets }.
}
acls-message-egress = { $count ->
    [one] Outbound entry { $entries } of { $acl } blocks this traffic out of { $subnet }: { $packets }.
   *[other] Outbound entries { $entries } of { $acl } block this traffic out of { $subnet }: { $packets }.
}
acls-why = A network ACL filters everything that enters or leaves its subnet, even if the security groups allow it.
acls-advice-ingress = Add an inbound entry to { $acl } that accepts { $packets } above entry { $first }, or narrow that entry. A network ACL is stateless: the replies need an outbound entry, which this audit does not check.
acls-advice-egress = Add an outbound entry to { $acl } that accepts { $packets } above entry { $first }, or narrow that entry. A network ACL is stateless: the replies need an inbound entry, which this audit does not check.
acls-ports = The entry has three fields. Tencent Cloud does not document whether its port is the source or the destination; the audit treats it as the destination.
