# Words of the markdown and csv formats.

markdown-title = TKE security groups against { $baseline }
markdown-verdict = Verdict
markdown-cluster = Cluster
markdown-counts = Findings
markdown-count-gaps = { $count ->
    [one] 1 gap
   *[other] { $count } gaps
}
markdown-exit = Exit code { $code }.
markdown-heading-change = The change
markdown-change-counts = { $introduced } introduced, { $resolved } resolved, { $unchanged } unchanged
markdown-heading-gaps = Could not be read or decided
markdown-heading-findings = Findings, worst first
markdown-heading-waived = Waived, not in the verdict
markdown-heading-not-covered = Not covered
markdown-example = Example
markdown-fix = Fix
markdown-cut = **{ $count } more entries do not fit into one comment.** The table, HTML and JSON reports hold everything.

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
