# Words of the markdown format.

markdown-title = TKE security groups against { $baseline }
markdown-verdict = Verdict
markdown-cluster = Cluster
markdown-counts = Findings
markdown-verdict-line = { $verdict }: { $counts }.
markdown-none = no findings
markdown-new = new
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
