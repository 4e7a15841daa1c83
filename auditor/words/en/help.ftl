# What --help says. A line for the list of commands, a blank line, the rest.

help-usage = Usage: { $line }
help-program = sgaudit tells whether the security groups of TKE nodes and Masters let through what the cluster needs, and nothing more. It reads the cloud and never writes to it.

help-panel-commands = Commands
help-panel-arguments = Arguments
help-panel-source = Where the facts come from
help-panel-judgement = What they are held against
help-panel-output = Reports
help-panel-general = Other

help-more = More on a command: { $command }
help-twins = Each option has a twin in the environment: --fail-on is SGAUDIT_FAIL_ON, and so on. The command line beats the environment; an empty variable counts as unset.
help-choices = {" "}One of: { $choices }.
help-default = {" "}Default: { $value }.

help-command-audit =
    Read clusters, hold their security groups against the baseline, report.

    Without CLUSTER_ID every cluster of the regions is audited. The facts come from the cloud (the default), from a snapshot or from a cassette; the report goes to stdout, everything else to stderr.

    Exit codes: 0 all was read and is fine, 1 findings at or above --fail-on, 2 wrong usage or configuration, 3 something could not be read or decided, 70 a fault of the program, 130 interrupted.

    $ sgaudit audit --replay demo
    $ sgaudit audit --region ap-guangzhou,ap-shanghai --format table --format json=report.json
    $ sgaudit audit cls-aaaaaaaa --region ap-guangzhou --fail-on high
help-command-fetch =
    Read clusters and write what was read to a snapshot; nothing is judged.

    The snapshot goes to --output, or to stdout. It is JSON, holds no secret, and gives the same report with "audit --snapshot" as the cloud would have. Exit code 3 says that it has gaps; it is written all the same.

    $ sgaudit fetch --region ap-guangzhou -o snapshot.json
    $ sgaudit audit --snapshot snapshot.json
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

    The policy is made from the same list of API actions that the audit calls. Paste it into the CAM console as a custom policy.
help-command-doctor =
    Check credentials, permissions, the endpoint and the clock before an audit.

    Each API action is tried once with a harmless request. Exit code 0 says that an audit can read all it needs, 3 that it cannot.
help-command-schema =
    Print a JSON Schema: of the report, the configuration, a baseline or a snapshot.

    $ sgaudit schema config > sgaudit.schema.json
help-group-baseline = Baselines: what must pass and what may.

help-argument-cluster = Clusters to take (cls-...); all of the regions without it.
help-argument-code = A code or name, as in TSG201 or excess-access; all of them without it.
help-argument-baseline = A built-in baseline or a file; the configured one without it.
help-argument-schema = Which schema.

help-option-region = Region to read, as in ap-guangzhou. Repeat it, give a comma list, or say all. Without it: the configuration's regions, then TENCENTCLOUD_REGION.
help-option-endpoint = Send the calls of every service to this scheme, host and port, signed for that host.
help-option-root-domain = Call SERVICE.DOMAIN instead of SERVICE.tencentcloudapi.com.
help-option-jobs = Calls at a time, 1 to 64.
help-option-replay = Answer every call from this cassette instead of the cloud; demo names the built-in one.
help-option-record = Write every call and its answer to this cassette, without secrets.
help-option-config = Configuration file. Without it: sgaudit.yaml in this folder, if there is one.
help-option-snapshot = Take the facts from this snapshot instead of the cloud; - reads stdin.
help-option-baseline = Built-in baseline or a file. Without it: the configuration's, then tke-default.
help-option-fail-on = Least severity that makes the exit code 1.
help-option-exit-zero = End with 0 where findings would make it 1; never turns 3 into 0.
help-option-today = The date that waivers are held against, as in 2026-12-31. Without it: today.
help-option-since = An earlier JSON report: each finding is marked new or known.
help-option-fail-on-new = With --since, let new findings alone decide the exit code.
help-option-format = Report format, or FORMAT=PATH to write it to a file. Repeat it for several reports from one reading.
help-option-output = File for the report; - is stdout.
help-option-output-snapshot = File for the snapshot; - is stdout.
help-option-print-format = How to print it.
help-option-lang = Language for people: en or zh. Without it: SGAUDIT_LANG, then the locale.
help-option-quiet = Say nothing on stderr but errors.
help-option-verbose = Say more on stderr, twice for every call; leave nothing out of the table.
help-option-no-color = No colour. NO_COLOR does the same, FORCE_COLOR the opposite.
help-option-no-progress = No progress display. There is none in a pipe or in CI either.
help-option-debug = Show where in the program an error came from.
help-option-help = Show this and end.
help-option-version = Show the version and end.
help-option-install-completion = Install completion for this shell.
help-option-show-completion = Print completion for this shell.
