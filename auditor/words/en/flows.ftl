# What explain, fix and diff say.

flows-verdict-allow = ALLOWED
flows-verdict-deny = DENIED
flows-verdict-unknown = UNKNOWN
flows-who = { $cluster }, { $role } ({ $who }), bound to { $groups }
flows-who-unbound = { $cluster }, { $role } ({ $who }), no security group
flows-hop = { $rule } - { $why }
flows-end = no rule matched: the implicit deny at the end applies
flows-end-else = no rule matched: the implicit deny at the end applies, unless a rule that could not be read allows the packet
flows-end-balancer = no rule matched: the implicit deny at the end applies, except to health checks
flows-label-reason = Reason
flows-balancer-source = Health checks come from 100.64.0.0/10 and 169.254.128.0/17. The cloud allows them by default for load balancers of the same account; the rules deny this packet from any other source.
flows-health-check = { $listeners } sends its health checks from 100.64.0.0/10 to this port; the cloud allows them by default for load balancers of the same account.
flows-through = through { $listener }
flows-balancer-unbound = the load balancer has no group: every client gets through
flows-balancer-unread = the groups of the load balancer were not read
flows-arrives-applies = arrives at the back end as { $flow }, and its groups filter it
flows-arrives-bypassed = arrives at the back end as { $flow }, and its groups do not filter it (pass to target)
flows-arrives-unknown = arrives at the back end as { $flow }; whether its groups filter it is unknown
flows-unread-group = the rules of this group could not be read
flows-no-rules = no rules
flows-described = { $rule }, "{ $text }"
flows-match-decides = matches and decides
flows-match-could = could match: part of it is not readable
flows-match-protocol = different protocol
flows-match-port = different ports
flows-match-family = different address family
flows-match-address = different addresses
flows-label-peer = Peer
flows-peer-worst = { $peer }, shown for { $address }
flows-peer-allowed = allowed: { $blocks }
flows-peer-denied = denied: { $blocks }
flows-peer-unknown = unknown: { $blocks }
flows-peer-incomplete = { $peer } may have other addresses, which were not read
flows-label-waiver = Waiver
flows-blocks = allowlist of the entrance: ACCEPT TCP 443 from { $blocks }
flows-unfiltered = no security group: nothing is filtered, everything passes
flows-unbound = no security group: Tencent Cloud does not document what passes then
flows-as-far-as-read = { $said }, based on the cluster networks that were read
flows-diff-reports = Reports contain only findings: compare snapshots (sgaudit fetch -o) to see which rules and bindings changed.
flows-label-needed = Baseline
flows-needed = needed by { $requirements }
flows-permitted = not needed, but permitted
flows-not-permitted = neither needed nor permitted by the baseline or the configuration

flows-rules-ingress = inbound rules
flows-rules-egress = outbound rules
flows-fix-title = { $count ->
    [0] No rule needs to change.
    [one] 1 list of rules to change. Nothing was written to the cloud.
   *[other] { $count } lists of rules to change. Nothing was written to the cloud.
}
flows-fix-none = No change of rules to propose.
flows-fix-group = { $group }, { $rules }, in { $region }
flows-step-insert = insert as rule { $number }: { $new }
flows-step-replace = rule { $number }: { $old } -> { $new }
flows-step-delete = rule { $number }: { $old }
flows-step-for = { $step }  # { $ids }
flows-step-described = { $rule } "{ $text }"
flows-fix-shared = Also bound by { $others }; the proof covers all of these bindings.
flows-heading-proof = PROOF: re-evaluated after the change
flows-proof = { $count ->
    [one] 1 finding is resolved; every other packet is handled as before.
   *[other] { $count } findings are resolved; every other packet is handled as before.
}
flows-label-opened = Opened
flows-label-closed = Closed
flows-label-unsettled = Not checked
flows-label-effect = Effect
flows-heading-remaining = WHAT REMAINS, and why
flows-remaining = { $count ->
    [one] { $why }:
   *[other] { $why } ({ $count } findings):
}
flows-left = { $cluster }: { $title } ({ $fingerprint })
flows-left-by = { $cluster }: { $title }, by { $rules } ({ $fingerprint })
flows-why-explicit-deny = an explicit DROP blocks it; --override-drops inserts above it
flows-why-shared-group = any position for the rule would change another binding of the group
flows-why-undecided = a rule or reference that could not be checked may match these packets, or is in the list to change
flows-why-quota = the group would exceed its rule quota
flows-why-no-rule = no rule can match these packets without also matching packets that must not change
flows-why-unproved = the change did not pass its proof and was left out; please report this with a snapshot (sgaudit fetch -o)
flows-why-close-excess = open in excess; --close-excess closes it
flows-why-less-severe = below the requested severity; --severity low includes it
flows-why-other-filter = about the path through a load balancer or a network ACL: fix it by hand, as the advice of the finding says
flows-why-not-rules = fix the group bindings; rule changes cannot close it

flows-diff-title = { $new } new, { $fixed } fixed, { $unchanged } unchanged findings{ $unknown ->
        [0] {""}
       *[other] {""}, { $unknown } could not be checked
    }
flows-heading-new = NEW
flows-heading-fixed = FIXED
flows-heading-unknown = COULD NOT BE CHECKED on the newer side
flows-heading-rules = RULES
flows-heading-bindings = BINDINGS
flows-finding = { $cluster }: { $title }. { $message }
flows-diff-group = { $group }, { $rules }
flows-rule = rule { $number }: { $rule }
flows-moved = rule { $before } moved to { $after }: { $rule }
flows-redescribed = rule { $number }, description: "{ $before }" -> "{ $after }"
flows-no-effect = every packet is handled as before
flows-binding = { $node } of { $cluster }: { $before }, now { $after }
flows-absent = absent or not read
