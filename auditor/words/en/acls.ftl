# Findings about network ACLs. Titles have no full stop, everything else has one.

acls-title = Stopped by a network ACL: { $requirement }
acls-message-ingress = { $count ->
    [one] Inbound entry { $entries } of { $acl } stops this on its way into { $subnet }: { $packets }.
   *[other] Inbound entries { $entries } of { $acl } stop this on its way into { $subnet }: { $packets }.
}
acls-message-egress = { $count ->
    [one] Outbound entry { $entries } of { $acl } stops this on its way out of { $subnet }: { $packets }.
   *[other] Outbound entries { $entries } of { $acl } stop this on its way out of { $subnet }: { $packets }.
}
acls-why = A network ACL acts on everything that enters or leaves its subnet, whatever the security groups allow.
acls-advice-ingress = Place an inbound entry in { $acl } that accepts { $packets } above entry { $first }, or narrow that entry. An ACL keeps no state: the replies need an outbound entry, which this audit does not judge.
acls-advice-egress = Place an outbound entry in { $acl } that accepts { $packets } above entry { $first }, or narrow that entry. An ACL keeps no state: the replies need an inbound entry, which this audit does not judge.
acls-ports = The entry has three fields, and documents do not tell whether its port is the source or the destination; it is judged as the destination.
