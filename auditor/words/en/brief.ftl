# Findings and gaps on one line each.

brief-flow-ingress = { $services }
brief-flow-egress = outbound { $services }
brief-blocked = { $what } blocked
brief-blocked-breaks = { $what } blocked: { $breaks }
brief-open-ingress = { $services } open to { $reach }
brief-open-egress = outbound { $services } open to { $reach }
brief-reach-any = any address
brief-reach-public = public addresses
brief-reach-private = private addresses
brief-reach-vpc = the VPC
brief-path-blocked = load balancer { $services } does not reach its back ends
brief-balancer-open = load balancer { $services } open to any address
brief-acl-blocks = { $services } blocked by a network ACL
brief-code-TSG301 = bindings differ within the role
brief-code-TSG302 = { $count ->
    [one] 1 instance outside the cluster shares its group
   *[other] { $count } instances outside the cluster share its group
}
brief-code-TSG303 = no security group: everything passes
brief-code-TSG304 = rule is never reached (shadowed)
brief-code-TSG305 = rule is redundant
brief-code-TSG306 = Pod interfaces without a group (TKE's default)
brief-rules-ingress = { $count ->
    [one] { $group } inbound rule { $numbers }
   *[other] { $group } inbound rules { $numbers }
}
brief-rules-egress = { $count ->
    [one] { $group } outbound rule { $numbers }
   *[other] { $group } outbound rules { $numbers }
}
brief-default-ingress = { $groups } inbound, no rule
brief-default-egress = { $groups } outbound, no rule
brief-clusters = { $count } clusters
brief-unchecked = COULD NOT BE CHECKED
brief-count = { $text } ({ $count })
brief-title = { $clusters }: { $verdicts }
brief-facts = { $provenance } { $regions }; baseline { $baseline }; exit code { $code }.
brief-left = { $count ->
    [one] and 1 more finding (-v shows all)
   *[other] and { $count } more findings (-v shows all)
}
brief-gaps-left = { $count ->
    [one] and 1 more that could not be checked (-v shows all)
   *[other] and { $count } more that could not be checked (-v shows all)
}
brief-next = Next: { $command }
brief-waived = waived by { $waiver }
