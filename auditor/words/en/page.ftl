# The HTML page.

page-title = { $verdict }: security groups of TKE clusters
page-kicker = TKE cluster security groups checked against the baseline
page-skip = Skip to the report
page-contents = Contents
page-footer = Written by tke-sg-auditor { $version }. This file loads nothing from the network. The JSON report of the same run holds every address block in full.

page-verdict-compliant = Compliant
page-verdict-non-compliant = Non-compliant
page-verdict-unknown = Unknown
page-verdict-not-audited = Not-audited
page-verdict-empty = Empty
page-verdict-excluded = Excluded

page-lede-nothing = No cluster was audited.
page-lede-compliant = { $all ->
    [one] The cluster allows the traffic it needs, and nothing beyond the baseline and the configuration.
   *[other] All { $all } clusters allow the traffic they need, and nothing beyond the baseline and the configuration.
}
page-lede-non-compliant = { $all ->
    [one] The cluster blocks traffic that TKE needs, or is open to more than the baseline permits.
   *[other] { $bad } of { $all } clusters block traffic that TKE needs, or are open to more than the baseline permits.
}
page-lede-unknown = No problem was found in the data that was read, but { $unknown } of { $all } clusters could not be fully checked. Treat this as unknown, not as passed.
page-lede-not-audited = No node, pool or Pod of { $unknown ->
    [0] any cluster
    [one] 1 cluster
   *[other] { $unknown } clusters
} was judged. Read this as not audited, not as passed.
page-lede-also-unknown = { $said } { $unknown ->
    [one] One more could not be checked.
   *[other] { $unknown } more could not be checked.
}

page-worst = The worst of { $count } findings, grouped
page-tally = Findings by severity
page-waived-short = waived
page-gaps-short = could not be checked

page-fact-exit = Exit code
page-exit = { $code ->
    [0] 0: nothing to do
    [1] 1: findings
    [3] 3: incomplete
   *[other] { $code }
}
page-fact-complete = Data
page-complete = complete
page-incomplete = incomplete
page-fact-baseline = Baseline
page-fact-date = Date
page-fact-account = Account
page-fact-read = As of
page-fact-filter = Shown
page-fact-source = Source
page-source-live = Tencent Cloud, read live
page-source-snapshot = snapshot
page-source-cassette = recording
page-source-merged = merged reports
page-no-pictures = A merged report has no rules and no pictures of the packets; the report of the account has them.
page-source-named = { $source } ({ $arguments })
page-fact-regions = Regions
page-fact-threshold = Fails at
page-threshold = { $severity } or worse
page-threshold-never = never
page-fact-clusters = Clusters
page-fact-nodes = Nodes
page-fact-masters = Masters
page-fact-groups = Security groups
page-fact-finished = Finished
page-fact-region = Region
page-fact-type = Cluster type
page-type-managed = managed
page-type-independent = independent
page-type-serverless = serverless
page-type-edge = edge
page-fact-mode = Container network mode
page-fact-vpc = VPC
page-fact-container = Container network
page-fact-cluster-network = Cluster network

page-count = { $count } { $of }
page-count-waived = { $count } waived
page-count-gaps = { $count } could not be checked

page-gaps = Could not be checked
page-gaps-note = Data that could not be read or understood. Only the verdicts that depend on it are unknown.
page-gaps-example = For example: { $message }
page-gaps-none = Everything that was requested was read and checked.
page-not-covered = Not covered
page-not-covered-note = Parts of the clusters that the baseline does not cover. They were not checked.
page-not-covered-none = Nothing was left out.
page-not-covered-none-unknown = Nothing was left out of the data that was read.
page-load-balancers = { $count ->
    [one] 1 path through a load balancer
   *[other] { $count } paths through load balancers
}
page-not-covered-line = Not covered: { $what }. { $why }
page-cluster = Cluster
page-what = What
page-why = Why

page-change = Planned change
page-change-note = This is the state after the change. It introduces { $introduced }, resolves { $resolved } and leaves { $unchanged } findings.
page-change-resolved = Resolved:
page-resource = Resource
page-actions = Actions
page-effect = Effect
page-state-introduced = introduced
page-state-unchanged = unchanged
page-state-new = new
page-state-known = known

page-trend = Trend
page-trend-day = { $day }: { $numbers }
page-trend-nothing = no open finding
page-trend-changes = { $new } new, { $fixed } fixed
page-trend-incomplete = read in part
page-trend-alt = Open findings by day. { $first }. { $last }.
page-trend-hollow = Hollow bars: the day was read in part.
page-trend-earlier = { $count ->
    [one] 1 earlier day is in the history file alone.
   *[other] { $count } earlier days are in the history file alone.
}
page-trend-numbers = The numbers of each day
page-matrix = Bindings and requirements
page-matrix-node = Nodes
page-matrix-master = Masters
page-matrix-pod = Pods
page-matrix-endpoint = API server entrances
page-matrix-none = There is no cluster to show.
page-stack = Security groups in binding order
page-way-ingress = Inbound, required
page-way-egress = Outbound, required
page-peers = Peer clusters
page-excess = Open in excess
page-excess-more = more could not be checked
page-unknown = unknown
page-none = none
page-network-more = { $blocks }; more is unknown
page-no-stacks = Nothing in this cluster could be compared.
page-waived-mark = waived

page-findings = Findings
page-findings-none = No findings.
page-findings-none-unknown = No findings in the data that was read.
page-severity = Severity
page-code = Code
page-all = all
page-search = Search
page-search-hint = group, node, port, word
page-reset = Show all
page-unfold = Unfold all
page-fold = Fold all
page-status = { $shown } of { $all } findings shown.
page-evidence = Rules
page-witness = For example
page-affected = Affected
page-requirement = Requirement
page-see-stack = Chart and rules
page-fingerprint = Fingerprint
page-copy = Copy
page-copy-what = Copy: { $text }
page-copied = Copied.

page-waived = Waived
page-waived-none = No finding is waived.
page-waived-by = Waived until { $expires } by { $owner } ({ $id }): { $reason }
page-waivers = Waivers:
page-waiver-active = active
page-waiver-expiring = expires within 14 days
page-waiver-expired = expired, no effect
page-waiver-unused = matches nothing

page-clusters = Clusters
page-picture-note = Ports run left to right; the higher a bar, the wider the reach. A cell with mixed results is split. Rules are numbered as in the console, from 1; JSON has the API's index, from 0.
page-bound = { $bound }: { $machines }
page-role-node = node
page-role-master = Master
page-role-pod = Pod
page-role-endpoint = API server
page-picture-ingress = Inbound: who can reach which port
page-picture-egress = Outbound: what can be reached on which port
page-picture-alt = { $title }. { $rows }.
page-picture-empty = nothing passes
page-picture-joined = { $count ->
    [one] One boundary between ports is not drawn; its column is marked with ~.
   *[other] { $count } boundaries between ports are not drawn; their columns are marked with ~.
}
page-band-any = any address
page-band-public = public ranges
page-band-private = private ranges
page-band-vpc = VPC
page-band-containers = containers
page-band-holds = { $band }: { $what }
page-portless = without ports
page-protocol-icmp = ICMP
page-protocol-icmpv6 = ICMPv6
page-protocol-gre = GRE
page-protocol-other = other
page-mark-required = required, open
page-mark-permitted = permitted, open
page-mark-excess = open in excess
page-mark-missing = required, blocked
page-mark-undecided = could not be checked
page-said-open = Allows
page-said-excess = Open in excess
page-said-missing = Required, blocked
page-said-undecided = Could not be checked
page-nothing = nothing
page-nothing-certain = nothing for certain

page-rules-same = Same rules as above.
page-rules-see = See them there
page-rules-ingress = Inbound rules
page-rules-egress = Outbound rules
page-rules-count-ingress = { $idle ->
    [0] Inbound rules in order: { $count }
   *[other] Inbound rules in order: { $count } ({ $idle } without effect)
}
page-rules-count-egress = { $idle ->
    [0] outbound rules: { $count }
   *[other] outbound rules: { $count } ({ $idle } without effect)
}
page-rule-place = Order
page-rule-index = Rule
page-rule-action = Action
page-rule-service = Service
page-rule-peer-ingress = Source
page-rule-peer-egress = Destination
page-rule-description = Description
page-rule-marks = Findings
page-rule-idle-TSG304 = never reached
page-rule-idle-TSG305 = redundant
page-rule-members = { $count ->
    [one] { $group }, bound to one instance or interface
   *[other] { $group }, bound to { $count } instances and interfaces
}
page-rule-template = { $template }: { $entries }
page-rule-not-read = { $id } (not read)
page-rule-unreadable = not understood: { $text }
page-rules-empty = No rules.
page-rules-not-read = The rules could not be read. { $why }
page-rules-default = Everything that no rule above matches

page-baseline = Baseline
page-baseline-note = Requirements of { $name }, digest
page-for = For
page-guide-row = In the guide

page-cell = { $services } · { $band }: { $content }
page-cell-nothing = nothing passes, nothing is required
page-cell-addresses = { $mark }: { $addresses }
page-cell-pods = { $block } (Pods of { $cluster })
page-cell-hint = Point at a cell, or use the arrow keys in a picture, to read its contents below the picture.
page-permalink = Link to this finding
page-commands = Commands
page-waive-reason = why this is accepted
page-waive-owner = who is responsible
page-more = Show more ({ $count } left)
page-find-cluster = Find a cluster
page-find-cluster-hint = id, name, region, verdict
page-cluster-status = { $shown } of { $all } clusters shown.
page-worst-cluster = { $count } in { $cluster }
page-worst-clusters = { $count } in { $clusters } clusters
page-packed = This report covers so many clusters that rules, packets and commands are packed into the file; without JavaScript they are not shown. The verdicts, all findings and everything that could not be checked are.
