# Words of the formats that are not the table or the page.

formats-finding = { $title }. { $message } { $advice }
formats-gap = { $title }. { $message } { $unknown } { $advice }
formats-waived = { $text } Waived: { $waiver }
formats-ended = { $text }.
formats-ids = ID: { $ids }
formats-introduced-by = Introduced by { $resources }.
formats-of-cluster = { $cluster }: { $text }

formats-verdict = Verdict on { $cluster }: { $verdict }.
formats-excluded = { $verdict }: { $reason } ({ $owner })
formats-summary = Clusters: { $clusters }; unwaived findings: { $findings }; could not be checked: { $gaps }; exit code: { $code }.

formats-cut = { $count } more findings, no worse than those above, are left out: readers accept no more in one run. The JSON report is complete.
formats-with-provenance = { $text } { $provenance }
formats-more-annotations = { $count } more annotations are left out: GitHub shows ten of each level. The other formats are complete.
