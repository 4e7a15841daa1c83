# Words of the formats that are not the table or the page.

formats-finding = { $title }. { $message } { $advice }
formats-gap = { $title }. { $message } { $unknown } { $advice }
formats-ended = { $text }.
formats-of-cluster = { $cluster }: { $text }

github-summary = Clusters: { $clusters }; findings that no waiver covers: { $findings }; gaps: { $gaps }; exit code: { $code }.

sarif-cut = { $count } more findings, no worse than those above, are left out: readers take no more in one run. The JSON report holds all.

markdown-title = TKE security groups against { $baseline }
markdown-verdict = Verdict
markdown-cluster = Cluster
markdown-counts = Findings
markdown-verdict-line = { $verdict }: { $counts }.
markdown-none = no findings
markdown-new = new
markdown-exit = { $code ->
    [0] Exit code 0: all was read, and nothing reaches the threshold.
    [1] Exit code 1: findings at or above the threshold.
    [3] Exit code 3: incomplete, something could not be read or decided.
   *[other] Exit code { $code }.
}
markdown-heading-change = The change
markdown-change-counts = The change: { $introduced } introduced, { $resolved } resolved, { $unchanged } unchanged.
markdown-heading-gaps = Could not be read or decided
markdown-heading-findings = Findings, worst first
markdown-heading-introduced = Introduced by the change
markdown-heading-unchanged = There before the change
markdown-heading-waived = Waived, not in the verdict
markdown-heading-not-covered = Not covered
markdown-introduced-by = introduced by { $resources }
markdown-resource = { $address } ({ $actions }): { $effect }
markdown-excluded = { $cluster }: { $what }. { $why }
markdown-more-places = and { $count } more
markdown-example = Example: { $text }
markdown-fix = **Fix:** { $text }
markdown-cut-clusters = **And { $count } more clusters.** The table, HTML and JSON reports hold everything.
markdown-cut-resources = **And { $count } more resources.** The table, HTML and JSON reports hold everything.
markdown-cut-gaps = **And { $count } more that could not be read or decided.** The table, HTML and JSON reports hold everything.
markdown-cut-findings = **And { $count } more findings.** The table, HTML and JSON reports hold everything.
markdown-cut-exclusions = **And { $count } more.** The table, HTML and JSON reports hold everything.

csv-severity = Severity
csv-code = Code
csv-name = Name
csv-region = Region
csv-cluster-id = Cluster ID
csv-cluster = Cluster
csv-role = Role
csv-groups = Security groups
csv-nodes = Nodes
csv-pools = Node pools
csv-direction = Direction
csv-requirement = Requirement
csv-packets = Packets
csv-title = Title
csv-message = Problem
csv-rules = Rules
csv-advice = Fix
csv-waiver = Waiver
csv-fingerprint = Fingerprint
