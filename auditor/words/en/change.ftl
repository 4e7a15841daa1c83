# A planned change: files that are no plan, what each resource does, what the plan leaves open, drift.

change-plan-empty = { $file } is empty. Write a plan there first: terraform plan -out=tfplan && terraform show -json tfplan > plan.json
change-plan-not-json = { $file }:{ $line }: this is no JSON. Give the output of: terraform show -json tfplan
change-plan-binary = { $file } is the binary plan. Give its JSON: terraform show -json { $file } > plan.json
change-plan-stream = { $file } holds the log lines of "plan -json". Give the plan itself: terraform plan -out=tfplan && terraform show -json tfplan > plan.json
change-plan-state = { $file } is a state, not a plan. Run: terraform plan -out=tfplan && terraform show -json tfplan > plan.json
change-plan-other = { $file } is JSON, but no plan. Give the output of: terraform show -json tfplan
change-plan-change-file = { $file } is a change file, not a plan. Give it to --change instead of --plan.
change-plan-version = { $file } is a plan of format version { $found }; { $expected } is understood. Make it with Terraform or OpenTofu 1.x, or update this tool.
change-plan-errored = { $file } is a plan that ended with an error, so changes are missing from it. Put right what "terraform plan" complains about, then plan again.
change-plan-shape = { $file } is no plan that Terraform writes: { $key } has another form. Give the output of: terraform show -json tfplan

change-file-shape = { $file }:{ $line }: { $key }: { $expected }
change-file-unknown-key = { $file }:{ $line }: { $key }: unknown key { $found }; known here: { $expected }
change-file-missing-key = { $file }:{ $line }: { $key }: the key { $expected } is missing
change-file-twice = { $file }:{ $line }: { $key }: { $found } is given in line { $first } already
change-file-rule = { $file }:{ $line }: { $key }: this rule has no meaning; a rule has action, one peer and one service, as in { $expected }
change-file-unknown-target = { $file }:{ $line }: { $key }: { $found } is neither a node, a node pool nor an interface of the audited clusters

change-effect-rules = Sets the rules of { $group }.
change-effect-rules-emptied = Empties { $group } in both directions: everything that only this group lets through is denied.
change-effect-rules-order = No document assures the order of the rules in { $group } after this.
change-effect-rules-contested = Is not the only resource that writes rules of { $group }: the last one to write wins.
change-effect-rules-untargeted = Writes rules, but the plan does not say of which group.
change-effect-rules-refused = Asks for a rule of { $group } that the provider refuses when it applies: { $place }.
change-effect-cluster-untraced = Belongs to a cluster, but the plan does not say to which.
change-effect-instance-untraced = Binds a group to a machine or interface, but the plan does not say to which.
change-effect-rule-in = Puts a rule into { $group }.
change-effect-rule-out = Takes a rule out of { $group }.
change-effect-group-out = Deletes { $group }.
change-effect-group-in-use = Asks to delete { $group }, which the cloud refuses as long as something binds it or a rule of another group names it.
change-effect-template = Sets the entries of { $template }, and with them every rule that names it.
change-effect-template-out = Deletes { $template }, and with it every rule that names it.
change-effect-pool = The next nodes of { $pool } will bind { $groups }; nodes that run keep their groups.
change-effect-pool-in = Makes a node pool in { $cluster } whose nodes will bind { $groups }.
change-effect-pool-out = Deletes the node pool { $pool }.
change-effect-pool-kept = Empties the list of { $pool }, but an empty list is not sent: the pool keeps its groups.
change-effect-node = { $node } will bind { $groups }, as soon as it is applied.
change-effect-node-in = Puts { $node } into { $cluster }, where it will bind { $groups }.
change-effect-node-out = Takes { $node } out of its cluster.
change-effect-not-sent = Shows another list, but never sends it: the machines keep their groups.
change-effect-member = Changes which machines or interfaces bind a group.
change-effect-member-in = Makes a machine or interface that binds a group.
change-effect-member-out = Removes a machine or interface that binds a group.
change-effect-interface = { $list ->
    [none] { $interface } of { $node } will bind no security group, as soon as it is applied.
    [unknown] Which groups { $interface } of { $node } will bind is known only after the apply.
   *[listed] { $interface } of { $node } will bind { $groups }, as soon as it is applied.
}
change-effect-interface-in = { $list ->
    [none] Attaches { $interface } to { $node }, where it will bind no security group.
    [unknown] Attaches { $interface } to { $node }; which groups it will bind there is known only after the apply.
   *[listed] Attaches { $interface } to { $node }, where it will bind { $groups }.
}
change-effect-pods = { $list ->
    [none] The next Pods of { $source } in { $cluster } will bind no security group; Pods that run keep their groups.
    [unknown] Which groups the next Pods of { $source } in { $cluster } will bind is known only after the apply.
   *[listed] The next Pods of { $source } in { $cluster } will bind { $groups }; Pods that run keep their groups.
}
change-effect-entrance-public = { $list ->
    [none] Opens the public entrance of { $cluster } without a security group: every client gets in.
    [unknown] Opens the public entrance of { $cluster }; which group filters it is known only after the apply.
   *[listed] Opens the public entrance of { $cluster } to what { $groups } lets in.
}
change-effect-entrance-private = { $list ->
    [none] Opens the private entrance of { $cluster } without a security group: every client gets in.
    [unknown] Opens the private entrance of { $cluster }; which group filters it is known only after the apply.
   *[listed] Opens the private entrance of { $cluster } to what { $groups } lets in.
}
change-effect-interface-out = Takes { $interface } from { $node }.
change-effect-public-in = Gives { $target } a public address.
change-effect-public-out = Takes a public address from { $target }.
change-effect-left-out = Concerns a part of the audit that the configuration leaves out (scope).
change-effect-part-unread = Concerns a part of the audit that was not read.
change-effect-balancer = Changes the load balancer { $balancer }, and with it what reaches its back ends.
change-effect-balancer-in = Makes the load balancer { $balancer } with back ends that were audited.
change-effect-balancer-out = Deletes the load balancer { $balancer }.
change-effect-path-unknown = Gives a load balancer sources or back ends that the plan does not tell, or that this version does not follow.
change-effect-entrance-out = { $kind ->
    [public] Closes the public entrance of { $cluster }.
   *[private] Closes the private entrance of { $cluster }.
}
change-effect-add-on-out = Removes { $source } from { $cluster }.
change-effect-acl = Lets { $acl } filter what enters and leaves { $subnet }.
change-effect-acl-out = Leaves { $subnet } without a network ACL.
change-effect-subnet-untraced = Attaches a network ACL to a subnet, but the plan does not say to which.
change-effect-cluster-in = Makes the cluster { $cluster }.
change-effect-cluster-out = Deletes the cluster { $cluster }.
change-effect-cluster-networks = Changes the container subnets of { $cluster }, and with them what must pass.
change-effect-vpc = Changes the blocks of { $vpc }, and with them what must pass.
change-effect-vpc-out = Deletes { $vpc }, in which an audited cluster is.
change-effect-file-rules = Sets the { $direction } rules of { $group }.
change-effect-file-binding = Lets { $target } bind { $groups }.
change-effect-account-unread = Belongs to another account than the one that was read.
change-effect-account-unknown = Belongs to an account that may not be the one that was read.
change-effect-region-unread = Belongs to the region { $region }, which was not read.
change-effect-region-unknown = Belongs to a region that the plan does not tell.
change-effect-cluster-unread = Belongs to the cluster { $cluster }, which was not read.
change-effect-type-unknown = Names { $named }, and this version does not know what a resource of this type does.
change-effect-introduces = { $count ->
    [one] Introduces 1 finding.
   *[other] Introduces { $count } findings.
}
change-effect-resolves = { $count ->
    [one] Resolves 1 finding.
   *[other] Resolves { $count } findings.
}
change-effect-no-difference = Makes no difference to what the audited stacks let through.
change-no-bearing = The change has no bearing on the security groups of the audited clusters.

change-introduces = { $count ->
    [one] The change introduces 1 finding: { $severities }{ $more }.
   *[other] The change introduces { $count } findings: { $severities }{ $more }.
}
change-introduces-nothing = { $before ->
    [0] The change introduces nothing{ $more }.
    [one] The change introduces nothing (1 finding was there before){ $more }.
   *[other] The change introduces nothing ({ $before } findings were there before){ $more }.
}

change-drift-rules = The live rules of { $resource } are not those that the plan was made from: the apply fails on the version, or overwrites them.
change-drift-rule-gone = The rule is not in { $resource } any more.
change-drift-list = { $resource } binds other groups now than when the plan was made.
change-drift-template = { $resource } has other entries now than when the plan was made.

change-gap-account-not-read = { $resource } belongs to another account than the one that was read, as its provider block says (assume_role, allowed_account_ids or forbidden_account_ids).
change-gap-account-unknown = The provider block of { $resource } names an account or role; whether that is the account that was read cannot be told.
change-gap-action-unknown = What the plan does with { $resource } is a kind of action that this version does not know.
change-gap-change-deferred = Terraform puts the change of { $resource } off to a later plan.
change-gap-cluster-not-read = { $resource } belongs to the cluster { $cluster }, which was not read.
change-gap-cluster-unknown = The region of { $resource } is not in the plan.
change-gap-cluster-untraced = Which cluster { $resource } belongs to is known only after the apply.
change-gap-direction-unsent = The plan has no rules for { $resource }, where there are some now. The provider then sends none: whether the old ones stay is documented nowhere.
change-gap-group-in-use = The plan deletes { $resource }, which something still binds, or a rule still names, after it: the cloud refuses that, and the apply ends half way.
change-gap-instance-contested = Two resources change the list of { $resource }; which comes last is not assured.
change-gap-instance-untraced = Which machine or interface { $resource } is about is known only after the apply.
change-gap-launch-gone = The plan deletes what { $resource } launches from; which groups its next nodes will bind is not in the plan.
change-gap-list-by-reference = Which groups { $resource } will bind is known by reference alone. A reference proves that a group is in the list, not that the list is complete; --trust-references takes it as complete.
change-gap-list-default = { $resource } names no security group: it gets a default one, and the plan does not say which.
change-gap-list-emptied = The plan empties the list of { $resource }; what the cloud does with that is documented nowhere.
change-gap-list-order = { $resource } will bind several groups in an order that the plan does not tell, and the order makes a difference.
change-gap-list-refused = { $resource } uses "security_group_ids", which the provider refuses when it applies; use "orderly_security_group_ids".
change-gap-list-unknown = Which groups { $resource } will bind is known only after the apply.
change-gap-members-unknown = Which addresses will bind the group named in { $resource } is known only after the apply.
change-gap-network-unknown = Which address blocks belong to { $resource } is known only after the apply.
change-gap-not-read = The change makes { $resource } count, and it was not read.
change-gap-part-not-read = { $resource } concerns a part of the audit that was not read.
change-gap-path-unknown = Which sources or back ends { $resource } gives to a load balancer cannot be told from the plan.
change-gap-plan-incomplete = This plan is not complete (-target, or changes put off): a further plan would change more.
change-gap-project-moved = Moving { $resource } to another project unbinds its groups; which it binds afterwards is not in the plan.
change-gap-public-ip = The rule { $resource } names MY_PUBLIC_IP, the address from which the plan is applied.
change-gap-region-not-read = { $resource } belongs to the region { $region }, which was not read; read it with --region { $region }.
change-gap-region-unknown = Which region { $resource } belongs to is not in the plan: the provider's region is written in a way that cannot be followed.
change-gap-rule-refused = The provider refuses a rule of { $resource } when it applies: it names two peers or two services, or has a form that the provider does not take.
change-gap-rule-unknown = A part of the rule { $resource } is known only after the apply.
change-gap-rule-unreadable = The rule { $resource } has a form that no document explains.
change-gap-rules-contested = Two resources write rules of { $resource }: the last one to write wins, and which that is is not assured.
change-gap-rules-order = The order in which the rules of { $resource } end up is not assured, and it makes a difference.
change-gap-rules-unknown = The rules of { $resource } are known only after the apply.
change-gap-rules-untargeted = A resource writes rules of a group that could be that of { $resource }.
change-gap-subnet-untraced = Which subnet { $resource } is about is known only after the apply.
change-gap-subnets-unknown = The address blocks of the subnets of { $resource } are not in the plan.
change-gap-template-unknown = The entries of { $resource } are known only after the apply.
change-gap-type-unknown = This version does not know what { $resource } does, and it names something that was audited.

change-report-none-is-a-group = { $changes ->
    [0] The plan changes nothing; looked at: { $groups } security groups of { $clusters }.
    [one] The 1 planned change cannot affect the { $groups } security groups of { $clusters }.
   *[other] None of { $changes } planned changes can affect the { $groups } groups of { $clusters }.
}
change-report-some-are-groups = { $resources } of { $changes } planned changes can affect groups, but none of the { $groups } of { $clusters }.
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
    [one] {" "}1 gap does not touch the change.
   *[other] {" "}{ $gaps } gaps do not touch the change.
}
