# Words and small phrases that sentences are made of.

terms-list-separator = {", "}
terms-part-separator = {"; "}
terms-between-sentences = {" "}
terms-and = {" and "}
terms-both = { $first } and { $last }
terms-and-more = { $shown } and { $count } more
terms-and-more-in-json = { $shown } and { $count } more (all in the JSON report)
terms-and-more-sets = { $shown }; and { $count } more sets of packets
terms-and-more-sets-in-json = { $shown }; and { $count } more sets of packets (all in the JSON report)
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
terms-role-pod = Pod
terms-role-endpoint = API server entrance
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
terms-secondary-node = { $count ->
    [one] 1 secondary interface of a node
   *[other] { $count } secondary interfaces of nodes
}
terms-secondary-master = { $count ->
    [one] 1 secondary interface of a Master
   *[other] { $count } secondary interfaces of Masters
}
terms-pod-interfaces = { $count ->
    [one] 1 Pod interface (VPC-CNI)
   *[other] { $count } Pod interfaces (VPC-CNI)
}
terms-super-pods = { $count ->
    [one] 1 Pod on super nodes
   *[other] { $count } Pods on super nodes
}
terms-super-pools = { $count ->
    [one] the next Pod of 1 super node pool
   *[other] the next Pods of { $count } super node pools
}
terms-add-ons = the next Pod interface (VPC-CNI)
terms-entrances = { $count ->
    [one] 1 API server entrance
   *[other] { $count } API server entrances
}
terms-next-pod-of-pool = { $count ->
    [one] the next Pod of pool { $ids }
   *[other] the next Pods of pools { $ids }
}
terms-next-interface-of-add-on = the next Pod interface of add-on { $ids }
terms-interface-of = { $interface } of { $node }
terms-direction-ingress = inbound
terms-direction-egress = outbound
terms-action-allow = ACCEPT
terms-action-deny = DROP
terms-action-unreadable = an unknown action

terms-provenance = { $account }. { $reading }.
terms-filter = Filtered by { $options }: { $count } of { $all } findings are not shown; verdicts and exit code count them all.
terms-baseline-of = { $baseline } ({ $count ->
    [one] 1 cluster
   *[other] { $count } clusters
})
terms-account = Account { $account }
terms-accounts = { $count } accounts
terms-account-unknown = Account unknown
terms-read-live = Read { $moment } UTC{ $age }
terms-read-snapshot = Snapshot read { $moment } UTC{ $age }
terms-read-cassette = Recording read { $moment } UTC{ $age }
terms-read-merged = Merged reports, the oldest read { $moment } UTC{ $age }
terms-read-unknown-live = Time of reading unknown
terms-read-unknown-snapshot = Snapshot without a date: its age is unknown
terms-read-unknown-cassette = Recording without a date
terms-read-unknown-merged = Merged reports, not all with a date
terms-read-age = { ", " }{ $days } days ago

terms-no-groups = no security group
terms-rule-ingress = inbound rule { $number } of { $group }
terms-rule-egress = outbound rule { $number } of { $group }
terms-rules-ingress = inbound rules { $numbers } of { $group }
terms-rules-egress = outbound rules { $numbers } of { $group }
terms-evidence-ingress = { $group } inbound rule { $number }: { $action } { $content }
terms-evidence-egress = { $group } outbound rule { $number }: { $action } { $content }
terms-evidence-acl = network ACL { $id }
terms-evidence-block = allowlist of the entrance, block { $id }
terms-evidence-load-balancer = load balancer { $id }
terms-evidence-listener = listener { $id }
terms-evidence-endpoint = API server entrance { $id }
terms-entry-ingress = { $resource }, inbound entry { $index }
terms-entry-egress = { $resource }, outbound entry { $index }
terms-decides = { $resource }: { $action }
terms-described = { $said }, described as "{ $text }"
terms-service-template = the services of { $template }
terms-address-template = the addresses of { $template }
terms-group-peer = instances bound to { $group }
terms-unreadable = unreadable content ("{ $text }")
terms-in-account = { $text } in { $account }
