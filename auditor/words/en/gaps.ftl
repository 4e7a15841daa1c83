# What could not be read or decided: title, cause, what hangs on it, what to do.

gaps-title-unread = Not read: { $what }
gaps-title-unread-of = Not read: { $what } ({ $resource })
gaps-title-unreadable = Not understood: { $resource }
gaps-title-not-auditable = Not audited: { $resource }
gaps-title-trunking-pods = Incomplete: the groups of Pods of { $resource }
gaps-title-undocumented = Not documented: { $resource } without a security group
gaps-title-until-apply = Known after apply: { $resource }

gaps-titles-unread = Not read: { $what } of { $things }
gaps-titles-unreadable = Not understood: { $things }
gaps-titles-not-auditable = Not audited: { $things }
gaps-titles-undocumented = Not documented: { $things } without a security group
gaps-titles-until-apply = Known after apply: { $things }

gaps-untouched = was there before and is not affected by the change

gaps-things-cluster = { $count ->
    [one] 1 cluster
   *[other] { $count } clusters
}
gaps-things-group = { $count ->
    [one] 1 security group
   *[other] { $count } security groups
}
gaps-things-machine = { $count ->
    [one] 1 instance
   *[other] { $count } instances
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
    [one] 1 object
   *[other] { $count } objects
}

gaps-cause-denied = CAM refuses { $permission } ({ $code }).
gaps-cause-credentials = The credentials are refused ({ $code }).
gaps-cause-clock = The clock of this machine is too far off for a valid signature ({ $code }).
gaps-cause-throttled = { $permission } was still over the rate limit after every retry ({ $code }).
gaps-cause-cloud = { $permission } returned an error ({ $code }).
gaps-cause-network = { $permission } got no complete response ({ $code }).
gaps-cause-unexpected = { $permission } got a response that is not from the API ({ $code }).
gaps-cause-partial = { $permission } did not return everything that is needed ({ $code }).
gaps-cause-missing = It is referenced but was not read.
gaps-cause-unreadable = The response has a form that Tencent Cloud does not document ({ $code }).
gaps-cause-not-auditable = There is nothing to audit ({ $code }).
gaps-cause-not-in-snapshot = The snapshot does not contain it.
gaps-cause-unknown-cluster = There is no such cluster in the regions that were read.
gaps-cause-no-cluster = There is no cluster in the regions that were read.
gaps-cause-not-audited = The cluster runs workloads, but none of them was checked.
gaps-cause-not-judged = The gate does not check what this resource does.
gaps-cause-nothing-judged = No cluster was checked, so this run has no verdict on any cluster.
gaps-cause-cluster-state = The cluster is in a state that leaves nothing to audit.
gaps-cause-unknown-peer = The configuration lists it as a peer, but it was not found.
gaps-cause-network-not-read = The networks of the cluster were not read: it is excluded, not running, or of a type that is only listed.
gaps-cause-listeners-left-out = The baseline depends on the load balancers, but they were left out or not read.
gaps-cause-pass-to-target = The API does not say whether the load balancer bypasses the groups of its back ends (pass to target).
gaps-cause-back-end-source = Tencent Cloud does not document which source address these back ends see.
gaps-cause-pod-node = The API does not say which node a Pod is on, and the nodes have different bindings.
gaps-cause-health-check-source = The API does not say which address the load balancer's health checks come from.
gaps-cause-trunking-pods = Pods of the cluster can have sub-interfaces, and no API action lists their groups.
gaps-cause-role = The role could not be assumed ({ $code }).
gaps-cause-other-account = The credentials open another account than the configuration says.
gaps-cause-part-not-read = The snapshot or recording does not contain this part of the audit.
gaps-cause-no-entrance-filter = The API returned neither the groups nor the allowlist that filter the entrance.
gaps-cause-undocumented-pods = Tencent Cloud's documents contradict each other on the groups of Pods on super nodes without a configured group.
gaps-cause-undocumented = Tencent Cloud does not document whether traffic is filtered on a native node, or the next node of a pool, without a security group.
gaps-cause-until-apply = The value is known only after the plan is applied.
gaps-said = { $cause } Message: { $message }
gaps-said-own = { $message }
gaps-alike = { $message } The others are similar.
gaps-requested = { $cause } Request { $request }.

gaps-unknown-clusters = The verdict on { $clusters } depends on it.
gaps-unknown-these = The verdicts on these { $count } clusters depend on it.
gaps-unknown-many = The verdicts on { $clusters } depend on it.
gaps-unknown-group = The traffic that { $group } allows for { $who } could not be fully checked.
gaps-unknown-region = The clusters of { $region } could not be fully listed.
gaps-unknown-account = The verdicts on all clusters of the account depend on it.
gaps-unknown-not-judged = There is no verdict on any cluster.
gaps-unknown-nothing = It is unknown whether this affects any verdict.

gaps-advice-denied = Grant { $permission } to these credentials; "sgaudit permissions" prints the whole policy.
gaps-advice-scope = Or exclude this part from the audit: "scope: {"{"}{ $part }: false{"}"}" in the configuration.
gaps-advice-credentials = Check the credentials; "sgaudit doctor" shows which ones are found and what they may do.
gaps-advice-clock = Set the clock of this machine, then run again.
gaps-advice-throttled = Run again when the account has fewer other calls, or with fewer --jobs.
gaps-advice-cloud = Look up the code in the API documentation; quote the request ID when you ask Tencent Cloud.
gaps-advice-network = Check the network path to the endpoint (proxy, DNS, --endpoint), then run again.
gaps-advice-unexpected = Check the network path to the endpoint (proxy, --endpoint), then run again.
gaps-advice-partial = Run again: something may have changed during the read. If it persists, check it in the console.
gaps-advice-missing = Run again; if it persists, check in the console whether it still exists.
gaps-advice-unreadable = Open it in the console and recreate it in a form that the console offers.
gaps-advice-not-auditable = Audit again when there is something to audit.
gaps-advice-not-in-snapshot = Check the spelling, or include it when you create the snapshot (sgaudit fetch).
gaps-advice-unknown-cluster = Check the ID and the region (--region), and whether the CAM policy covers only some clusters.
gaps-advice-no-cluster = Check the region (--region), and whether the CAM policy covers only some clusters: it hides the others.
gaps-advice-not-audited = Check its security groups by hand, or list the cluster under "exclude" in the configuration, with reason and owner.
gaps-advice-not-judged = Before you apply the plan, check by hand which security groups it binds or changes.
gaps-advice-nothing-judged = Check the region (--region), the clusters asked for, and "exclude" in the configuration.
gaps-advice-cluster-state = Audit again when the cluster is running.
gaps-advice-unknown-peer = Check its ID under "peers" in the configuration, and that its region is read.
gaps-advice-network-not-read = Remove the cluster from "exclude", or from "peers" and add its networks under "allow" in the configuration.
gaps-advice-listeners-left-out = Read the load balancers as well ("scope" in the configuration), or use a baseline that does not depend on them.
gaps-advice-pass-to-target = Check by hand who can get through the load balancer; the switch is in its details in the console.
gaps-advice-back-end-source = Check by hand who can get through the load balancer.
gaps-advice-pod-node = Bind the same groups to all nodes of the cluster, or check by hand who can get through.
gaps-advice-health-check-source = Allow the address of the load balancer on the back ends; 100.64.0.0/10 is allowed by default.
gaps-advice-trunking-pods = Check the security group policies of the cluster by hand, then waive this, or leave Pods out: "scope: {"{"}pods: false{"}"}" in the configuration.
gaps-advice-role = Correct the trust policy of the role, its ARN in the configuration, or the permissions of the credentials; "sgaudit doctor" tries each account.
gaps-advice-other-account = Correct the "id" or the "role_arn" of the account in the configuration.
gaps-advice-part-not-read = Read it again (sgaudit fetch), or leave the part out under "scope" in the configuration.
gaps-advice-no-entrance-filter = Let the audit read load balancers ("scope" in the configuration, clb: permissions). If the load balancer of the entrance is in another VPC, check its groups by hand and waive this.
gaps-advice-undocumented-pods = Set security groups in the super node pool, or waive this.
gaps-advice-undocumented = Bind the security group that the rest of the cluster uses.
gaps-advice-until-apply = Set the value in the plan, or audit again after the apply.

gaps-what-unknown = a response of the API
gaps-what-AssumeRole = the account behind the role
gaps-what-GetCallerIdentity = the account
gaps-what-DescribeRegions = the list of regions
gaps-what-DescribeClusters = the clusters and their networks
gaps-what-DescribeClusterInstances = the cluster's nodes
gaps-what-DescribeClusterNodePools = auto-scaling node pools
gaps-what-DescribeNodePools = the cluster's node pools
gaps-what-DescribeClusterAsGroups = auto-scaling groups without a node pool
gaps-what-DescribeIPAMD = the container subnets of VPC-CNI
gaps-what-DescribeEKSClusters = the subnets of serverless clusters
gaps-what-DescribeAddonValues = the groups of the next Pod interface (VPC-CNI)
gaps-what-DescribeClusterEndpoints = the API server entrances
gaps-what-DescribeClusterEndpointStatus = the status of an API server entrance
gaps-what-DescribeInstances = the groups of instances
gaps-what-DescribeLaunchConfigurations = the groups of a pool's next node
gaps-what-DescribeAutoScalingGroups = the subnets of a pool's next node
gaps-what-DescribeSecurityGroups = the names of groups
gaps-what-DescribeSecurityGroupPolicies = the rules
gaps-what-DescribeNetworkInterfaces = the network interfaces and their groups
gaps-what-DescribeAddressTemplates = address templates
gaps-what-DescribeAddressTemplateGroups = groups of address templates
gaps-what-DescribeServiceTemplates = service templates
gaps-what-DescribeServiceTemplateGroups = groups of service templates
gaps-what-DescribeVpcs = the VPC and its CIDR blocks
gaps-what-DescribeSubnets = node and container subnets
gaps-what-DescribeAssistantCidr = secondary CIDR blocks of the VPC
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
        [interfaces] Secondary network interfaces of nodes
        [pods] Network interfaces of Pods
        [load_balancers] Load balancers
        [endpoint] The API server entrances
       *[network_acls] Network ACLs of subnets
    }
gaps-covered-vpc-cni-pods = Pods with their own interfaces (VPC-CNI)
gaps-covered-detached-interface = { $count ->
    [one] 1 detached network interface
   *[other] { $count } detached network interfaces
}
gaps-covered-acl-default = { $count ->
    [one] The default of the network ACL of 1 subnet
   *[other] The defaults of the network ACLs of { $count } subnets
}
gaps-covered-edge-cluster = an edge cluster
gaps-covered-serverless-entrance = The API server entrances
gaps-covered-serverless-cluster = a serverless cluster
gaps-covered-deleting-node-pool = { $count ->
    [one] 1 node pool that is being deleted
   *[other] { $count } node pools that are being deleted
}
gaps-covered-other = { $count } of kind { $kind }

gaps-why-super-node = Each Pod there is its own instance with its own groups; the baseline only covers nodes.
gaps-why-super-node-pool = Each Pod there is its own instance with its own groups; the baseline only covers nodes.
gaps-why-registered-node = It is outside Tencent Cloud and has no security group.
gaps-why-registered-node-pool = Its nodes are outside Tencent Cloud and have no security group.
gaps-why-scope = "scope" in the configuration leaves this part out.
gaps-why-vpc-cni-pods = A Pod's own interface uses the node's groups only if the add-on is configured to, so the node's groups do not apply to it.
gaps-why-detached-interface = It is in a container subnet and unused now. A Pod with a fixed address can use it again, with the security groups of the interface.
gaps-why-acl-default = No entry certainly matches some of the required packets. Tencent Cloud does not document whether the entries in the API include the implicit deny, so these packets could not be checked.
gaps-why-edge-cluster = Its nodes are outside the VPC; the baseline does not apply to them.
gaps-why-serverless-entrance = Tencent Cloud documents no way to read the entrances of a serverless cluster without its credentials.
gaps-why-serverless-cluster = It has no nodes: each Pod is its own instance with its own groups.
gaps-why-deleting-node-pool = It creates no more nodes; its remaining nodes are audited as nodes.
gaps-why-other = The baseline does not apply to it.

gaps-title-no-keys = No credentials
gaps-cause-no-keys = No credentials were found.
gaps-unknown-everything = Nothing was read, so everything is unknown.
gaps-advice-no-keys = Set credentials in one of these places; "sgaudit doctor" shows what each of them contains.
gaps-what-now = the current state
gaps-title-tags-unknown = Unknown: the tags of { $resource }
gaps-cause-tags-unknown = The configuration chooses the baseline of the cluster by a tag. A recording keeps no tags, and a plan may not tell them before apply.
gaps-advice-tags-unknown = Read the cloud, name the cluster by its id in baselines:, or choose one baseline for all: --baseline NAME.
gaps-cause-too-old = The snapshot is older than --max-age allows ({ $code }).
gaps-cause-undated = The age of the snapshot is unknown ({ $code }).
gaps-advice-too-old = Read it again: sgaudit fetch -o FILE.
gaps-advice-undated = Read it again: sgaudit fetch -o FILE.
gaps-cause-region = { $permission } does not know this region ({ $code }).
gaps-advice-region = { $near ->
    [none] Check the name of the region; --region all reads every region that has TKE.
   *[other] Did you mean { $near }? --region all reads every region that has TKE.
}

gaps-title-report-damaged = Not usable: { $resource }
gaps-title-report-filtered = Filtered: { $resource }
gaps-title-report-incomplete = Incomplete: { $resource }
gaps-title-report-too-old = Too old: { $resource }
gaps-title-report-undated = Without a date: { $resource }
gaps-title-report-missing = No report: { $resource }
gaps-title-report-twice = In several reports: { $resource }
gaps-cause-report-damaged = The file is not a report that can be merged.
gaps-cause-report-filtered = The report hides findings on purpose.
gaps-cause-report-incomplete = The report is incomplete and does not say why.
gaps-cause-report-too-old = The report is older than --max-age allows.
gaps-cause-report-undated = The age of the report is unknown.
gaps-cause-report-missing = It is expected, and no report has it.
gaps-cause-report-twice = Several reports have it.
gaps-unknown-report = Its clusters have no verdict here.
gaps-advice-report-damaged = Write the report again: sgaudit audit --format json=PATH.
gaps-advice-report-filtered = Write the report again without --severity, --code, --node and --role.
gaps-advice-report-incomplete = Audit again.
gaps-advice-report-too-old = Audit again, or merge the newer report.
gaps-advice-report-undated = Audit again; a report of an audit without a recording has a date.
gaps-advice-report-missing = Look at the log of the job that should have written it, run the job again, and merge again.
gaps-advice-report-twice = Merge one of the reports alone.
