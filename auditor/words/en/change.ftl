# A planned change: files that are no plan, what each resource does, what the plan leaves open, drift.

change-plan-empty = { $file } is empty. Write a plan there first: terraform plan -out=tfplan && terraform show -json tfplan > plan.json
change-plan-not-json = { $file }:{ $line }: not valid JSON. Use the output of: terraform show -json tfplan
change-plan-binary = { $file } is the binary plan. Use its JSON: terraform show -json { $file } > plan.json
change-plan-stream = { $file } contains the log lines of "plan -json". Use the plan itself: terraform plan -out=tfplan && terraform show -json tfplan > plan.json
change-plan-state = { $file } is a state, not a plan. Run: terraform plan -out=tfplan && terraform show -json tfplan > plan.json
change-plan-other = { $file } is JSON, but not a plan. Use the output of: terraform show -json tfplan
change-plan-change-file = { $file } is a change file, not a plan. Use it with --change instead of --plan.
change-plan-version = { $file } is a plan of format version { $found }; supported: { $expected }. Create it with Terraform or OpenTofu 1.x, or update this tool.
change-plan-errored = { $file } is a plan that ended with an error, so it lacks changes. Fix the errors of "terraform plan", then plan again.
change-plan-shape = { $file } is not a valid Terraform plan: { $key } is malformed. Use the output of: terraform show -json tfplan

change-file-shape = { $file }:{ $line }: { $key }: { $expected }
change-file-unknown-key = { $file }:{ $line }: { $key }: unknown key { $found }; known keys: { $expected }
change-file-missing-key = { $file }:{ $line }: { $key }: the key { $expected } is missing
change-file-twice = { $file }:{ $line }: { $key }: duplicate { $found }, first given in line { $first }
change-file-rule = { $file }:{ $line }: { $key }: not a valid rule; a rule has an action, one peer and one service, as in { $expected }
change-file-unknown-target = { $file }:{ $line }: { $key }: { $found } is not a node, node pool or interface of the audited clusters

change-effect-rules = Sets the rules of { $group }.
change-effect-rules-emptied = Empties { $group } in both directions: traffic that only this group allows is denied.
change-effect-rules-order = Tencent Cloud does not document the order of the rules in { $group } after this.
change-effect-rules-contested = Other resources also write rules of { $group }: the last one to write wins.
change-effect-rules-untargeted = Writes rules, but the plan does not say to which group.
change-effect-rules-refused = Contains a rule of { $group } that the provider rejects at apply: { $place }.
change-effect-cluster-untraced = Belongs to a cluster, but the plan does not say which one.
change-effect-instance-untraced = Binds a group to an instance or interface, but the plan does not say which one.
change-effect-rule-in = Adds a rule to { $group }.
change-effect-rule-out = Removes a rule from { $group }.
change-effect-group-out = Deletes { $group }.
change-effect-group-in-use = Deletes { $group }, but the cloud refuses this while the group is bound or a rule of another group references it.
change-effect-template = Sets the entries of { $template }, which changes every rule that references it.
change-effect-template-out = Deletes { $template } and every rule that references it.
change-effect-pool = The next nodes of { $pool } will be bound to { $groups }; running nodes keep their groups.
change-effect-pool-in = Creates a node pool in { $cluster } whose nodes will be bound to { $groups }.
change-effect-pool-out = Deletes the node pool { $pool }.
change-effect-pool-kept = Empties the list of { $pool }, but the provider does not send an empty list: the pool keeps its groups.
change-effect-node = { $node } will be bound to { $groups } at apply.
change-effect-node-in = Adds { $node } to { $cluster }, where it will be bound to { $groups }.
change-effect-node-out = Removes { $node } from its cluster.
change-effect-not-sent = Shows another list, but never sends it: the instances keep their groups.
change-effect-member = Changes which instances or interfaces are bound to a group.
change-effect-member-in = Creates an instance or interface that is bound to a group.
change-effect-member-out = Removes an instance or interface that is bound to a group.
change-effect-interface = { $list ->
    [none] { $interface } of { $node } will have no security group after the apply.
    [unknown] The groups of { $interface } of { $node } are known only after the apply.
   *[listed] { $interface } of { $node } will be bound to { $groups } at apply.
}
change-effect-interface-in = { $list ->
    [none] Attaches { $interface } to { $node }, without a security group.
    [unknown] Attaches { $interface } to { $node }; its groups are known only after the apply.
   *[listed] Attaches { $interface } to { $node }, bound to { $groups }.
}
change-effect-pods = { $list ->
    [none] The next Pods of { $source } in { $cluster } will have no security group; running Pods keep their groups.
    [unknown] The groups of the next Pods of { $source } in { $cluster } are known only after the apply.
   *[listed] The next Pods of { $source } in { $cluster } will be bound to { $groups }; running Pods keep their groups.
}
change-effect-entrance-public = { $list ->
    [none] Opens the public entrance of { $cluster } without a security group: every client gets in.
    [unknown] Opens the public entrance of { $cluster }; its group is known only after the apply.
   *[listed] Opens the public entrance of { $cluster } to the clients that { $groups } allows.
}
change-effect-entrance-private = { $list ->
    [none] Opens the private entrance of { $cluster } without a security group: every client gets in.
    [unknown] Opens the private entrance of { $cluster }; its group is known only after the apply.
   *[listed] Opens the private entrance of { $cluster } to the clients that { $groups } allows.
}
change-effect-interface-out = Detaches { $interface } from { $node }.
change-effect-public-in = Gives { $target } a public address.
change-effect-public-out = Removes a public address from { $target }.
change-effect-left-out = Affects a part of the audit that the configuration leaves out (scope).
change-effect-part-unread = Affects a part of the audit that was not read.
change-effect-balancer = Changes the load balancer { $balancer }, and so the traffic to its back ends.
change-effect-balancer-in = Creates the load balancer { $balancer } with audited back ends.
change-effect-balancer-out = Deletes the load balancer { $balancer }.
change-effect-path-unknown = Gives a load balancer sources or back ends that the plan does not show, or that this version does not support.
change-effect-entrance-out = { $kind ->
    [public] Closes the public entrance of { $cluster }.
   *[private] Closes the private entrance of { $cluster }.
}
change-effect-add-on-out = Removes { $source } from { $cluster }.
change-effect-acl = Makes { $acl } filter the traffic of { $subnet }.
change-effect-acl-out = Leaves { $subnet } without a network ACL.
change-effect-subnet-untraced = Attaches a network ACL to a subnet, but the plan does not say which one.
change-effect-cluster-in = Creates the cluster { $cluster }.
change-effect-cluster-out = Deletes the cluster { $cluster }.
change-effect-cluster-labels = Changes the name or the tags of { $cluster }, by which the configuration selects clusters.
change-effect-cluster-networks = Changes the container subnets of { $cluster }, and so the required traffic.
change-effect-vpc = Changes the CIDR blocks of { $vpc }, and so the required traffic.
change-effect-vpc-out = Deletes { $vpc }, the VPC of an audited cluster.
change-effect-file-rules = Sets the { $direction } rules of { $group }.
change-effect-file-binding = Binds { $target } to { $groups }.
change-effect-account-unread = Belongs to an account that was not read.
change-effect-account-unknown = Belongs to an account that may not have been read.
change-effect-region-unread = Belongs to the region { $region }, which was not read.
change-effect-region-unknown = Belongs to a region that the plan does not show.
change-effect-cluster-unread = Belongs to the cluster { $cluster }, which was not read.
change-effect-type-unknown = References { $named }, but this version does not know the effect of this resource type.
change-effect-introduces = { $count ->
    [one] Introduces 1 finding.
   *[other] Introduces { $count } findings.
}
change-effect-resolves = { $count ->
    [one] Resolves 1 finding.
   *[other] Resolves { $count } findings.
}
change-effect-no-difference = Does not change the traffic that the audited bindings allow.
change-no-bearing = The change does not affect the security groups of the audited clusters.

change-introduces = { $count ->
    [one] The change introduces 1 finding: { $severities }{ $more }.
   *[other] The change introduces { $count } findings: { $severities }{ $more }.
}
change-introduces-nothing = { $before ->
    [0] The change introduces nothing{ $more }.
    [one] The change introduces nothing (1 finding was there before){ $more }.
   *[other] The change introduces nothing ({ $before } findings were there before){ $more }.
}

change-drift-rules = The live rules of { $resource } differ from those in the plan: the apply fails on the version, or overwrites them.
change-drift-rule-gone = The rule no longer exists in { $resource }.
change-drift-list = { $resource } has other groups now than at the time of the plan.
change-drift-template = { $resource } has other entries now than at the time of the plan.

change-gap-account-not-read = { $resource } belongs to an account that was not read, according to its provider block (assume_role, allowed_account_ids or forbidden_account_ids).
change-gap-account-unknown = The provider block of { $resource } names an account or role; it is unknown whether this is the account that was read.
change-gap-action-unknown = The plan has an action for { $resource } that this version does not know.
change-gap-change-deferred = Terraform defers the change of { $resource } to a later plan.
change-gap-cluster-not-read = { $resource } belongs to the cluster { $cluster }, which was not read.
change-gap-cluster-unknown = The region of { $resource } is not in the plan.
change-gap-cluster-untraced = The cluster of { $resource } is known only after the apply.
change-gap-direction-unsent = The plan has no rules for { $resource }, which has some now. The provider then sends none; whether the old ones stay is not documented.
change-gap-group-in-use = The plan deletes { $resource }, which is still bound, or still referenced by a rule, after the change: the cloud refuses this, and the apply fails halfway.
change-gap-instance-contested = Two resources change the list of { $resource }; their order is not guaranteed.
change-gap-instance-untraced = The instance or interface of { $resource } is known only after the apply.
change-gap-launch-gone = The plan deletes the launch configuration of { $resource }; the groups of its next nodes are not in the plan.
change-gap-list-by-reference = The plan lists the groups of { $resource } only by reference. A reference proves that a group is in the list, not that the list is complete; --trust-references treats it as complete.
change-gap-list-default = { $resource } names no security group: it gets a default group, and the plan does not say which one.
change-gap-list-emptied = The plan empties the list of { $resource }; Tencent Cloud does not document the effect.
change-gap-list-order = { $resource } will be bound to several groups in an order that the plan does not show, and the order matters.
change-gap-list-refused = { $resource } uses "security_group_ids", which the provider rejects at apply; use "orderly_security_group_ids".
change-gap-list-unknown = The groups of { $resource } are known only after the apply.
change-gap-members-unknown = The addresses bound to the group in { $resource } are known only after the apply.
change-gap-network-unknown = The address blocks of { $resource } are known only after the apply.
change-gap-not-read = The change puts { $resource } into effect, but it was not read.
change-gap-part-not-read = { $resource } affects a part of the audit that was not read.
change-gap-path-unknown = The sources or back ends that { $resource } gives to a load balancer are not in the plan.
change-gap-plan-incomplete = This plan is not complete (-target, or deferred changes): another plan would change more.
change-gap-project-moved = Moving { $resource } to another project unbinds its groups; its groups after the move are not in the plan.
change-gap-public-ip = The rule { $resource } uses MY_PUBLIC_IP, the address from which the plan is applied.
change-gap-region-not-read = { $resource } belongs to the region { $region }, which was not read; read it with --region { $region }.
change-gap-region-unknown = The region of { $resource } is not in the plan: the provider's region is an expression that cannot be resolved.
change-gap-rule-refused = The provider rejects a rule of { $resource } at apply: it has two peers or two services, or an unsupported form.
change-gap-rule-unknown = A part of the rule { $resource } is known only after the apply.
change-gap-rule-unreadable = The rule { $resource } has a form that Tencent Cloud does not document.
change-gap-rules-contested = Two resources write rules of { $resource }: the last one to write wins, and their order is not guaranteed.
change-gap-rules-order = The final order of the rules of { $resource } is not guaranteed, and it matters.
change-gap-rules-unknown = The rules of { $resource } are known only after the apply.
change-gap-rules-untargeted = A resource writes rules of a group that could be { $resource }.
change-gap-subnet-untraced = The subnet of { $resource } is known only after the apply.
change-gap-subnets-unknown = The address blocks of the subnets of { $resource } are not in the plan.
change-gap-template-unknown = The entries of { $resource } are known only after the apply.
change-gap-type-unknown = This version does not know the effect of { $resource }, which references an audited object.

change-report-none-is-a-group = { $changes ->
    [0] The plan changes nothing; looked at
    [one] The 1 planned change cannot affect
   *[other] None of { $changes } planned changes can affect
} { $groups ->
    [one] the security group
   *[other] the { $groups } security groups
} of { $clusters }.
change-report-some-are-groups = { $resources } of { $changes } planned changes can affect groups, but { $groups ->
    [one] not the group
   *[other] none of the { $groups } groups
} of { $clusters }.
change-report-before = There before (--all): { $counts }. Exit code { $code }.
change-report-introduced = INTRODUCED, { $count }
change-report-resolved = RESOLVED, { $count }
change-report-verdicts = VERDICTS THAT CHANGE
change-report-verdict = { $cluster }: { $before } -> { $after }
change-report-left = { $findings ->
    [0] No finding was there before.
    [one] 1 finding was there before (--all).
   *[other] { $findings } findings were there before (--all).
}{ $gaps ->
    [0] {""}
    [one] {" "}1 thing that could not be checked is not affected by the change.
   *[other] {" "}{ $gaps } things that could not be checked are not affected by the change.
}
