# What --help says. A line for the list of commands, a blank line, the rest.

help-usage = Usage: { $line }
help-program = sgaudit checks whether the security groups of TKE nodes and Masters allow the traffic the cluster needs, and nothing more. It reads the cloud and never writes to it.

help-panel-commands = Commands
help-panel-arguments = Arguments
help-panel-source = Data source
help-panel-flow = The flow
help-panel-change = The change
help-panel-judgement = Baseline and thresholds
help-panel-filter = Report filters
help-panel-output = Reports
help-panel-general = Other

help-more = Help for a command: { $command }
help-twins = Each option can also be set in the environment: --fail-on is SGAUDIT_FAIL_ON, and so on. The command line overrides the environment; an empty variable counts as unset.
help-twins-but = Each option except { $others } can also be set in the environment: --fail-on is SGAUDIT_FAIL_ON, and so on. The command line overrides the environment; an empty variable counts as unset.
help-choices = {" "}One of: { $choices }.
help-default = {" "}Default: { $value }.

help-command-audit =
    Read clusters, check their security groups against the baseline, report.

    Without CLUSTER, every cluster of the regions is audited. The data comes from the cloud (the default), a snapshot or a cassette; the report goes to stdout, everything else to stderr.

    Exit codes: 0 everything was read and is fine, 1 findings at or above --fail-on, 2 wrong usage or configuration, 3 something could not be checked, 70 a bug in the program, 130 interrupted.

    $ sgaudit audit --replay demo
    $ sgaudit audit --region ap-guangzhou,ap-shanghai --format table --format json=report.json
    $ sgaudit audit cls-aaaaaaaa --region ap-guangzhou --fail-on high
help-command-fetch =
    Read clusters and write the data to a snapshot, without checking it.

    The snapshot goes to --output, or to stdout. It is JSON without secrets, and "audit --snapshot" gives the same report as the cloud would. Exit code 3 means that it has gaps; it is written nevertheless. If no cluster was read, no file is written and an earlier one is not changed.

    $ sgaudit fetch --region ap-guangzhou -o snapshot.json
    $ sgaudit audit --snapshot snapshot.json
help-command-gate =
    Audit the state after a planned change: what would it break or open?

    The change is a Terraform plan as "terraform show -json" prints it (or OpenTofu), or a small change file. It is applied to a copy of the current state, live or in a snapshot, and the report is about the result. Nothing is changed in the cloud.

    Exit codes: 0 the change introduces no finding at or above --fail-on, 1 it does, 2 no plan or wrong usage, 3 something that matters could not be checked or is known only after the apply, 70 a bug in the program. Findings that were there before count only with --all.

    $ terraform plan -out=tfplan && terraform show -json tfplan > plan.json
    $ sgaudit gate --plan plan.json --region ap-guangzhou
    $ terraform show -json tfplan | sgaudit gate --plan - --snapshot snapshot.json
help-command-explain =
    Explain one flow, rule by rule; or a finding by its fingerprint.

    A flow is checked against the binding of one node, of a role, or every binding in the cluster. The rules are shown in order, each with the reason why it does not match, down to the deciding rule. Clusters and nodes can be given by name; for a cluster name, all clusters of the regions are read.

    Exit codes: 0 allowed, 1 denied, 2 wrong usage, 3 unknown. With several bindings the worst counts: unknown, denied, allowed.

    $ sgaudit explain cls-ord3rs01 --node orders-1 --replay demo --direction ingress --protocol tcp --port 10250 --peer 10.0.0.7
    $ sgaudit explain cls-ord3rs01 --role master --replay demo --direction ingress --protocol icmp --peer 203.0.113.1
    $ sgaudit explain 1a2b3c4d --region ap-guangzhou
help-command-fix =
    Find the smallest rule change that closes the findings, with its proof.

    It opens required traffic that is blocked; with --close-excess it also closes excess access. The changed state is evaluated before anything is printed: every other packet is handled as before, in every binding that shares a group. Therefore every cluster of the source is read. Nothing is ever written to the cloud.

    Exit codes are those of an audit after the change: 0 nothing at or above --fail-on would remain, 1 something would, 2 wrong usage, or a rule that cannot be written in this form, 3 incomplete.

    $ sgaudit fix --replay demo
    $ sgaudit fix cls-aaaaaaaa --close-excess --format tccli -o change.sh
    $ sgaudit fix --format json -o change.json; sgaudit gate --change change.json
help-command-diff =
    Compare two snapshots or two JSON reports: new, fixed, unknown and unchanged findings.

    For snapshots, which are checked against the same baseline and configuration, it also shows the rules that were added, removed, moved or got a new description, the packets this opened and closed, and the bindings that changed. Reports contain only findings. OLD or NEW can be - for stdin.

    A finding that is missing on the newer side is fixed only if that side read and checked its subject; otherwise it is unknown. A cluster that is missing on the newer side was not read.

    Exit codes: 0 nothing new at or above --fail-on, 1 something is, 2 wrong usage, 3 the newer side is incomplete or a finding is unknown.

    $ sgaudit diff monday.json tuesday.json
help-command-history =
    Show the trend of a history file: open findings by day and severity, new and fixed ones, and the oldest.

    sgaudit audit --history FILE adds runs to the file. The trend counts findings without a waiver; a finding that a run could not check again stays open, and a day with an incomplete run is marked. With CLUSTER (an id, a name or a glob of them) it counts these clusters alone.

    The file is only read. Exit codes: 0 shown, 2 there is no such file, it is no history, or it has no run.

    $ sgaudit history history.db
help-command-notify =
    Send the news of a report to chats, mailboxes and webhooks.

    One message a target, grouped by owner: what is new, worse, fixed or newly unknown, and the waivers that end within a week. Without news, nothing is sent. Exit code 0, or 3 where a message could not be delivered. Needs pip install 'tke-sg-auditor[notify]'.

    $ sgaudit notify tuesday.json --since monday.json --to wecombot://KEY
help-command-merge =
    Unite JSON reports of several accounts, regions or shards into one report, in any format.

    REPORT is a JSON report of audit (or of merge), or a folder with such reports. Texts stay in the language in which they were written.

    A file that is damaged or filtered, a shard, an account or a region that is missing or that two reports have, and a report that is older than --max-age, make the union incomplete: exit code 3. Whatever the other reports found is still reported.

    $ sgaudit merge parts --expect sgaudit.yaml --max-age 1 --format html=fleet.html
help-command-waive =
    Print the configuration entry that accepts one finding or gap until a date.

    The entry comes from a fresh audit of the source. It covers only the packets of the finding, or the gap for the clusters that depend on it; paste it under "waivers:". No file is changed.

    $ sgaudit waive 1a2b3c4d --reason "bastion, CHG-1042" --owner sre@example.com --expires 2026-12-31
help-command-rules =
    List the finding codes with meaning, example and fix.

    $ sgaudit rules
    $ sgaudit rules TSG201
help-command-baseline-show =
    Print a baseline: every requirement with its reason and severity.

    $ sgaudit baseline show
    $ sgaudit baseline show tke-hardened --format yaml
help-command-permissions =
    Print the smallest CAM policy that an audit needs.

    The policy is made from the same list of API actions that the audit calls. Paste it into the CAM console as a custom policy. "--format table" says which part of the audit needs which action; parts that "scope" in the configuration leaves out need none. With --account: the policy of the credentials, which assume the roles of these accounts.
help-command-doctor =
    Check credentials, permissions, the endpoint and the clock before an audit.

    Each API action is tried once with a harmless request. Exit code 0 means that all permissions are in place, 3 that some are missing.
help-command-accounts =
    List the accounts of an organization as the configuration to paste.

    Needs organization:DescribeOrganizationMembers in the account that manages the organization. Prints an entry for each account, with the role that --role-name names; create that role in each account first. Exit code 3: the list may be incomplete.

    $ sgaudit accounts --role-name sgaudit-reader >> sgaudit.yaml
    $ sgaudit audit --account all
help-command-schema =
    Print a JSON Schema: of the report, the configuration, a baseline or a snapshot.

    The schemas explain, fix and diff describe the output of these commands with --format json.

    $ sgaudit schema config > sgaudit.schema.json
help-group-baseline = Baselines: required and permitted traffic.

help-argument-cluster = Clusters, by ID, name or glob ("prod-*", "tag:env=prod*"); by default all clusters of the regions. A glob that matches no cluster is exit code 3.
help-argument-explained = The cluster, by ID or name; or the fingerprint of a finding (6 digits are enough), followed by the clusters to audit.
help-argument-fixed = Findings to close by their ID, or clusters (ID, name or glob) whose findings to close; by default all clusters of the regions.
help-argument-waived = Fingerprint of the finding or gap (6 digits are enough), followed by the clusters to audit; by default all.
help-argument-history = A history file, as sgaudit audit --history writes it.
help-argument-history-cluster = Clusters by id, name or glob; all if none is given.
help-argument-old = The older snapshot or report.
help-argument-new = The newer snapshot or report.
help-argument-report = The JSON report whose news to send; - reads stdin.
help-argument-reports = JSON reports of audit, or folders with them.
help-argument-code = A code or name, such as TSG201 or excess-access; by default all.
help-argument-baseline = A built-in baseline or a file; by default the configured one.
help-argument-schema = The schema to print.

help-option-region = Region to read, such as ap-guangzhou. Repeat it, use a comma-separated list, or all. Default: the regions of the configuration, then TENCENTCLOUD_REGION.
help-option-account = Account to read, by name or ID, as listed under "accounts" in the configuration, each with its own role. Repeat it, use a comma-separated list, or all.
help-option-shard = Read only part I of N (from 0): each pair of account and region, in sorted order, whose place modulo N is I. auto/N takes I from JOB_COMPLETION_INDEX. Without --account, every configured account; with --snapshot or --replay, the regions in it.
help-option-role-name = Name of the role that opens each account, for its "role_arn".
help-option-product = The trusted service that a delegated administrator of the organization acts for.
help-option-endpoint = Send the calls of every service to this scheme, host and port, signed for that host.
help-option-root-domain = Call SERVICE.DOMAIN instead of SERVICE.tencentcloudapi.com.
help-option-role-arn = Assume this role before the first read; it then assumes the roles of --account. Default: TENCENTCLOUD_ROLE_ARN.
help-option-role-session-name = Session name of the role, and of the roles of --account that name none (there sgaudit without this option). Default: TENCENTCLOUD_ROLE_SESSION_NAME.
help-option-jobs = At most N API calls at the same time, over all regions, 1 to 64. Default: as many in each region as its quotas and latency ask for, 8 to 64.
help-option-replay = Answer every API call from this cassette instead of the cloud; demo and demo-staging are the built-in ones.
help-option-record = Write every API call and its response to this cassette, without secrets.
help-option-config = Configuration file. Default: sgaudit.yaml in this folder, if it exists.
help-option-snapshot = Read this snapshot instead of the cloud; - reads stdin.
help-option-baseline = Built-in baseline or a file. Default: the one in the configuration, then tke-default.
help-option-fail-on = Lowest severity that makes the exit code 1.
help-option-exit-zero = Exit with 0 instead of 1 despite findings; never turns 3 into 0.
help-option-max-age = A snapshot or report older than this many days, or of unknown age, makes the run incomplete.
help-option-expect = Configuration whose accounts and regions must all be in some report.
help-option-today = Date for checking waivers, such as 2026-12-31. Default: today.
help-option-since = An earlier JSON report: marks each finding and gap as new or known.
help-option-history = A history file (SQLite), made if it is missing: adds the run and says of each finding since when it is known.
help-option-fail-on-new = With --since, only new findings make the exit code 1. Gaps make it 3, known or not.
help-option-notify-since = The earlier JSON report. Default: what the report itself says is known; without that, all of it is new.
help-option-to = Where to send it, as an address of apprise (wecombot://KEY, feishu://TOKEN, dingtalk://TOKEN, slack://TOKENS, mailto://USER:PASSWORD@HOST) or the https:// address of a JSON webhook. Repeat it for several. It holds a secret: SGAUDIT_NOTIFY_TO keeps it out of the list of processes.
help-option-format = Report format, or FORMAT=PATH to write it to a file. Repeat it for several reports from one reading.
help-option-output = File for the report; - is stdout.
help-option-output-printed = File for the output; - is stdout.
help-option-output-snapshot = File for the snapshot; - is stdout.
help-option-print-format = Output format.
help-option-lang = Language of the output: en or zh. Default: SGAUDIT_LANG, then the locale.
help-option-quiet = Print only errors on stderr.
help-option-verbose = More detail (-vv: also every API call); do not shorten the table.
help-option-no-color = No color. NO_COLOR does the same, FORCE_COLOR the opposite.
help-option-no-progress = No progress display. It is also off in a pipe or in CI.
help-option-debug = Show where in the program an error occurred.
help-option-node = Node, node pool, network interface or the add-on eniipamd, by ID, name or private address; or a listener or load balancer by ID, then --peer is the client. Default without --node and --role: every binding.
help-option-role = Every binding of this role.
help-option-direction = As seen from the node: ingress is inbound, egress outbound.
help-option-protocol = Protocol of the packet; other is any protocol not named here.
help-option-port = The node's port for ingress, the peer's port for egress; only for tcp and udp.
help-option-peer = The far side: the source of ingress, the destination of egress. An address, or the ID of a security group (its members), a cluster (its container and cluster network) or an instance: then each of its addresses is tried, and the worst counts.
help-option-plan = The output of "terraform show -json"; - reads stdin.
help-option-change = A change file instead of a plan: complete lists of rules and bindings after the change, such as the JSON of "fix". - reads stdin.
help-option-source-dir = The checkout that the plan was made from. Reports then point at the file and line of the Terraform block that introduces a finding, relative to this folder. Default: the configuration file.
help-option-trust-references = Treat the references in a list of groups that is unknown until apply as the complete list. Without it that is a gap: a reference proves only that a group is in the list.
help-option-all = Let every finding after the change decide the exit code, not only introduced ones.
help-option-close-excess = Also close excess access.
help-option-override-drops = Insert the change above explicit DROP rules.
help-option-reason = Why it is accepted.
help-option-owner = Who is responsible for it.
help-option-expires = The last day on which it is accepted, as in 2026-12-31.
help-option-id = ID of the waiver. Default: W- and the start of the fingerprint.
help-option-output-waiver = File for the entry; - is stdout.
help-option-help = Show this message and exit.
help-option-version = Show the version and exit.
help-option-install-completion = Install completion for this shell.
help-option-show-completion = Print completion for this shell.

help-command-help =
    Print a page of the reference: configuration, gate, formats ...
help-argument-topic = Name of a page; without it, the list of pages.
help-option-severity-shown = Show findings of this severity or worse. Verdicts, gaps and exit code still count all findings.
help-option-code = Show findings of this code (TSG201) or name (excess-access); repeatable.
help-option-node-shown = Show findings on this node, node pool or interface, by ID, name or private address; repeatable.
help-option-role-shown = Show findings of this role: node, master, pod or endpoint; repeatable.
help-option-severity-fixed = Close findings of this severity or worse; findings named by ID are always closed.
