# What a finding says. Titles have no full stop, everything else has one.

findings-blocked-title = Blocked: { $requirement }
findings-blocked-whole-ingress = Nothing of this gets in: { $packets }.
findings-blocked-whole-egress = Nothing of this gets out: { $packets }.
findings-blocked-partial-ingress = This does not get in: { $packets }. The rest of the requirement passes.
findings-blocked-partial-egress = This does not get out: { $packets }. The rest of the requirement passes.
findings-blocked-unsure-ingress = This does not get in: { $packets }. Whether the rest passes could not be decided.
findings-blocked-unsure-egress = This does not get out: { $packets }. Whether the rest passes could not be decided.
findings-blocked-add-ingress = Add an inbound ACCEPT for { $packets } to { $group }. No rule matches these packets, so any place in the list will do.
findings-blocked-add-egress = Add an outbound ACCEPT for { $packets } to { $group }. No rule matches these packets, so any place in the list will do.
findings-blocked-insert-ingress = Insert an inbound ACCEPT for { $packets } above rule { $number } of { $group }, or narrow the DROP that stops them.
findings-blocked-insert-egress = Insert an outbound ACCEPT for { $packets } above rule { $number } of { $group }, or narrow the DROP that stops them.
findings-default-deny-ingress = no inbound rule matches the packets; the end of the list denies
findings-default-deny-egress = no outbound rule matches the packets; the end of the list denies
findings-default-deny-too-ingress = no inbound rule matches the rest of the packets; the end of the list denies
findings-default-deny-too-egress = no outbound rule matches the rest of the packets; the end of the list denies

findings-excess-title-ingress = Open to { $reach }: { $class }
findings-excess-title-egress = Open towards { $reach }: { $class }
findings-excess-message-ingress = This gets in, and neither the baseline nor the configuration permits it: { $packets }.
findings-excess-message-egress = This gets out, and neither the baseline nor the configuration permits it: { $packets }.
findings-excess-why-ingress-any = Whoever can route a packet to { $target } reaches it: the whole Internet, where { $target } has a public address.
findings-excess-why-ingress-any-internet = Whoever can route a packet to { $target } reaches it, the whole Internet included: { $public }.
findings-excess-why-ingress-any-none-found = Whoever can route a packet to { $target } reaches it. No public address was found on it.
findings-excess-why-ingress-public = Addresses of the Internet reach it, where { $target } has a public address.
findings-excess-why-ingress-public-internet = Addresses of the Internet reach it: { $public }.
findings-excess-why-ingress-public-none-found = Addresses of the Internet reach it, where { $target } has a public address. None was found on it.
findings-excess-why-ingress-private = Private networks outside the VPC reach it: peered VPCs, data centres, VPN.
findings-excess-why-ingress-vpc = Every machine in these blocks of the VPC reaches it, other teams' included.
findings-excess-why-egress-any = { $process } can send to any address.
findings-excess-why-egress-public = { $process } can send to these addresses of the Internet.
findings-excess-why-egress-private = { $process } can send to private networks outside the VPC.
findings-excess-why-egress-vpc = { $process } can send to these blocks of the VPC.
findings-excess-why-no-ipv6 = The VPC has no IPv6 block today, so no such packet exists. Once it has one, the rule takes effect.
findings-excess-advice-ingress = Narrow { $rules } to the sources that need it, or delete what nothing needs. If it is open on purpose, name it under "allow" in the configuration.
findings-excess-advice-blocks = Take { $blocks } out of the list of blocks of the entrance, or narrow it to the sources that need the API. If it is open on purpose, name it under "allow" in the configuration.
findings-excess-advice-egress = Narrow { $rules } to the destinations that are needed, or delete what nothing needs. If it is open on purpose, name it under "allow" in the configuration.
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

findings-mixed-title-node = Nodes of one cluster bind different security groups
findings-mixed-title-master = Masters of one cluster bind different security groups
findings-mixed-title-pod = Pods of one cluster bind different security groups
findings-mixed-differ = { $lists } different lists of groups are bound: { $stacks }. They do not let the same packets through.
findings-mixed-unsure = { $lists } different lists of groups are bound: { $stacks }. Whether they let the same packets through could not be decided.
findings-mixed-same = { $lists } different lists of groups are bound: { $stacks }. Today they let the same packets through.
findings-mixed-groups = Different lists of these groups are bound: { $groups }.
findings-mixed-stack = { $count ->
    [one] { $who } binds { $groups }
   *[other] { $who } bind { $groups }
}
findings-mixed-none = { $count ->
    [one] { $who } binds none
   *[other] { $who } bind none
}
findings-mixed-why = A workload works on one machine and fails on the next, and a rule that is changed in one list is forgotten in the other.
findings-mixed-why-pod = A workload works in one Pod and fails in the next, and a rule that is changed in one list is forgotten in the other.
findings-mixed-advice = Bind the same groups in the same order everywhere, pools included; { $groups } is the list that most bind.
findings-mixed-advice-pod = If the Pods are meant to be open to the same clients, bind the same groups in the same order, such as { $groups }. An interface keeps the groups that it was made with when the add-on or the pool gets another list.

findings-foreign-title = A machine outside the cluster binds its security group
findings-foreign-message = { $count ->
    [one] { $instances } binds { $group } and is no node of this cluster.
   *[other] { $instances } bind { $group } and are no nodes of this cluster.
}
findings-foreign-why = It is open to all that the cluster's nodes are open to, and every rule that names the group as its source lets it in.
findings-foreign-advice = { $count ->
    [one] Bind a group of its own to it, then unbind { $group } from it.
   *[other] Bind a group of their own to them, then unbind { $group } from them.
}

findings-no-group-title = No security group is bound
findings-no-group-message = { $count ->
    [one] { $who } binds no security group at all.
   *[other] { $who } bind no security group at all.
}
findings-no-group-why = Without a group nothing filters: everything passes, in both directions.
findings-no-group-why-internet = Without a group nothing filters: everything passes, in both directions, and { $public }.
findings-no-group-why-private = Without a group nothing filters. Only private networks reach this entrance, and TKE sets a group there on request only.
findings-no-group-why-undocumented = No document says what then passes: everything may be open, or closed.
findings-no-group-advice-secondary = Bind a group to the interface that lets in only the traffic that the interface is for.
findings-no-group-advice-pods = Name the security groups in the add-on eniipamd.
findings-no-group-advice-super-node-pods = Name security groups in the pool of super nodes, then recreate the Pods.
findings-no-group-advice-endpoint = Bind a group to the entrance that lets in only those who use the API.
findings-no-group-advice = Bind the security group that the rest of the cluster binds.
findings-no-group-advice-named = Bind { $groups }, as the rest of the cluster does.

findings-pods-without-group-title = Pods' interfaces bind no security group
findings-pods-without-group-message = { $count ->
    [one] { $who } binds no security group, which is the default of TKE.
   *[other] { $who } bind no security group, which is the default of TKE.
}
findings-pods-without-group-why = Nothing filters the traffic of these Pods: whoever can route a packet to a Pod reaches every port of it.
findings-pods-without-group-advice = If Pods need a filter, switch on the security groups of the add-on eniipamd and name the groups there. Network policies of Kubernetes filter Pods as well, but this audit does not read them.

findings-shadowed-title = A rule decides nothing
findings-shadowed-message = { $count ->
    [one] No packet reaches { $rule }: { $blockers } decides every packet that it names.
   *[other] No packet reaches { $rule }: { $blockers } decide every packet that it names.
}
findings-shadowed-against = { $count ->
    [one] No packet reaches { $rule }: { $blockers } decides every packet that it names, and decides the opposite for at least some.
   *[other] No packet reaches { $rule }: { $blockers } decide every packet that it names, and decide the opposite for at least some.
}
findings-shadowed-why = Whoever reads the list believes that it counts.
findings-shadowed-advice-everywhere = Delete it, or move it above { $blockers } if it was meant to count. It decides nothing wherever its group is bound.
findings-shadowed-advice-here = Move it above { $blockers } if it was meant to count. Do not delete it for this: in another list of groups it decides packets.

findings-redundant-title = A rule changes nothing
findings-redundant-message = Without { $rule }, { $blockers } would decide the same packets alike.
findings-redundant-message-default = Without { $rule }, its packets would be denied all the same, by the end of the list.
findings-redundant-why = The list is longer than what it says, and a change has to be made twice.
findings-redundant-advice-everywhere = Delete it, or those that would decide instead, but not both. Wherever its group is bound, the same packets pass without it.
findings-redundant-advice-default = Delete it: wherever its group is bound, the same packets pass without it.
findings-redundant-advice-here = Keep it if other lists of groups need it: they bind its group too, and there it counts.

findings-on-secondary = { $title } (secondary interfaces)
findings-on-pods = { $title } (Pod interfaces of VPC-CNI)
findings-on-super-node-pods = { $title } (Pods of super nodes)
findings-on-endpoint = { $title } (API server entrance)
findings-if-complete-list = { $title }, if the list is complete

findings-affected-stack = { $who }, bound to { $groups }
findings-affected-group = { $who }, bound to { $group } as well
findings-affected-ids = { $who } ({ $ids })
