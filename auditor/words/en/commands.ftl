# What explain, fix, diff, waive and gate say on stderr.

commands-bad-port = { $option }: "{ $value }" is not a port from 0 to { $most }
commands-bad-peer = { $option }: "{ $value }" is not an address or an ID; use one address, as in 10.0.0.7 or 2001:db8::7, or the ID of a security group, cluster or instance, not a block or a name
commands-peer-without-address = { $peer } has no address from which { $protocol } packets could come, or to which they could go: nothing can be tried
commands-node-and-role = --node and --role cannot be used together: a node has its role
commands-flow-incomplete = a flow needs --direction, --protocol and --peer; missing: { $missing }. To explain a finding, use its fingerprint instead
commands-port-missing = --protocol { $protocol } needs --port: the node's port for ingress, the peer's for egress
commands-port-unused = --protocol { $protocol } has no ports; omit --port
commands-wrong-family = { $protocol } cannot have the peer { $peer }; use --protocol { $other } for that address
commands-one-cluster = explain takes one cluster; "{ $extra }" is one too many
commands-ambiguous-cluster = several clusters are called "{ $name }": { $candidates }. Use the ID
commands-no-such-cluster = no cluster "{ $name }" was read; clusters: { $candidates }
commands-no-cluster-at-all = no cluster "{ $name }" was read, nor any other cluster
commands-ambiguous-node = several nodes, node pools or interfaces of { $cluster } are called "{ $name }": { $candidates }. Use the ID
commands-no-node-in-any = no cluster that was read has a node, node pool or interface "{ $name }"
commands-no-such-listener = { $cluster } has no back ends of { $name }, as far as load balancers were read; "sgaudit audit --format json" lists the listeners
commands-no-such-node = { $cluster } has no node, node pool, interface or add-on "{ $name }"; closest: { $candidates }
commands-no-node-at-all = { $cluster } has no node, node pool, interface or add-on "{ $name }", nor any other object with security groups
commands-entrance-without-egress = the API server entrances of { $cluster } only accept clients: use --direction ingress
commands-gap-not-finding = "{ $value }" is not a finding but something that could not be checked: { $title }. No rule change closes it; see: sgaudit explain { $value }
commands-no-such-stack = nothing in { $cluster } matches the request and has security groups; { $role ->
        [master] the Masters of a managed cluster are not in your account
        [pod] its Pods have no interfaces of their own
        [endpoint] its API server has no entrance enabled
       *[other] it has no node and no node pool yet
    }
commands-bad-fingerprint = "{ $value }" is not a fingerprint: use at least its first { $least } hexadecimal digits, as in the reports
commands-ambiguous-fingerprint = several findings start with "{ $value }": { $candidates }. Use more digits
commands-no-such-fingerprint = { $count ->
        [0] no finding starts with "{ $value }": this audit found nothing
        [one] this audit has 1 finding, and it does not start with "{ $value }". The finding may be fixed, or belong to another source, baseline or configuration; list the findings with: sgaudit audit --format json
       *[other] none of the { $count } findings of this audit starts with "{ $value }". The finding may be fixed, or belong to another source, baseline or configuration; list the findings with: sgaudit audit --format json
    }

commands-fix-summary = { $resolved ->
        [one] 1 finding resolved
       *[other] { $resolved } findings resolved
    }, { $remaining } remaining: exit code { $code }, as of an audit after the change

commands-past-date = --expires { $value } is before today, { $today }: the waiver would have no effect
commands-waive-paste = paste this under "waivers:" in the configuration file (sgaudit.yaml)
commands-waived-already = waiver { $id } already covers this
commands-nothing-to-waive = { $count ->
        [0] no finding starts with "{ $value }": this audit found nothing
       *[other] nothing in this audit starts with "{ $value }"; list the findings and gaps with: sgaudit audit --format json
    }
commands-waiver-id-taken = the configuration already has a waiver { $id }: replace it, or use another --id

commands-stdin-twice = { $first } and { $second } cannot both be read from stdin
commands-diff-mixed = { $old } and { $new } are not of the same kind: use two snapshots (sgaudit fetch -o) or two JSON reports (sgaudit audit --format json)
commands-diff-neither = { $path } is neither a snapshot (sgaudit fetch -o) nor a JSON report (sgaudit audit --format json)
commands-report-damaged = { $file }:{ $line }: not valid JSON: { $detail }. The file may be truncated; write it again with: sgaudit audit --format json=PATH
commands-merge-other = { $path } is the output of { $command }: merge takes JSON reports of audit (sgaudit audit --format json=PATH)
commands-merge-expects-nothing = { $path } has no "accounts": --expect takes the accounts from there
commands-report-filtered = { $path }: this report is filtered (--severity, --code, --node or --role); write it again without a filter
commands-report-shape = { $path } is not a JSON report of sgaudit: { $key } is missing or malformed; create one with: sgaudit audit --format json=PATH
commands-report-gate = { $path } is the report of a gate, which describes a state that a plan would make: give the report of an audit
commands-diff-baselines = the two reports used different baselines: findings may be new or fixed for this reason alone
commands-diff-old-incomplete = the older report is incomplete; some "new" findings may not be new
commands-diff-new-incomplete = the newer side is incomplete; findings that could not be checked are called unknown, not fixed; exit code 3

commands-plan-and-change = --plan and --change cannot be used together
commands-trust-without-plan = --trust-references needs --plan: a change file names its groups by ID
commands-source-without-plan = --source-dir needs --plan: a change file does not come from Terraform files
commands-files-left-out = { $count ->
    [one] 1 Terraform file under { $path } was not searched: it is too large, unreadable, or there are too many; the report has no file and line for the resources in it
   *[other] { $count } Terraform files under { $path } were not searched: they are too large, unreadable, or there are too many; the report has no file and line for the resources in them
}
commands-drift = drift: { $address }: { $said }
commands-no-bearing-as-read = The change does not affect anything that was read; but not everything was read, so this is not certain.
commands-gate-summary = the change: { $introduced } introduced, { $resolved } resolved, { $unchanged } unchanged
