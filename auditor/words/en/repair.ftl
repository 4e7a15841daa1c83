# What can go wrong with a repair.

repair-unreadable-rule = Rule { $number } of a list to change is not fully readable, so the list cannot be written in this format. Correct the rule in the console first, or use --format table.
repair-unproved = The change for the { $direction ->
        [egress] outbound
       *[ingress] inbound
    } rules of { $cluster } did not pass its own proof and is not shown. This is a bug in sgaudit: please report it with a snapshot (sgaudit fetch -o).
repair-unread-list = The { $direction ->
        [egress] outbound
       *[ingress] inbound
    } rules of { $group } were not read. A rule set owns both directions: applying it would remove them. Use --format tccli, which changes only the other direction.
