# What can go wrong with a repair.

repair-unreadable-rule = Rule { $number } of a list that has to change was not wholly readable, so the list cannot be written in this form. Correct that rule in the console first, or use --format table.
repair-unproved = The change found for the { $direction ->
        [egress] outbound
       *[ingress] inbound
    } rules of { $cluster } did not pass its own proof and is not shown. This is a fault of the program: please report it with a snapshot (sgaudit fetch -o).
repair-unread-list = The { $direction ->
        [egress] outbound
       *[ingress] inbound
    } rules of { $group } were not read, and a rule set owns both directions: applied, it would drop them. Use --format tccli, which changes the other direction alone.
