# Words of the formats that are not the table or the page.

formats-finding = { $title }. { $message } { $advice }
formats-gap = { $title }. { $message } { $unknown } { $advice }
formats-waived = { $text } Waived: { $waiver }
formats-ended = { $text }.
formats-ids = Id: { $ids }
formats-of-cluster = { $cluster }: { $text }

formats-verdict = Verdict on { $cluster }: { $verdict }.
formats-excluded = { $verdict }: { $reason } ({ $owner })
formats-summary = Clusters: { $clusters }; findings that no waiver covers: { $findings }; gaps: { $gaps }; exit code: { $code }.

formats-cut = { $count } more findings, no worse than those above, are left out: readers take no more in one run. The JSON report holds all.
formats-with-provenance = { $text } { $provenance }
formats-more-annotations = { $count } more annotations are left out: GitHub shows ten of a level. The other formats have all.
