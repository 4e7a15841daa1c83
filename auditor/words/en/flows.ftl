# What explain, fix and diff say.

flows-verdict-allow = ALLOWED
flows-verdict-deny = DENIED
flows-verdict-unknown = UNKNOWN
flows-who = { $cluster }, { $role } stack ({ $who }), bound to { $groups }
flows-who-unbound = { $cluster }, { $role } stack ({ $who }), bound to no security group
flows-hop = { $rule } - { $why }
flows-end = end of the list: no rule matched, so the packet is denied
flows-end-else = end of the list: the packet is denied, unless what was not read lets it through
flows-end-balancer = end of the list: no rule matched, so the implicit deny applies, except to health checks
flows-label-reason = Reason
flows-balancer-source = 100.64.0.0/10 and 169.254.128.0/17 are the sources of health checks. The cloud lets them in by default for load balancers of the same account; the rules deny this packet from anything else.
flows-health-check = { $listeners } sends its health checks from 100.64.0.0/10 to this port, and the cloud lets them in by default for load balancers of the same account.
flows-through = through { $listener }
flows-balancer-unbound = no group is bound to the load balancer: every client passes it
flows-balancer-unread = the groups of the load balancer were not read
flows-arrives-applies = arrives at the back end as { $flow }, and its groups filter it
flows-arrives-bypassed = arrives at the back end as { $flow }, and its groups do not filter it (pass to target)
flows-arrives-unknown = arrives at the back end as { $flow }; whether its groups filter it is unknown
flows-unread-group = the rules of this group were not read
flows-no-rules = no rules
flows-described = { $rule }, "{ $text }"
flows-match-decides = matches and decides
flows-match-could = could match: part of it was not readable
flows-match-protocol = another protocol
flows-match-port = other ports
flows-match-family = the other address family
flows-match-address = other addresses
flows-label-peer = Peer
flows-peer-worst = { $peer }, shown for { $address }
flows-peer-allowed = allowed: { $blocks }
flows-peer-denied = denied: { $blocks }
flows-peer-unknown = unknown: { $blocks }
flows-peer-incomplete = { $peer } may have other addresses, which were not read
flows-label-waiver = Waiver
flows-blocks = list of blocks of the entrance: ACCEPT TCP 443 from { $blocks }
flows-unfiltered = no group is bound: nothing filters, everything passes
flows-unbound = no group is bound: no document says what then passes
flows-as-far-as-read = { $said }, as far as the networks of the cluster were read
flows-diff-reports = Reports hold findings alone: compare snapshots (sgaudit fetch -o) to see which rules and bindings changed.
flows-label-needed = Baseline
flows-needed = needed by { $requirements }
flows-permitted = not needed, and permitted
flows-not-permitted = neither needed nor permitted by the baseline or the configuration

flows-rules-ingress = inbound rules
flows-rules-egress = outbound rules
flows-fix-title = { $count ->
    [0] No rule needs to change.
    [one] One list of rules to change. Nothing was written to the cloud.
   *[other] { $count } lists of rules to change. Nothing was written to the cloud.
}
flows-fix-group = { $group }, { $rules }, in { $region }
flows-step-insert = insert as rule { $number }: { $new }
flows-step-replace = rule { $number }: { $old } -> { $new }
flows-step-delete = rule { $number }: { $old }
flows-step-for = { $step }  # { $ids }
flows-step-described = { $rule } "{ $text }"
flows-fix-shared = Bound as well by { $others }; the proof covers every stack among them.
flows-heading-proof = PROOF, from the patched state evaluated anew
flows-proof = { $count ->
    [one] 1 finding is resolved, and no other packet is decided differently.
   *[other] { $count } findings are resolved, and no other packet is decided differently.
}
flows-label-opened = Opened
flows-label-closed = Closed
flows-label-unsettled = Undecided
flows-label-effect = Effect
flows-heading-remaining = WHAT REMAINS, and why
flows-remaining = { $count ->
    [one] { $why }:
   *[other] { $why } ({ $count } findings):
}
flows-left = { $cluster }: { $title } ({ $fingerprint })
flows-left-by = { $cluster }: { $title }, by { $rules } ({ $fingerprint })
flows-why-explicit-deny = denied by a rule on purpose; --override-drops puts the change above it
flows-why-shared-group = every place for the rule would change another stack that binds the group
flows-why-undecided = something that was not read could decide these packets or stands in the list to change
flows-why-quota = the group would have more rules than its quota allows
flows-why-no-rule = no rule names these packets without others that must stay as they are
flows-why-unproved = the change found did not pass its proof and was left out; please report it with a snapshot (sgaudit fetch -o)
flows-why-close-excess = open in excess; --close-excess closes it
flows-why-less-severe = less severe than asked for; --severity low includes it
flows-why-other-filter = about the path through a load balancer or a network ACL: change that by hand, as the advice on the finding says
flows-why-not-rules = no change of rules closes it, only a change of what binds which group

flows-diff-title = { $new } new, { $fixed } fixed, { $unchanged } unchanged findings{ $unknown ->
        [0] {""}
       *[other] {""}, { $unknown } unknown
    }
flows-heading-new = NEW
flows-heading-fixed = FIXED
flows-heading-unknown = UNKNOWN: the newer side could not read or decide them
flows-heading-rules = RULES
flows-heading-bindings = BINDINGS
flows-finding = { $cluster }: { $title }. { $message }
flows-diff-group = { $group }, { $rules }
flows-rule = rule { $number }: { $rule }
flows-moved = rule { $before } moved to { $after }: { $rule }
flows-redescribed = rule { $number }, description: "{ $before }" -> "{ $after }"
flows-no-effect = no packet decided differently
flows-binding = { $node } of { $cluster }: { $before }, now { $after }
flows-absent = not there, or not read
