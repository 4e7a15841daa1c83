# What the command line says on stderr.

cli-try-help = Try: { $command } --help
cli-option-before-command = { $option } goes after the command, as in: { $example }
cli-missing-argument = { $option } is missing
cli-usage = { $detail }
cli-unknown-command = unknown command { $name }
cli-unknown-command-near = unknown command { $name }; did you mean { $near }?
cli-unknown-option = unknown option { $option }
cli-unknown-option-near = unknown option { $option }; did you mean { $near }?
cli-option-needs-value = { $option } needs a value, as in: { $option } { $metavar }
cli-option-takes-no-value = { $option } takes no value
cli-surplus-words = unexpected arguments: { $words }
cli-expects-choice = { $option } takes one of: { $choices }
cli-expects-switch = { $option } takes 1 (on) or 0 (off)
cli-expects-count = { $option } takes a number: 0, 1 or 2

cli-empty-value = { $option } has no value
cli-unknown-variable = unknown environment variable { $name }; unset it, or see "sgaudit COMMAND --help" for the known ones
cli-unknown-variable-near = unknown environment variable { $name }; did you mean { $near }?
cli-bad-region = { $option }: "{ $value }" is not a valid region; use the form ap-guangzhou, or all
cli-bad-cluster = { $option }: "{ $value }" is not a cluster; use an ID (cls-aaaaaaaa), a name, a glob ("prod-*"), name:GLOB or tag:KEY=GLOB
cli-bad-jobs = { $option }: "{ $value }" is not a number from 1 to { $most }
cli-bad-days = { $option }: "{ $value }" is not a number of days from 0 to { $most }
cli-bad-date = { $option }: "{ $value }" is not a valid date; use the form 2026-12-31
cli-bad-format = { $option }: "{ $value }" is neither FORMAT nor FORMAT=PATH
cli-unknown-format = unknown format "{ $value }"; formats: { $choices }
cli-two-reports = { $first } and { $second } would both be written to { $path }; give each its own file with --format FORMAT=PATH
cli-output-unused = --output { $path } would stay empty: each --format names its own file
cli-options-conflict = { $first } and { $second } cannot be used together: { $why ->
        [one-source] the data comes from one source
       *[live-only] { $second } is for reading the live cloud
    }
cli-fail-on-new-alone = --fail-on-new needs --since REPORT to know what is new
cli-bad-shard = { $option }: "{ $value }" is not a shard; use I/N with I from 0 to N-1, or auto/N in an Indexed Job
cli-shard-index = auto/{ $count }: { $name } is "{ $value }", not a number from 0 to { $count }-1; an Indexed Job sets it
cli-shard-all-regions = --shard needs the regions by name: the pairs of account and region must be known before the read, so "all" cannot be divided
cli-shard-clusters = --shard reads all clusters of its accounts and regions: a cluster that is named here may be in another shard; leave clusters out on purpose with "exclude" in the configuration
cli-shard-empty = shard { $index }/{ $count } has no pair of account and region: there are only { $total }; { $total } shards are enough
cli-shard-part = shard { $index }/{ $count }: this run is about { $pairs } of { $total } pairs of account and region; "sgaudit merge" unites the reports of all shards
cli-no-accounts = --account { $name }: the configuration lists no accounts; "sgaudit accounts" prints those of an organization
cli-unknown-account = --account { $name }: the configuration has no such account; accounts: { $choices }
cli-unknown-account-near = --account { $name }: the configuration has no such account; did you mean { $near }? Accounts: { $choices }
cli-one-account = this command reads a single account, and --account names { $count }: { $names }; choose one, such as --account { $first }
cli-record-accounts = --record writes the answers of a single account, and --account names { $count }; choose one
cli-accounts-not-read = the configuration lists { $count ->
    [one] 1 account
   *[other] { $count } accounts
}; this run reads the account of the credentials alone: --account all reads them
cli-bad-role-name = { $option }: "{ $value }" is not the name of a role; give the name alone, without the ARN
cli-accounts-incomplete = the accounts could not be fully listed: { $detail }
cli-accounts-no-own = the account of the credentials may be missing from the list: sts:GetCallerIdentity did not name it
cli-accounts-unconfirmed = { $count ->
    [one] 1 account has
   *[other] { $count } accounts have
} not confirmed the membership, so their roles may be refused: { $accounts }
cli-no-region = no region to read; use --region REGION (or --region all), "regions" in the configuration, or TENCENTCLOUD_REGION

cli-stdout-closed = stdout is closed; use --output PATH

cli-interrupted = interrupted
cli-fault = this is a bug in sgaudit, not a problem with your clusters: { $kind } at { $where }. Run the command again with --debug and report its output as the README says under "Reporting a fault".

cli-written = { $format } report: { $path }
cli-snapshot-written = snapshot: { $path }
cli-snapshot-kept = no cluster was read; { $path } was not changed
cli-snapshot-none = no cluster was read; { $path } was not written
cli-snapshot-gaps = { $count ->
        [one] 1 thing could not be read; the snapshot names it
       *[other] { $count } things could not be read; the snapshot names them
    }

cli-summary = { $clusters ->
        [one] 1 cluster
       *[other] { $clusters } clusters
    }, { $findings ->
        [one] 1 unwaived finding
       *[other] { $findings } unwaived findings
    }, { $gaps ->
        [0] everything read
       *[other] { $gaps } could not be checked
    }: exit code { $code }
cli-gap = { $title }. { $message }
cli-more-gaps = and { $count } more; the report lists them all

cli-phase-clusters = clusters
cli-phase-nodes = nodes
cli-phase-rules = rules
cli-phase-members = members
cli-phase-templates = templates
cli-phase-networks = networks

cli-network-container = the container network
cli-network-cluster = the cluster network
cli-network-listeners = the clients of load balancer listeners, at the ports of their back ends
cli-network-subnets = the cluster's subnets
cli-baseline-heading = { $role ->
        [master] Master
        [pod] Pod
        [endpoint] API server entrance
       *[other] Node
    }, { $direction ->
        [ingress] inbound: from these networks these packets must pass
       *[other] outbound: to these networks these packets must pass
    }
cli-baseline-row = { $id } ({ $weight })
cli-baseline-tiers = { $tiers }, else { $rest }
cli-baseline-tier = { $severity } for { $flow }
cli-baseline-flow = { $services }: { $where }
cli-baseline-allowed = Permitted, not required
cli-baseline-findings = Findings about bindings
cli-baseline-finding = { $name } ({ $severity })

cli-doctor-account = account { $account }:
cli-doctor-identity = identity: { $account }, as configured
cli-doctor-other-account = identity: not the configured account { $account }: { $detail }; correct its "id" or "role_arn"
cli-doctor-no-identity = identity: unknown, so an audit of { $account } would be incomplete ({ $code }: { $detail })
cli-doctor-credentials = credentials: { $source }, { $place }
cli-doctor-no-credentials = credentials: none usable
cli-doctor-place-empty = empty
cli-doctor-place-found = found
cli-doctor-place-unusable = unusable
cli-doctor-place-skipped = not checked
cli-doctor-actions = { $count } actions in { $region }: { $outcome }
cli-doctor-environment = environment
cli-doctor-credentials-file = credentials file
cli-doctor-tccli-profile = profile of tccli
cli-doctor-cvm-role = role of this CVM instance
cli-doctor-tke-oidc = TKE OIDC role
cli-doctor-role = assumed role
cli-doctor-host = endpoint: { $host } answers
cli-doctor-silent-host = endpoint: { $host } does not answer: { $detail }
cli-doctor-clock = clock: { $seconds } s off, OK
cli-doctor-clock-off = clock: { $seconds } s off; the API refuses signatures more than 300 s off: set the clock of this machine
cli-doctor-no-clock = clock: unknown, no answer from the API
cli-doctor-allowed = allowed
cli-doctor-denied = denied
cli-doctor-bad-credentials = credentials refused
cli-doctor-unreachable = no answer
cli-doctor-failed = failed
cli-doctor-near-region = unknown region { $region }: did you mean { $near }?
cli-doctor-grant = grant these permissions: { $permissions } (for the whole policy: sgaudit permissions)
cli-doctor-part = {" "}({ $part })
cli-doctor-leave-out = or set "scope: {"{"}{ $part }: false{"}"}" in the configuration: only this part of the audit needs { $permissions }
cli-part-left-out = "scope" in the configuration leaves { $part } out
cli-permissions-every = Every audit:
cli-permissions-part = { $part } ("scope: {"{"}{ $part }: false{"}"}" in the configuration leaves this part out):
cli-permissions-sts = Only for "accounts" in the configuration and --role-arn; the credentials assume these roles, and each role needs the actions above:
cli-permissions-organization = Only for sgaudit accounts, in the account that manages the organization:
cli-permissions-roles = This policy is for the credentials, which assume the roles; each role needs what "sgaudit permissions" without --account prints.
cli-doctor-healthy = All permissions needed for an audit are in place.
cli-doctor-ill = An audit could not read everything it needs; its report would list what could not be read, with exit code 3.

cli-unknown-code = unknown code "{ $value }"; codes: { $choices }
cli-rule-heading = { $code } { $title }
cli-rule-named-heading = { $code } { $name }: { $title }
cli-rule-example = Example: { $example }
cli-rule-fix = Fix: { $fix }
cli-unknown-topic = unknown topic "{ $value }"; topics: { $choices }

cli-log-configuration = configuration: { $file }
cli-log-reading = reading { $regions }
cli-log-read = { $clusters ->
    [one] read 1 cluster in { $seconds } s
   *[other] read { $clusters } clusters in { $seconds } s
}
