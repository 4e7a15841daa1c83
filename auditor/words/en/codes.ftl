# What "sgaudit rules" says of each code: title, what it means, an example, how to fix it.

codes-TSG101-title = Required traffic is blocked
codes-TSG101-what = Packets that the baseline requires do not pass the groups that nodes bind: a rule denies them, or none lets them in. Severity goes by what breaks: high for container network, cluster network and API server, medium for NodePort and outbound traffic, low for what a cluster can run without.
codes-TSG101-example = Inbound rule 1 drops TCP 10250 from 10.0.0.0/8, and rule 3, which accepts everything from the node network, comes after it: the API server cannot reach the kubelet.
codes-TSG101-fix = Insert an ACCEPT for exactly the missing packets above the rule that denies them. Where no rule matches, any place in the list will do.

codes-TSG201-title = More is open than needed
codes-TSG201-what = Packets pass that neither the baseline nor the configuration names. Severity goes by who reaches it (any address, a public range, a private range, the VPC) and what it is (control plane, remote administration, data stores, all else).
codes-TSG201-example = Inbound rule 4 accepts TCP 10250 from 0.0.0.0/0, "temp debug".
codes-TSG201-fix = Narrow the rule to the sources that need it, or delete it. What is open on purpose belongs under "allow" in the configuration; what is accepted for a time, under "waivers".

codes-TSG301-title = Different groups in one cluster
codes-TSG301-what = Nodes, pools, Masters or Pods of one cluster bind different lists of security groups. Medium where the lists let different packets through, low where they let the same through today.
codes-TSG301-example = Five nodes bind sg-a, then sg-b; two older ones bind sg-b alone.
codes-TSG301-fix = Bind the same groups in the same order everywhere, pools included.

codes-TSG302-title = A machine outside the cluster binds its group
codes-TSG302-what = An instance that is no node of the cluster binds one of its security groups. It is as open as the nodes are, and every rule that names the group as its source lets it in.
codes-TSG302-example = A jump host binds the group of the worker nodes.
codes-TSG302-fix = Give the machine a group of its own, then unbind the cluster's.

codes-TSG303-title = No security group is bound
codes-TSG303-what = A node, a pool or a further network interface binds no security group at all. Everything passes without one, in both directions, and the finding counts for all of it. For native nodes, the next node of a pool and Pods of super nodes the documents do not say so: their requirements are unknown.
codes-TSG303-example = A machine was moved to another project, which unbinds its groups, and then added to the cluster.
codes-TSG303-fix = Bind the group that the rest of the cluster binds.

codes-TSG304-title = A rule decides nothing
codes-TSG304-what = Earlier rules together decide every packet that the rule names; it is never reached.
codes-TSG304-example = DROP TCP 22 from 0.0.0.0/0 below ACCEPT ALL from 0.0.0.0/0.
codes-TSG304-fix = Move it up if it was meant to count, delete it if not. Look first whether the group is bound in other lists, where the rule may decide packets.

codes-TSG305-title = A rule changes nothing
codes-TSG305-what = Without the rule, later ones (or the end of the list) would decide its packets alike.
codes-TSG305-example = ACCEPT TCP 30080 from 10.0.0.0/16 above ACCEPT ALL from 10.0.0.0/8.
codes-TSG305-fix = Delete it, or those that would decide instead, but not both.

codes-TSG901-title = Not read
codes-TSG901-what = A call was refused or failed after every retry, or answered less than it promised. What depends on it is unknown, and nothing else.
codes-TSG901-example = CAM refuses vpc:DescribeSecurityGroupPolicies for one group: the nodes that bind it are unknown.
codes-TSG901-fix = Grant what "sgaudit permissions" lists, or put right what the gap names, and run again.

codes-TSG902-title = Not understood
codes-TSG902-what = An answer holds a rule, template or address of a form that no document explains. Only the packets that it could decide are unknown.
codes-TSG902-example = A rule whose protocol is ALL and whose port is 80.
codes-TSG902-fix = Open the rule in the console and write it anew in a form that the console offers.

codes-TSG903-title = Not auditable
codes-TSG903-what = A cluster of which nothing was judged, whose state leaves nothing to audit, or that was asked for and does not exist; a region without clusters; a configured peer that was not found.
codes-TSG903-example = A cluster that is being created.
codes-TSG903-fix = Check id and region, run again when the cluster is running, or exclude the cluster in the configuration.

codes-TSG904-title = Documented nowhere
codes-TSG904-what = What the cloud does here is documented nowhere, so no verdict is given on it.
codes-TSG904-example = A native node that binds no security group (see TSG303).
codes-TSG904-fix = Bind a security group.

codes-TSG905-title = Known after apply
codes-TSG905-what = A planned change leaves a value open until it is applied, and the verdict depends on it.
codes-TSG905-example = A rule whose source is the address of a machine that the plan creates.
codes-TSG905-fix = Write the value in the plan, or audit again after it is applied.

codes-TSG102-title = Load balancer path blocked
codes-TSG102-what = A listener of a load balancer forwards to nodes or Pods whose groups stop its clients or its health checks.
codes-TSG102-example = A listener forwards TCP 80 to NodePort 31080, and the nodes' group lets only 10.0.0.0/16 in: clients from elsewhere get no answer.
codes-TSG102-fix = Let the clients of the listener in where the groups of the back ends stop them, or remove the listener.

codes-TSG103-title = Network ACL blocks required traffic
codes-TSG103-what = An explicit entry of a subnet's network ACL stops packets that the baseline requires.
codes-TSG103-example = Entry 3 of acl-12345678 drops TCP 10250 from another node subnet: the API server cannot reach the kubelets.
codes-TSG103-fix = Change the entry, or place an entry that accepts the packets above it.

codes-TSG202-title = Load balancer open
codes-TSG202-what = Any address reaches a listener, past the groups of the nodes or because the load balancer's own group lets it in.
codes-TSG202-example = A public load balancer passes its clients to the nodes by default (pass to target) and binds no group: listener TCP 6379 is open to any address.
codes-TSG202-fix = Bind a group to the load balancer that lets in only the clients that need it.

codes-TSG306-title = Pod interface without a group
codes-TSG306-what = Interfaces that carry Pods bind no security group, which is TKE's default for VPC-CNI: nothing filters their traffic.
codes-TSG306-example = The add-on eniipamd has security groups switched off, and the interfaces of 12 Pods bind none.
codes-TSG306-fix = If Pods need a filter, switch security groups on in the VPC-CNI add-on and name the groups.
