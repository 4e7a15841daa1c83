# The report on a terminal.

table-title = Clusters: { $counts } (baseline { $baseline })
table-title-none = Clusters: none (baseline { $baseline })

table-sum-compliant = { $count } compliant
table-sum-non-compliant = { $count } non-compliant
table-sum-unknown = { $count } unknown
table-sum-not-audited = { $count } not-audited
table-sum-empty = { $count } empty
table-sum-excluded = { $count } excluded

table-count-severity = { $count } { $severity }
table-count-waived = { $count } waived
table-count-gaps = { $count } unchecked
table-why-not-audited = none of its workloads was checked
table-why-excluded = excluded on purpose: { $reason } ({ $owner })
table-why-empty = no node, no node pool and no Pod
table-clean = { $who }, all requirements met
table-clean-but = { $who }; { $counts }
table-in-what-was-read = nothing found in the data that was read

table-heading-findings = FINDINGS, worst first
table-rule-numbers = Rules are numbered as in the console, from 1; JSON has the API's index, from 0.
table-heading-waived = WAIVED, not in the verdict
table-heading-gaps = COULD NOT BE CHECKED
table-gaps-untouched = { $count ->
    [one] 1 more was there before and is not affected by the change; the exit code ignores it (-v shows it, --all counts it).
   *[other] { $count } more were there before and are not affected by the change; the exit code ignores them (-v shows them, --all counts them).
}
table-heading-not-covered = NOT COVERED
table-heading-load-balancers = LOAD BALANCERS
table-heading-requirements = REQUIREMENTS, by binding
table-heading-change = THE CHANGE

table-many = { $title } ({ $count } times)
table-code-and-title = { $code }  { $title }
table-label-cluster = Cluster
table-label-affected = Affects
table-label-problem = Problem
table-label-rule = Rule
table-label-witness = Example
table-label-why = Why
table-label-advice = Fix
table-label-fingerprint = ID
table-label-age = Age
table-label-state = State
table-label-unknown = Unknown
table-label-object = Object
table-label-waiver = Waiver
table-of-cluster = { $cluster }: { $text }
table-state-new = new: not in the earlier report
table-state-known = known: in the earlier report
table-state-introduced-by = introduced by { $resources }
table-state-introduced = introduced by the change
table-state-unchanged = there before the change
table-more = and { $count } more (-v shows them)
table-also = Also (-v shows each in full):
table-rules-more = -v shows which rules replace them, and which can be deleted.
table-rules-everywhere = { $cluster }: { $rules }
table-rules-here = { $cluster }: { $rules }, in this binding; another binding needs them
table-not-covered = { $what } in { $cluster }
table-waiver = { $id }, until { $expires }, { $owner }: { $reason }
table-waived = { $code } { $title }, { $cluster }. { $message }
table-waiver-expiring = waiver { $id } ends within 14 days
table-waiver-expired = waiver { $id } has expired and waives nothing
table-waiver-unused = waiver { $id } matches nothing

table-column-status = Status
table-column-requirement = Requirement
table-column-resource = Resource
table-column-actions = Actions
table-column-effect = Effect
table-change-counts = { $introduced } introduced, { $resolved } resolved, { $unchanged } unchanged

table-closing-nothing = No cluster was checked{ $more }.
table-closing-none = No findings{ $more }.
table-closing-findings = { $count ->
    [one] 1 finding: { $severities }{ $more }.
   *[other] { $count } findings: { $severities }{ $more }.
}
table-closing-more = {"; "}{ $counts }
table-closing-scope = Audited: { $clusters }, { $nodes }, { $masters }, { $groups }.
table-clusters = { $count ->
    [one] 1 cluster
   *[other] { $count } clusters
}
table-groups = { $count ->
    [one] 1 security group
   *[other] { $count } security groups
}
table-exit-0 = Exit code 0: everything was read; no finding at { $fail_on } or above.
table-exit-0-never = Exit code 0: everything was read; findings do not change it (--fail-on never).
table-exit-0-apart = Exit code 0: the change does not affect security groups, so it does not matter what could not be read.
table-exit-0-untouched = Exit code 0: the change does not affect anything that could not be checked.
table-exit-0-gaps-waived = Exit code 0: everything that could not be checked is waived; the clusters that depend on it stay unknown.
table-exit-1 = Exit code 1: findings at { $fail_on } or above.
table-exit-0-despite = Exit code 0: everything was read; findings at { $fail_on } or above do not change it.
table-exit-3 = Exit code 3: incomplete, something could not be checked.
table-exit-other = Exit code { $code }.
