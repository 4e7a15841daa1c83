# What --help says. A line for the list of commands, a blank line, the rest.

help-usage = Usage: { $line }
help-program = sgaudit tells whether the security groups of TKE nodes and Masters let through what the cluster needs, and nothing more. It reads the cloud and never writes to it.

help-panel-commands = Commands
help-panel-arguments = Arguments
help-panel-source = Where the facts come from
help-panel-flow = The flow
help-panel-change = The change
help-panel-judgement = What they are held against
help-panel-filter = What the report shows
help-panel-output = Reports
help-panel-general = Other

help-more = More on a command: { $command }
help-twins = Each option has a twin in the environment: --fail-on is SGAUDIT_FAIL_ON, and so on. The command line beats the environment; an empty variable counts as unset.
help-twins-but = Each option but { $others } has a twin in the environment: --fail-on is SGAUDIT_FAIL_ON, and so on. The command line beats the environment; an empty variable counts as unset.
help-choices = {" "}One of: { $choices }.
help-default = {" "}Default: { $value }.

help-command-audit =
    Read clusters, hold their security groups against the baseline, report.

    Without CLUSTER every cluster of the regions is audited. The facts come from the cloud (the default), from a snapshot or from a cassette; the report goes to stdout, everything else to stderr.

    Exit codes: 0 all was read and is fine, 1 findings at or above --fail-on, 2 wrong usage or configuration, 3 something could not be read or decided, 70 a fault of the program, 130 interrupted.

    $ sgaudit audit --replay demo
    $ sgaudit audit --region ap-guangzhou,ap-shanghai --format table --format json=report.json
    $ sgaudit audit cls-aaaaaaaa --region ap-guangzhou --fail-on high
help-command-fetch =
    Read clusters and write what was read to a snapshot; nothing is judged.

    The snapshot goes to --output, or to stdout. It is JSON, holds no secret, and gives the same report with "audit --snapshot" as the cloud would have. Exit code 3 says that it has gaps; it is written all the same. Where no cluster was read, no file is written and an earlier one stays as it was.

    $ sgaudit fetch --region ap-guangzhou -o snapshot.json
    $ sgaudit audit --snapshot snapshot.json
help-command-gate =
    Audit the state after a planned change: what would it break or open?

    The change is a Terraform plan as "terraform show -json" prints it (OpenTofu's alike), or a small change file. It is laid over what is there now, live or in a snapshot, and the report is that of the state afterwards. Nothing is applied.

    Exit codes: 0 the change introduces no finding at or above --fail-on, 1 it does, 2 no plan or wrong usage, 3 something that matters could not be read or is known only after the apply, 70 a fault of the program. Findings that were there before count with --all alone.

    $ terraform plan -out=tfplan && terraform show -json tfplan > plan.json
    $ sgaudit gate --plan plan.json --region ap-guangzhou
    $ terraform show -json tfplan | sgaudit gate --plan - --snapshot snapshot.json
help-command-explain =
    Explain one flow, rule by rule; or a finding by its fingerprint.

    A flow is tried on the groups of one node, of a role, or of every list of groups in the cluster. Each rule that is looked at is shown in order, with the reason why it does not match, down to the one that decides. Clusters and nodes may be given by name; for a cluster by name all of the regions are read.

    Exit codes: 0 allowed, 1 denied, 2 wrong usage, 3 unknown. Of several lists of groups the worst counts: unknown, denied, allowed.

    $ sgaudit explain cls-ord3rs01 --node orders-1 --replay demo --direction ingress --protocol tcp --port 10250 --peer 10.0.0.7
    $ sgaudit explain cls-ord3rs01 --role master --replay demo --direction ingress --protocol icmp --peer 203.0.113.1
    $ sgaudit explain 1a2b3c4d --region ap-guangzhou
help-command-fix =
    Find the smallest change of rules that closes the findings, with its proof.

    What is required and blocked is opened; with --close-excess what is open in excess is closed as well. The changed state is evaluated before anything is printed: no other packet is decided differently, in any stack that shares a group. That is why every cluster of the source is read, whichever are asked for. Nothing is ever written to the cloud.

    Exit codes are those of an audit after the change: 0 nothing at or above --fail-on would remain, 1 something would, 2 wrong usage, or a rule that cannot be written in this form, 3 incomplete.

    $ sgaudit fix --replay demo
    $ sgaudit fix cls-aaaaaaaa --close-excess --format tccli -o change.sh
    $ sgaudit fix --format json -o change.json; sgaudit gate --change change.json
help-command-diff =
    Compare two snapshots or two JSON reports: new, fixed, unknown and unchanged findings.

    Of snapshots, which are held against the same baseline and configuration, it also says which rules were added, removed, moved and described anew, which packets that opened and closed, and which bindings changed. Reports hold findings alone, judged when they were made. OLD or NEW may be - for stdin.

    A finding that the newer side lacks is fixed only where that side read and decided what the finding is about; else it is unknown. A cluster that the newer side does not hold was not read.

    Exit codes: 0 nothing new at or above --fail-on, 1 something is, 2 wrong usage, 3 the newer side is incomplete or a finding is unknown.

    $ sgaudit diff monday.json tuesday.json
help-command-waive =
    Print the configuration entry that accepts one finding or gap until a date.

    It is taken from a fresh audit of the source. The entry covers the packets of the finding and no others, or the gap for the clusters that depend on it; paste it under "waivers:". No file is edited.

    $ sgaudit waive 1a2b3c4d --reason "bastion, CHG-1042" --owner sre@example.com --expires 2026-12-31
help-command-rules =
    List the finding codes: what each means, an example, how to fix it.

    $ sgaudit rules
    $ sgaudit rules TSG201
help-command-baseline-show =
    Print a baseline: every row that must pass, with its reason and severity.

    $ sgaudit baseline show
    $ sgaudit baseline show tke-hardened --format yaml
help-command-permissions =
    Print the least CAM policy that lets an audit read all it needs.

    The policy is made from the same list of API actions that the audit calls. Paste it into the CAM console as a custom policy. "--format table" says which part of the audit needs which action; parts that "scope" in the configuration leaves out need none.
help-command-doctor =
    Check credentials, permissions, the endpoint and the clock before an audit.

    Each API action is tried once with a harmless request. Exit code 0 says that an audit can read all it needs, 3 that it cannot.
help-command-schema =
    Print a JSON Schema: of the report, the configuration, a baseline or a snapshot.

    The names explain, fix and diff are of what these commands print with --format json.

    $ sgaudit schema config > sgaudit.schema.json
help-group-baseline = Baselines: what must pass and what may.

help-argument-cluster = Clusters to take, by id, name or glob ("prod-*", "tag:env=prod*"); all of the regions without it. A glob that matches no cluster is exit code 3.
help-argument-explained = The cluster, by id or name; or the fingerprint of a finding (6 digits are enough), with the clusters to audit after it.
help-argument-fixed = Findings to close by their id, or clusters (id, name or glob) whose findings to close; all clusters of the regions without it.
help-argument-waived = Fingerprint of the finding or gap (6 digits are enough); then the clusters to audit, all without them.
help-argument-old = The older snapshot or report.
help-argument-new = The newer one.
help-argument-code = A code or name, as in TSG201 or excess-access; all of them without it.
help-argument-baseline = A built-in baseline or a file; the configured one without it.
help-argument-schema = Which schema.

help-option-region = Region to read, as in ap-guangzhou. Repeat it, give a comma list, or say all. Without it: the configuration's regions, then TENCENTCLOUD_REGION.
help-option-endpoint = Send the calls of every service to this scheme, host and port, signed for that host.
help-option-root-domain = Call SERVICE.DOMAIN instead of SERVICE.tencentcloudapi.com.
help-option-role-arn = Assume this role before the first read. Without it: TENCENTCLOUD_ROLE_ARN.
help-option-role-session-name = The name of the role's session. Without it: TENCENTCLOUD_ROLE_SESSION_NAME.
help-option-jobs = Calls at a time, 1 to 64.
help-option-replay = Answer every call from this cassette instead of the cloud; demo names the built-in one.
help-option-record = Write every call and its answer to this cassette, without secrets.
help-option-config = Configuration file. Without it: sgaudit.yaml in this folder, if there is one.
help-option-snapshot = Take the facts from this snapshot instead of the cloud; - reads stdin.
help-option-baseline = Built-in baseline or a file. Without it: the configuration's, then tke-default.
help-option-fail-on = Least severity that makes the exit code 1.
help-option-exit-zero = End with 0 where findings would make it 1; never turns 3 into 0.
help-option-max-age = A snapshot that was read more than this many days ago, or at an unknown time, makes the run incomplete.
help-option-today = The date that waivers are held against, as in 2026-12-31. Without it: today.
help-option-since = An earlier JSON report: each finding and gap is marked new or known.
help-option-fail-on-new = With --since, let new findings alone decide between exit codes 0 and 1. Gaps make 3, known or not.
help-option-format = Report format, or FORMAT=PATH to write it to a file. Repeat it for several reports from one reading.
help-option-output = File for the report; - is stdout.
help-option-output-printed = File for what is printed; - is stdout.
help-option-output-snapshot = File for the snapshot; - is stdout.
help-option-print-format = How to print it.
help-option-lang = Language for people: en or zh. Without it: SGAUDIT_LANG, then the locale.
help-option-quiet = Say nothing on stderr but errors.
help-option-verbose = Say more on stderr, twice for every call; leave nothing out of the table.
help-option-no-color = No colour. NO_COLOR does the same, FORCE_COLOR the opposite.
help-option-no-progress = No progress display. There is none in a pipe or in CI either.
help-option-debug = Show where in the program an error came from.
help-option-node = Node, node pool, network interface or the add-on eniipamd, by id, name or private address; or a listener or load balancer by id, then --peer is the client. Without --node and --role: every list of groups.
help-option-role = Every list of groups of this role.
help-option-direction = Seen from the node: ingress comes in, egress goes out.
help-option-protocol = Protocol of the packet; other is any without a name here.
help-option-port = The node's port for ingress, the peer's for egress; tcp and udp alone have one.
help-option-peer = The far side: the source of ingress, the destination of egress. An address, or the id of a security group (its members), a cluster (its container and cluster network) or a machine: then each of its addresses is tried, and the worst counts.
help-option-plan = The output of "terraform show -json"; - reads stdin.
help-option-change = A change file instead of a plan: whole lists of rules after the change, and who binds what; the JSON of "fix" is one. - reads stdin.
help-option-trust-references = Take the references in a list of groups that is unknown until apply as the whole list. Without it that is a gap: a reference proves only that a group is in the list.
help-option-all = Let every finding after the change decide the exit code, not the introduced ones alone.
help-option-close-excess = Close what is open in excess as well.
help-option-override-drops = Let the change stand above rules that deny on purpose.
help-option-reason = Why it is accepted.
help-option-owner = Who answers for it.
help-option-expires = The last day on which it is accepted, as in 2026-12-31.
help-option-id = What the waiver is called. Without it: W- and the start of the fingerprint.
help-option-output-waiver = File for the entry; - is stdout.
help-option-help = Show this and end.
help-option-version = Show the version and end.
help-option-install-completion = Install completion for this shell.
help-option-show-completion = Print completion for this shell.

help-command-help =
    Print a page of the reference: configuration, gate, formats ...
help-argument-topic = The name of a page; without it the list of pages.
help-option-severity-shown = Show findings of this severity or worse. Verdicts, gaps and exit code stay those of all findings.
help-option-code = Show findings of this code (TSG201) or name (excess-access); repeatable.
help-option-node-shown = Show findings on this node, node pool or interface, by id, name or private address; repeatable.
help-option-role-shown = Show findings of this role: node, master, pod or endpoint; repeatable.
help-option-severity-fixed = Close findings of this severity or worse; a finding that is named by its id is closed in any case.
