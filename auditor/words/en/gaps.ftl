# What could not be read or decided: title, cause, what hangs on it, what to do.

gaps-title-unread = Not read: { $what }
gaps-title-unread-of = Not read: { $what } ({ $resource })
gaps-title-unreadable = Not understood: { $resource }
gaps-title-not-auditable = Not audited: { $resource }
gaps-title-trunking-pods = Not wholly read: the groups of Pods of { $resource }
gaps-title-undocumented = Not decidable: { $resource } binds no security group
gaps-title-until-apply = Known after apply: { $resource }

gaps-titles-unread = Not read: { $what }, of { $things }
gaps-titles-unreadable = Not understood: { $things }
gaps-titles-not-auditable = Not audited: { $things }
gaps-titles-undocumented = Not decidable: { $things } without a security group
gaps-titles-until-apply = Known after apply: { $things }

gaps-untouched = was there before; it lies outside what the change touches

gaps-things-cluster = { $count ->
    [one] 1 cluster
   *[other] { $count } clusters
}
gaps-things-group = { $count ->
    [one] 1 security group
   *[other] { $count } security groups
}
gaps-things-machine = { $count ->
    [one] 1 machine
   *[other] { $count } machines
}
gaps-things-pool = { $count ->
    [one] 1 node pool
   *[other] { $count } node pools
}
gaps-things-vpc = { $count ->
    [one] 1 VPC
   *[other] { $count } VPCs
}
gaps-things-rule = { $count ->
    [one] 1 rule
   *[other] { $count } rules
}
gaps-things-template = { $count ->
    [one] 1 template
   *[other] { $count } templates
}
gaps-things-region = { $count ->
    [one] 1 region
   *[other] { $count } regions
}
gaps-things-thing = { $count ->
    [one] 1 thing
   *[other] { $count } things
}

gaps-cause-denied = CAM refuses { $permission } ({ $code }).
gaps-cause-credentials = The credentials are refused ({ $code }).
gaps-cause-clock = This machine's clock is too far off for a signature ({ $code }).
gaps-cause-throttled = The rate limit still refused { $permission } after every retry ({ $code }).
gaps-cause-cloud = { $permission } ended with an error ({ $code }).
gaps-cause-network = { $permission } got no whole answer ({ $code }).
gaps-cause-unexpected = { $permission } answered with something that is no answer of the API ({ $code }).
gaps-cause-partial = { $permission } did not tell all that is needed ({ $code }).
gaps-cause-missing = It is referred to and was not read.
gaps-cause-unreadable = The cloud's answer has a form that no document explains ({ $code }).
gaps-cause-not-auditable = There is nothing here that could be audited ({ $code }).
gaps-cause-not-in-snapshot = The snapshot does not hold it.
gaps-cause-unknown-cluster = There is no such cluster in the regions that were read.
gaps-cause-no-cluster = There is no cluster in the regions that were read.
gaps-cause-not-audited = The cluster runs something, and nothing of it was judged.
gaps-cause-not-judged = The gate does not judge what this resource does.
gaps-cause-nothing-judged = No cluster was judged: this run says nothing about any cluster.
gaps-cause-cluster-state = The cluster is in a state that leaves nothing to audit.
gaps-cause-unknown-peer = The configuration names it as a peer, and it was not found.
gaps-cause-network-not-read = The networks of the cluster were not read: it is excluded, not running, or of a kind of which only the list is read.
gaps-cause-listeners-left-out = The baseline requires what load balancers need, and the load balancers were left out or not read.
gaps-cause-pass-to-target = The answer does not tell whether the load balancer bypasses the groups of its back ends (pass to target).
gaps-cause-back-end-source = Which source address these back ends see is documented nowhere.
gaps-cause-pod-node = The answer does not tell which node a Pod is on, and the nodes bind different groups.
gaps-cause-health-check-source = The answer does not tell from which address the load balancer checks its back ends.
gaps-cause-trunking-pods = Pods of the cluster can have sub-interfaces, and no action of the API lists the groups that these bind.
gaps-cause-part-not-read = The snapshot or recording does not have this part of the audit.
gaps-cause-no-entrance-filter = No answer has the groups or the list of blocks that filter the entrance.
gaps-cause-undocumented-pods = The documents contradict each other on the groups of a Pod of super nodes for which no group is named.
gaps-cause-undocumented = Whether anything filters a native node, or the next node of a pool, that names no security group is documented nowhere.
gaps-cause-until-apply = The plan leaves it open until it is applied.
gaps-said = { $cause } The message: { $message }
gaps-said-own = { $message }
gaps-alike = { $message } And alike for the others.
gaps-requested = { $cause } Request { $request }.

gaps-unknown-clusters = The verdict on { $clusters } depends on it.
gaps-unknown-these = The verdicts on these { $count } clusters depend on it.
gaps-unknown-many = The verdicts on { $clusters } depend on it.
gaps-unknown-group = What { $who } bound to { $group } let through is not wholly known.
gaps-unknown-region = Which clusters there are in { $region } is not wholly known.
gaps-unknown-not-judged = There is no verdict on any cluster.
gaps-unknown-nothing = Whether anything hangs on it is not known.

gaps-advice-denied = Grant { $permission } to these credentials; "sgaudit permissions" prints the whole policy.
gaps-advice-scope = Or leave this part of the audit out: "scope: {"{"}{ $part }: false{"}"}" in the configuration.
gaps-advice-credentials = Check the credentials; "sgaudit doctor" says which ones are found and what they may do.
gaps-advice-clock = Set this machine's clock, then run again.
gaps-advice-throttled = Run again when less else calls this account, or with fewer --jobs.
gaps-advice-cloud = Look the code up in the API's documentation; give the request id when you ask Tencent Cloud.
gaps-advice-network = Check the way to the endpoint (proxy, DNS, --endpoint), then run again.
gaps-advice-unexpected = Check what stands between here and the endpoint (proxy, --endpoint), then run again.
gaps-advice-partial = Run again: something may have changed while it was read. If it stays, look at it in the console.
gaps-advice-missing = Run again; if it stays, see whether it still exists in the console.
gaps-advice-unreadable = Open it in the console and write it anew in a form that the console offers.
gaps-advice-not-auditable = Audit again when there is something to audit.
gaps-advice-not-in-snapshot = Check the spelling, or read it as well when the snapshot is made (sgaudit fetch).
gaps-advice-unknown-cluster = Check the id and the region (--region), and whether the CAM policy names only some clusters.
gaps-advice-no-cluster = Check the region (--region), and whether the CAM policy names only some clusters: it hides the others.
gaps-advice-not-audited = Check its security groups by hand, or name the cluster under "exclude" in the configuration, with reason and owner.
gaps-advice-not-judged = Check by hand which security groups it binds or changes before you apply the plan.
gaps-advice-nothing-judged = Check the region (--region), the clusters asked for, and "exclude" in the configuration.
gaps-advice-cluster-state = Audit again when the cluster is running.
gaps-advice-unknown-peer = Check its id under "peers" in the configuration, and that its region is read.
gaps-advice-network-not-read = Take the cluster out of "exclude", or out of "peers" and name its networks under "allow" in the configuration.
gaps-advice-listeners-left-out = Read the load balancers as well ("scope" in the configuration), or use a baseline that does not depend on them.
gaps-advice-pass-to-target = Check by hand who gets through the load balancer; the switch is in its details in the console.
gaps-advice-back-end-source = Check by hand who gets through the load balancer.
gaps-advice-pod-node = Bind the same groups to all nodes of the cluster, or check by hand who gets through.
gaps-advice-health-check-source = Let the address of the load balancer in at the back ends, and 100.64.0.0/10 passes by default.
gaps-advice-trunking-pods = Check the security group policies of the cluster by hand, then waive this gap or leave Pods out: "scope: {"{"}pods: false{"}"}" in the configuration.
gaps-advice-part-not-read = Read it again (sgaudit fetch), or leave the part out under "scope" in the configuration.
gaps-advice-no-entrance-filter = Let the audit read load balancers ("scope" in the configuration, clb: permissions). If the load balancer of the entrance is in another VPC, check its groups by hand and waive this gap.
gaps-advice-undocumented-pods = Name security groups in the pool of super nodes, or waive this gap.
gaps-advice-undocumented = Bind the security group that the rest of the cluster binds.
gaps-advice-until-apply = Give the value in the plan, or audit again after it is applied.

gaps-what-unknown = an answer of the API
gaps-what-GetCallerIdentity = the account
gaps-what-DescribeRegions = the list of regions
gaps-what-DescribeClusters = the clusters and their networks
gaps-what-DescribeClusterInstances = the cluster's nodes
gaps-what-DescribeClusterNodePools = auto-scaling node pools
gaps-what-DescribeNodePools = the cluster's node pools
gaps-what-DescribeClusterAsGroups = auto-scaling groups without a node pool
gaps-what-DescribeIPAMD = the container subnets of VPC-CNI
gaps-what-DescribeEKSClusters = the subnets of serverless clusters
gaps-what-DescribeAddonValues = the groups of the next Pod interface of VPC-CNI
gaps-what-DescribeClusterEndpoints = the entrances of the API server
gaps-what-DescribeClusterEndpointStatus = the state of an entrance of the API server
gaps-what-DescribeInstances = the groups that machines bind
gaps-what-DescribeLaunchConfigurations = the groups of a pool's next node
gaps-what-DescribeAutoScalingGroups = the subnets of a pool's next node
gaps-what-DescribeSecurityGroups = the names of groups
gaps-what-DescribeSecurityGroupPolicies = the rules
gaps-what-DescribeNetworkInterfaces = the network interfaces and the groups that they bind
gaps-what-DescribeAddressTemplates = address templates
gaps-what-DescribeAddressTemplateGroups = groups of address templates
gaps-what-DescribeServiceTemplates = service templates
gaps-what-DescribeServiceTemplateGroups = groups of service templates
gaps-what-DescribeVpcs = the VPC and its blocks
gaps-what-DescribeSubnets = node and container subnets
gaps-what-DescribeAssistantCidr = further blocks of the VPC
gaps-what-DescribeNetworkAcls = network ACLs of subnets
gaps-what-DescribeNetworkAclQuintupleEntries = entries of network ACLs
gaps-what-DescribeLoadBalancers = the load balancers of the VPC
gaps-what-DescribeListeners = the listeners of load balancers
gaps-what-DescribeTargets = the back ends of load balancers
gaps-what-DescribeTargetGroupInstances = the back ends of target groups

gaps-covered-super-node = { $count ->
    [one] 1 super node
   *[other] { $count } super nodes
}
gaps-covered-super-node-pool = { $count ->
    [one] 1 super node pool
   *[other] { $count } super node pools
}
gaps-covered-registered-node = { $count ->
    [one] 1 registered node
   *[other] { $count } registered nodes
}
gaps-covered-registered-node-pool = { $count ->
    [one] 1 registered node pool
   *[other] { $count } registered node pools
}
gaps-covered-scope = { $part ->
        [interfaces] Further network interfaces of nodes
        [pods] Network interfaces of Pods
        [load_balancers] Load balancers
        [endpoint] The entrances of the API server
       *[network_acls] Network ACLs of subnets
    }
gaps-covered-vpc-cni-pods = Pods with interfaces of their own (VPC-CNI)
gaps-covered-detached-interface = { $count ->
    [one] 1 network interface that is attached to nothing
   *[other] { $count } network interfaces that are attached to nothing
}
gaps-covered-acl-default = { $count ->
    [one] The default of the network ACL of 1 subnet
   *[other] The defaults of the network ACLs of { $count } subnets
}
gaps-covered-edge-cluster = an edge cluster
gaps-covered-serverless-entrance = The entrances of the API server
gaps-covered-serverless-cluster = a serverless cluster
gaps-covered-deleting-node-pool = { $count ->
    [one] 1 node pool that is being deleted
   *[other] { $count } node pools that are being deleted
}
gaps-covered-other = { $count } of kind { $kind }

gaps-why-super-node = Each Pod there is a machine of its own with groups of its own; the baseline's tables speak of nodes.
gaps-why-super-node-pool = Each Pod there is a machine of its own with groups of its own; the baseline's tables speak of nodes.
gaps-why-registered-node = It stands outside Tencent Cloud and binds no security group.
gaps-why-registered-node-pool = Its nodes stand outside Tencent Cloud and bind no security group.
gaps-why-scope = "scope" in the configuration leaves this part out.
gaps-why-vpc-cni-pods = A Pod's own interface does not bind the node's groups unless the cluster's add-on is told to, so the node's groups say nothing of it.
gaps-why-detached-interface = It is in a container subnet and no machine uses it now. A Pod with a fixed address can use it again, with the security groups that it binds.
gaps-why-acl-default = No entry certainly matches some of the required packets. Documents do not tell whether the entries that the API lists include the default, which denies the rest, so these packets are not judged.
gaps-why-edge-cluster = Its nodes stand outside the VPC; the baseline's tables are not written for them.
gaps-why-serverless-entrance = No document says that the API tells the entrances of a serverless cluster without its credentials.
gaps-why-serverless-cluster = It has no nodes: each Pod is a machine of its own with groups of its own.
gaps-why-deleting-node-pool = It will make no further node; nodes that it still has are audited as nodes.
gaps-why-other = The baseline's tables are not written for it.

gaps-title-no-keys = No credentials
gaps-cause-no-keys = No credentials were found.
gaps-unknown-everything = Nothing was read, so everything is unknown.
gaps-advice-no-keys = Give credentials in one of these places; "sgaudit doctor" says what each of them holds.
gaps-what-now = how things are now
gaps-cause-too-old = The snapshot is older than --max-age allows ({ $code }).
gaps-cause-undated = The age of the snapshot is not known ({ $code }).
gaps-advice-too-old = Read it again: sgaudit fetch -o FILE.
gaps-advice-undated = Read it again: sgaudit fetch -o FILE.
gaps-cause-region = { $permission } knows no such region ({ $code }).
gaps-advice-region = { $near ->
    [none] Check the name of the region; --region all reads every region that has TKE.
   *[other] Did you mean { $near }? --region all reads every region that has TKE.
}
