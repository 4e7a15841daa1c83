# What a finding says. Titles have no full stop, everything else has one.

findings-blocked-title = Blocked: { $requirement }
findings-blocked-whole-ingress = All of this traffic is blocked: { $packets }.
findings-blocked-whole-egress = All of this traffic is blocked: { $packets }.
findings-blocked-partial-ingress = Blocked: { $packets }. The rest of the requirement is met.
findings-blocked-partial-egress = Blocked: { $packets }. The rest of the requirement is met.
findings-blocked-unsure-ingress = Blocked: { $packets }. The rest of the requirement could not be checked.
findings-blocked-unsure-egress = Blocked: { $packets }. The rest of the requirement could not be checked.
findings-blocked-add-ingress = Add an inbound ACCEPT for { $packets } to { $group }. No rule matches these packets, so any position works.
findings-blocked-add-egress = Add an outbound ACCEPT for { $packets } to { $group }. No rule matches these packets, so any position works.
findings-blocked-insert-ingress = Insert an inbound ACCEPT for { $packets } above rule { $number } of { $group }, or narrow the DROP that blocks them.
findings-blocked-insert-egress = Insert an outbound ACCEPT for { $packets } above rule { $number } of { $group }, or narrow the DROP that blocks them.
findings-default-deny-ingress = no inbound rule matches the packets; the implicit deny at the end applies
findings-default-deny-egress = no outbound rule matches the packets; the implicit deny at the end applies
findings-default-deny-too-ingress = no inbound rule matches the rest of the packets; the implicit deny at the end applies
findings-default-deny-too-egress = no outbound rule matches the rest of the packets; the implicit deny at the end applies

findings-excess-title-ingress = Open to { $reach }: { $class }
findings-excess-title-egress = Outbound open to { $reach }: { $class }
findings-excess-message-ingress = Allowed in, but not permitted by the baseline or the configuration: { $packets }.
findings-excess-message-egress = Allowed out, but not permitted by the baseline or the configuration: { $packets }.
findings-excess-why-ingress-any = Anyone who can route to { $target } can send it this traffic; if { $target } has a public address, that is the whole Internet.
findings-excess-why-ingress-any-internet = Anyone who can route to { $target } can send it this traffic, including the whole Internet: { $public }.
findings-excess-why-ingress-any-none-found = Anyone who can route to { $target } can send it this traffic. No public address was found on it.
findings-excess-why-ingress-public = These Internet addresses can reach it if { $target } has a public address.
findings-excess-why-ingress-public-internet = These Internet addresses can reach it: { $public }.
findings-excess-why-ingress-public-none-found = These Internet addresses can reach it if { $target } has a public address. None was found on it.
findings-excess-why-ingress-private = Private networks outside the VPC can reach it: peered VPCs, data centers, VPN.
findings-excess-why-ingress-vpc = Every instance in these blocks of the VPC can reach it, including those of other teams.
findings-excess-why-egress-any = { $process } can send to any address.
findings-excess-why-egress-public = { $process } can send to these Internet addresses.
findings-excess-why-egress-private = { $process } can send to private networks outside the VPC.
findings-excess-why-egress-vpc = { $process } can send to these blocks of the VPC.
findings-excess-why-no-ipv6 = The VPC has no IPv6 block, so no such packet exists today. The rule takes effect once the VPC gets one.
findings-excess-advice-ingress = { $count ->
    [one] Narrow { $rules } to the sources that need it, or delete it if nothing needs it. If it is open on purpose, add it under "allow" in the configuration.
   *[other] Narrow { $rules } to the sources that need them, or delete them if nothing needs them. If this is open on purpose, add it under "allow" in the configuration.
}
findings-excess-advice-blocks = Remove { $blocks } from the allowlist of the API server entrance, or narrow it to the sources that need the API. If it is open on purpose, add it under "allow" in the configuration.
findings-excess-advice-egress = { $count ->
    [one] Narrow { $rules } to the destinations that are needed, or delete it if nothing needs it. If it is open on purpose, add it under "allow" in the configuration.
   *[other] Narrow { $rules } to the destinations that are needed, or delete them if nothing needs them. If this is open on purpose, add it under "allow" in the configuration.
}
findings-excess-no-listener = No load balancer needs these NodePorts.
findings-excess-neighbour-container = { $count ->
    [one] { $blocks } is the container network of { $cluster }.
   *[other] { $blocks } are the container network of { $cluster }.
}
findings-excess-neighbour-subnets = { $count ->
    [one] { $blocks } is a node subnet of { $cluster }.
   *[other] { $blocks } are node subnets of { $cluster }.
}
findings-excess-peers = { $count ->
    [one] If these two clusters talk to each other, the key "peers" in the configuration allows it: peers: [[{ $peers }]].
   *[other] If these clusters talk to each other, the key "peers" in the configuration allows it: peers: [[{ $peers }]].
}
findings-managed-rules = { $count ->
    [one] The description of { $rules } says that the rule is managed elsewhere: an edit here would be overwritten. Change it where it is managed.
   *[other] The descriptions of { $rules } say that the rules are managed elsewhere: an edit here would be overwritten. Change them where they are managed.
}
findings-managed-groups = { $count ->
    [one] The name or description of { $groups } says that the group is managed elsewhere: an edit here would be overwritten. Change it where it is managed.
   *[other] The names or descriptions of { $groups } say that the groups are managed elsewhere: an edit here would be overwritten. Change them where they are managed.
}

findings-target-node = the node
findings-target-master = the Master
findings-target-interface = the interface
findings-target-pod = the Pod
findings-target-endpoint = the entrance
findings-process-node = A process on the node
findings-process-master = A process on the Master
findings-process-interface = A process on the node
findings-process-pod = A process in the Pod
findings-process-endpoint = The API server
findings-public-some = there is a public address
findings-public-node = { $count ->
    [one] the node has a public address
   *[other] { $public ->
        [one] 1 of its { $count } nodes has a public address
       *[other] { $public } of its { $count } nodes have a public address
    }
}
findings-public-master = { $count ->
    [one] the Master has a public address
   *[other] { $public ->
        [one] 1 of its { $count } Masters has a public address
       *[other] { $public } of its { $count } Masters have a public address
    }
}
findings-public-interface = { $count ->
    [one] the interface has a public address
   *[other] { $public ->
        [one] 1 of its { $count } interfaces has a public address
       *[other] { $public } of its { $count } interfaces have a public address
    }
}
findings-public-pod = { $count ->
    [one] the Pod has a public address
   *[other] { $public ->
        [one] 1 of its { $count } Pod interfaces has a public address
       *[other] { $public } of its { $count } Pod interfaces have a public address
    }
}
findings-public-endpoint = it is a public entrance

findings-reach-any = any address
findings-reach-public = a public range
findings-reach-private = a private range
findings-reach-vpc = the VPC

findings-mixed-title-node = Nodes of one cluster have different bindings
findings-mixed-title-master = Masters of one cluster have different bindings
findings-mixed-title-pod = Pods of one cluster have different bindings
findings-mixed-differ = { $lists } different bindings: { $stacks }. They let different packets through.
findings-mixed-unsure = { $lists } different bindings: { $stacks }. Whether they let the same packets through could not be checked.
findings-mixed-same = { $lists } different bindings: { $stacks }. They let the same packets through today.
findings-mixed-groups = These groups are bound in different combinations: { $groups }.
findings-mixed-stack = { $who } bound to { $groups }
findings-mixed-none = { $who } without a group
findings-mixed-why = A workload works on one node and fails on the next, and a change to one binding is easily forgotten in the other.
findings-mixed-why-pod = A workload works in one Pod and fails in the next, and a change to one binding is easily forgotten in the other.
findings-mixed-advice = Bind the same groups in the same order everywhere, including node pools; the most common binding is { $groups }.
findings-mixed-advice-pod = If the Pods should be open to the same clients, bind the same groups in the same order, such as { $groups }. An interface keeps the groups it was created with, even if the add-on or the pool is changed later.

findings-foreign-title = An instance outside the cluster shares its security group
findings-foreign-message = { $count ->
    [one] { $instances } is bound to { $group } but is not a node of this cluster.
   *[other] { $instances } are bound to { $group } but are not nodes of this cluster.
}
findings-foreign-why = It is open to everything the cluster's nodes are open to, and every rule with this group as its source lets it in.
findings-foreign-advice = { $count ->
    [one] Give it its own group, then unbind { $group }.
   *[other] Give them their own groups, then unbind { $group }.
}

findings-no-group-title = No security group
findings-no-group-message = { $count ->
    [one] { $who } has no security group.
   *[other] { $who } have no security group.
}
findings-no-group-why = Without a group, all traffic is allowed in both directions.
findings-no-group-why-internet = Without a group, all traffic is allowed in both directions, and { $public }.
findings-no-group-why-private = Without a group, nothing filters the traffic. Only private networks can reach this entrance, and TKE sets a group there only on request.
findings-no-group-why-undocumented = Tencent Cloud does not document what passes then: everything may be open, or closed.
findings-no-group-advice-secondary = Bind a group that allows only the traffic the interface is meant for.
findings-no-group-advice-pods = Set the security groups in the eniipamd add-on.
findings-no-group-advice-super-node-pods = Set security groups in the super node pool, then recreate the Pods.
findings-no-group-advice-endpoint = Bind a group that allows only the users of the API.
findings-no-group-advice = Bind the security group that the rest of the cluster uses.
findings-no-group-advice-named = Bind { $groups }, as in the rest of the cluster.

findings-pods-without-group-title = Pod interfaces without a security group
findings-pods-without-group-message = { $count ->
    [one] { $who } has no security group, which is TKE's default.
   *[other] { $who } have no security group, which is TKE's default.
}
findings-pods-without-group-why = Nothing filters the traffic of these Pods: anyone who can route to a Pod can reach all its ports.
findings-pods-without-group-advice = If Pods need a filter, enable security groups in the eniipamd add-on and set the groups there. Kubernetes network policies filter Pods as well, but this audit does not read them.

findings-shadowed-title = Rule is never reached (shadowed)
findings-shadowed-message = { $count ->
    [one] No packet reaches { $rule }: { $blockers } already handles every packet it matches.
   *[other] No packet reaches { $rule }: { $blockers } already handle every packet it matches.
}
findings-shadowed-against = { $count ->
    [one] No packet reaches { $rule }: { $blockers } already handles every packet it matches, some with the opposite action.
   *[other] No packet reaches { $rule }: { $blockers } already handle every packet it matches, some with the opposite action.
}
findings-shadowed-why = Readers will assume the rule is in effect.
findings-shadowed-advice-everywhere = Delete it, or move it above { $blockers } if it should take effect. It has no effect wherever its group is bound.
findings-shadowed-advice-here = Move it above { $blockers } if it should take effect. Do not delete it because of this finding: in another binding it is in effect.

findings-redundant-title = Rule is redundant
findings-redundant-message = Without { $rule }, { $blockers } would handle the same packets the same way.
findings-redundant-message-default = Without { $rule }, the implicit deny at the end would deny the same packets.
findings-redundant-why = It clutters the list, and every change has to be made twice.
findings-redundant-advice-everywhere = Delete it, or delete the rules that would replace it, but not both. Wherever its group is bound, the same packets pass without it.
findings-redundant-advice-default = Delete it: wherever its group is bound, the same packets pass without it.
findings-redundant-advice-here = Keep it if other bindings need it: its group is also bound elsewhere, where the rule is in effect.

findings-on-secondary = { $title } (secondary interfaces)
findings-on-pods = { $title } (Pod interfaces of VPC-CNI)
findings-on-super-node-pods = { $title } (Pods on super nodes)
findings-on-endpoint = { $title } (API server entrance)
findings-if-complete-list = { $title }, if the list is complete

findings-affected-stack = { $who }, bound to { $groups }
findings-affected-group = { $who }, also bound to { $group }
findings-affected-ids = { $who } ({ $ids })
