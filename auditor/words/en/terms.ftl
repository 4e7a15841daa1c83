# Words and small phrases that sentences are made of.

terms-list-separator = {", "}
terms-part-separator = {"; "}
terms-between-sentences = {" "}
terms-and = {" and "}
terms-both = { $first } and { $last }
terms-and-more = { $shown } and { $count } more
terms-and-more-sets = { $shown }; and { $count } more sets of packets
terms-clipped = { $start }... ({ $count } more characters)
terms-named = { $id } "{ $name }"
terms-then = {", then "}

terms-flow-ingress = { $services } from { $where }
terms-flow-egress = { $services } to { $where }
terms-flow-either = { $services } with { $where }
terms-one-port = { $protocol } port { $port }
terms-every-port = all { $protocol }
terms-any-address = any address
terms-any-v4 = any IPv4 address
terms-any-v6 = any IPv6 address
terms-except = { $whole } except { $absent }

terms-protocol-tcp = TCP
terms-protocol-udp = UDP
terms-protocol-icmp = ICMP
terms-protocol-icmpv6 = ICMPv6
terms-protocol-gre = GRE
terms-protocol-other = other IP protocols
terms-protocol-all = all traffic

terms-severity-critical = critical
terms-severity-high = high
terms-severity-medium = medium
terms-severity-low = low
terms-severity-info = info

terms-verdict-compliant = COMPLIANT
terms-verdict-non-compliant = NON-COMPLIANT
terms-verdict-unknown = UNKNOWN
terms-verdict-not-audited = NOT-AUDITED
terms-verdict-empty = EMPTY
terms-verdict-excluded = EXCLUDED

terms-status-met = met
terms-status-partial = partly blocked
terms-status-blocked = blocked
terms-status-unknown = unknown
terms-status-not-applicable = not applicable

terms-role-node = node
terms-role-master = Master
terms-nodes-node = { $count ->
    [one] 1 node
   *[other] { $count } nodes
}
terms-nodes-master = { $count ->
    [one] 1 Master
   *[other] { $count } Masters
}
terms-pools = { $count ->
    [one] 1 node pool
   *[other] { $count } node pools
}
terms-direction-ingress = inbound
terms-direction-egress = outbound
terms-action-allow = ACCEPT
terms-action-deny = DROP
terms-action-unreadable = an unknown action

terms-provenance = { $account }. { $reading }.
terms-account = Account { $account }
terms-account-unknown = Account not known
terms-read-live = Read { $moment } UTC{ $age }
terms-read-snapshot = Snapshot read { $moment } UTC{ $age }
terms-read-cassette = Recording read { $moment } UTC{ $age }
terms-read-merged = Merged reports, the oldest read { $moment } UTC{ $age }
terms-read-unknown-live = Time of reading not known
terms-read-unknown-snapshot = Snapshot without a date: nobody knows how old it is
terms-read-unknown-cassette = Recording without a date
terms-read-unknown-merged = Merged reports, of which one has no date
terms-read-age = { ", " }{ $days } days ago

terms-no-groups = no security group
terms-rule-ingress = inbound rule #{ $index } of { $group }
terms-rule-egress = outbound rule #{ $index } of { $group }
terms-rules-ingress = inbound rules { $indexes } of { $group }
terms-rules-egress = outbound rules { $indexes } of { $group }
terms-evidence-ingress = { $group } inbound #{ $index }: { $action } { $content }
terms-evidence-egress = { $group } outbound #{ $index }: { $action } { $content }
terms-described = { $said }, described as "{ $text }"
terms-service-template = the services of { $template }
terms-address-template = the addresses of { $template }
terms-group-peer = whatever binds { $group }
terms-unreadable = something unreadable ("{ $text }")
