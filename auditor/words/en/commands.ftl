# What explain, fix, diff, waive and gate say on stderr.

commands-bad-port = { $option }: "{ $value }" is no port from 0 to { $most }
commands-bad-peer = { $option }: "{ $value }" is not an address or an id; write one address as in 10.0.0.7 or 2001:db8::7, or the id of a group, cluster or machine, not a block or a name
commands-peer-without-address = { $peer } has no address from which { $protocol } packets could come, or to which they could go: nothing can be tried
commands-node-and-role = --node and --role cannot go together: a node has its role
commands-flow-incomplete = a flow needs --direction, --protocol and --peer; missing: { $missing }. To explain a finding, give its fingerprint instead
commands-port-missing = --protocol { $protocol } needs --port: the node's port for ingress, the peer's for egress
commands-port-unused = --protocol { $protocol } has no ports; leave --port out
commands-wrong-family = no packet of { $protocol } has the peer { $peer }; for that address say --protocol { $other }
commands-one-cluster = a flow is tried on one cluster; "{ $extra }" is one more
commands-ambiguous-cluster = several clusters are called "{ $name }": { $candidates }. Give the id
commands-no-such-cluster = there is no cluster "{ $name }" in what was read; there are { $candidates }
commands-no-cluster-at-all = there is no cluster "{ $name }" in what was read, nor any other
commands-ambiguous-node = several nodes, pools or interfaces of { $cluster } are called "{ $name }": { $candidates }. Give the id
commands-no-node-in-any = no cluster that was read has a node, node pool or interface "{ $name }"
commands-no-such-listener = { $cluster } has no back ends of { $name }, as far as load balancers were read; "sgaudit audit --format json" lists the listeners
commands-no-such-node = { $cluster } has no node, pool, interface or add-on "{ $name }"; near it: { $candidates }
commands-no-node-at-all = { $cluster } has no node, pool, interface or add-on "{ $name }", nor any other that binds security groups
commands-no-such-stack = nothing in { $cluster } that was asked about binds security groups; { $role ->
        [master] a managed cluster has its Masters elsewhere
        [pod] its Pods have no interfaces of their own
        [endpoint] no entrance of its API server is switched on
       *[other] it has no node and no node pool yet
    }
commands-bad-fingerprint = "{ $value }" is no fingerprint: give its first { $least } hexadecimal digits or more, as "sgaudit audit --format json" prints them
commands-ambiguous-fingerprint = several findings start with "{ $value }": { $candidates }. Give more digits
commands-no-such-fingerprint = { $count ->
        [0] no finding starts with "{ $value }": the audit of this source found nothing
        [one] no finding starts with "{ $value }" among the one that the audit of this source found. It may be fixed by now, or belong to another source, baseline or configuration; list them with: sgaudit audit --format json
       *[other] no finding starts with "{ $value }" among the { $count } that the audit of this source found. It may be fixed by now, or belong to another source, baseline or configuration; list them with: sgaudit audit --format json
    }

commands-fix-summary = { $resolved ->
        [one] 1 finding resolved
       *[other] { $resolved } findings resolved
    }, { $remaining } remaining: exit code { $code }, as of an audit after the change

commands-past-date = --expires { $value } is before today, { $today }: such a waiver waives nothing
commands-waive-paste = paste this under "waivers:" in the configuration file (sgaudit.yaml)
commands-waived-already = the waiver { $id } covers this already
commands-nothing-to-waive = { $count ->
        [0] nothing starts with "{ $value }": the audit of this source found nothing
       *[other] no finding and no gap starts with "{ $value }"; list them with: sgaudit audit --format json
    }
commands-waiver-id-taken = the configuration has a waiver { $id } already: replace it, or give another --id

commands-stdin-twice = { $first } and { $second } cannot both be read from stdin
commands-diff-mixed = One of { $old } and { $new } is a snapshot, the other a report: give two snapshots (sgaudit fetch -o) or two JSON reports (sgaudit audit --format json)
commands-diff-neither = { $path } is neither a snapshot (sgaudit fetch -o) nor a JSON report (sgaudit audit --format json)
commands-report-damaged = { $file }:{ $line }: this is not JSON: { $detail }. The file may have been cut; write it again with: sgaudit audit --format json=PATH
commands-report-filtered = { $path }: this report leaves findings out (--severity, --code, --node or --role); write it again without a filter
commands-report-shape = { $path } is not a JSON report of sgaudit: { $key } is missing or has another form; make one with: sgaudit audit --format json=PATH
commands-diff-baselines = the two reports were held against different baselines: a finding may be new or fixed for that alone
commands-diff-old-incomplete = the older side has gaps: what is called new may have been there, unseen
commands-diff-new-incomplete = the newer side did not read or decide everything: what it cannot tell is called unknown, not fixed; exit code 3

commands-plan-and-change = --plan and --change cannot go together: give one change
commands-trust-without-plan = --trust-references is for --plan: a change file names its groups by id
commands-drift = drift: { $address }: { $said }
commands-no-bearing-as-read = The change has no bearing on anything that was read; but not everything was, so that is not certain.
commands-gate-summary = the change: { $introduced } introduced, { $resolved } resolved, { $unchanged } unchanged
