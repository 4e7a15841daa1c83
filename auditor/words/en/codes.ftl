# What "sgaudit rules" says of each code: title, what it means, an example, how to fix it.

codes-TSG101-title = Required traffic is blocked
codes-TSG101-what = The bindings of nodes block packets that the baseline requires: a rule denies them, or no rule allows them. Severity depends on what breaks: high for the container network, the cluster network and the API server, medium for NodePort and outbound traffic, low for traffic a cluster can run without.
codes-TSG101-example = Inbound rule 1 drops TCP 10250 from 10.0.0.0/8, and rule 3, which accepts everything from the node network, comes after it: the API server cannot reach the kubelet.
codes-TSG101-fix = Insert an ACCEPT for exactly the missing packets above the rule that denies them. If no rule matches, any position works.

codes-TSG201-title = More is open than needed
codes-TSG201-what = Packets pass that neither the baseline nor the configuration permits. Severity depends on who can reach it (any address, a public range, a private range, the VPC) and on the service (control plane, remote administration, data stores, everything else).
codes-TSG201-example = Inbound rule 4 accepts TCP 10250 from 0.0.0.0/0, "temp debug".
codes-TSG201-fix = Narrow the rule to the sources that need it, or delete it. Add intended access under "allow" in the configuration, and access that is accepted for a time under "waivers".

codes-TSG301-title = Different bindings in one cluster
codes-TSG301-what = Nodes, node pools, Masters or Pods of one cluster are bound to different security groups. Medium if the bindings let different packets through, low if they let the same packets through today.
codes-TSG301-example = Five nodes are bound to sg-a, then sg-b; two older nodes only to sg-b.
codes-TSG301-fix = Bind the same groups in the same order everywhere, including node pools.

codes-TSG302-title = An instance outside the cluster shares its group
codes-TSG302-what = An instance that is not a node of the cluster is bound to one of its security groups. It is as open as the nodes are, and every rule with this group as its source lets it in.
codes-TSG302-example = A jump host is bound to the group of the worker nodes.
codes-TSG302-fix = Give the instance its own group, then unbind the group of the cluster.

codes-TSG303-title = No security group
codes-TSG303-what = A node, a node pool or a secondary interface has no security group. All traffic is then allowed in both directions, and this finding stands for all the excess. Tencent Cloud does not document this for native nodes, the next node of a pool and Pods on super nodes: their requirements are unknown.
codes-TSG303-example = An instance was moved to another project, which unbinds its groups, and then added to the cluster.
codes-TSG303-fix = Bind the group that the rest of the cluster uses.

codes-TSG304-title = Rule is never reached (shadowed)
codes-TSG304-what = Earlier rules already handle every packet the rule matches, so it is never reached.
codes-TSG304-example = DROP TCP 22 from 0.0.0.0/0 below ACCEPT ALL from 0.0.0.0/0.
codes-TSG304-fix = Move it up if it should take effect, otherwise delete it. First check whether the group is bound elsewhere, where the rule may be in effect.

codes-TSG305-title = Rule is redundant
codes-TSG305-what = Without the rule, later rules or the implicit deny at the end would handle its packets the same way.
codes-TSG305-example = ACCEPT TCP 30080 from 10.0.0.0/16 above ACCEPT ALL from 10.0.0.0/8.
codes-TSG305-fix = Delete it, or delete the rules that would replace it, but not both.

codes-TSG901-title = Could not be read
codes-TSG901-what = A call was refused, failed after every retry, or returned less than expected. Only the verdicts that depend on it are unknown.
codes-TSG901-example = CAM refuses vpc:DescribeSecurityGroupPolicies for one group: the nodes bound to it are unknown.
codes-TSG901-fix = Grant what "sgaudit permissions" lists, or fix what the gap names, and run again.

codes-TSG902-title = Not understood
codes-TSG902-what = A rule, template or address has a form that Tencent Cloud does not document. Only the packets it could match are unknown.
codes-TSG902-example = A rule with protocol ALL and port 80.
codes-TSG902-fix = Open the rule in the console and recreate it in a form that the console offers.

codes-TSG903-title = Not auditable
codes-TSG903-what = Nothing in a cluster was checked, its state leaves nothing to audit, or the requested cluster does not exist; a region has no clusters; a configured peer cluster was not found.
codes-TSG903-example = A cluster that is being created.
codes-TSG903-fix = Check ID and region, run again when the cluster is running, or exclude the cluster in the configuration.

codes-TSG904-title = Not documented
codes-TSG904-what = Tencent Cloud does not document what happens here, so there is no verdict on it.
codes-TSG904-example = A native node without a security group (see TSG303).
codes-TSG904-fix = Bind a security group.

codes-TSG905-title = Known after apply
codes-TSG905-what = A planned change leaves a value open until it is applied, and the verdict depends on this value.
codes-TSG905-example = A rule whose source is the address of an instance that the plan creates.
codes-TSG905-fix = Write the value in the plan, or audit again after it is applied.

codes-TSG102-title = Load balancer path blocked
codes-TSG102-what = A load balancer listener forwards to nodes or Pods whose groups block its clients or its health checks.
codes-TSG102-example = A listener forwards TCP 80 to NodePort 31080, but the group of the nodes allows only 10.0.0.0/16: other clients get no answer.
codes-TSG102-fix = Allow the clients of the listener in the groups of the back ends, or remove the listener.

codes-TSG103-title = Network ACL blocks required traffic
codes-TSG103-what = An explicit entry of a subnet's network ACL blocks packets that the baseline requires.
codes-TSG103-example = Entry 3 of acl-12345678 drops TCP 10250 from another node subnet: the API server cannot reach the kubelets.
codes-TSG103-fix = Change the entry, or add an entry above it that accepts the packets.

codes-TSG202-title = Load balancer open
codes-TSG202-what = Any address can reach a listener: the traffic bypasses the groups of the nodes, or the load balancer's own group allows it.
codes-TSG202-example = A public load balancer has pass to target on and no group: listener TCP 6379 is open to any address.
codes-TSG202-fix = Bind a group to the load balancer that allows only the clients that need it.

codes-TSG306-title = Pod interface without a group
codes-TSG306-what = Interfaces of Pods have no security group, which is TKE's default for VPC-CNI: nothing filters their traffic.
codes-TSG306-example = The eniipamd add-on has security groups disabled, and the interfaces of 12 Pods have none.
codes-TSG306-fix = If Pods need a filter, enable security groups in the VPC-CNI add-on and set the groups.
