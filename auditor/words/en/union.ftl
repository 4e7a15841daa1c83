# What a merge of reports says of a file, a shard, an account or a cluster. Gaps have the English text.

union-unreadable = { $file }: it cannot be read: { $detail }
union-empty = { $file }: the folder has no report (*.json)
union-not-json = { $file }: it is not JSON
union-not-json-at = { $file }: it is not JSON: line { $line }: { $detail }
union-not-report = { $file }: it is not the JSON report of an audit
union-schema = { $file }: its schema is { $schema }, this version reads { $own }
union-key = { $file }: the value of { $key } is not that of a report
union-value = { $file }: it has a value that no report has: { $detail }
union-filtered = { $file }: it was written with a filter, which hides findings
union-unexplained = { $file }: it is incomplete and does not say why
union-lacks-findings = { $file }: it counts more findings or clusters than it has
union-not-judged = { $file }: it calls { $cluster } compliant, but not all of it was judged
union-no-reason = { $file }: it does not say why { $cluster } could not be judged
union-no-finding = { $file }: it calls { $cluster } non-compliant without a finding that says why
union-too-old = { $file }: it was read on { $day }, which is more than { $most } days before { $today }
union-undated = { $file }: it does not say that it was read by { $today }
union-no-account = no report is of the account { $account }
union-no-region = no report is of the region { $region } of the account { $account }
union-some-clusters = every report of the region { $region } of the account { $account } is about some of its clusters alone
union-no-shard = no report is of the shard { $shard }
union-other-shards = the { $count } shards divided different accounts and regions, so some may be in no shard
union-two-shards = the shard { $shard } is in { $files }
union-two-clusters = { $cluster } is in { $files }; the newest is shown
union-two-regions = the region { $region } of the account { $account } is in { $files }
