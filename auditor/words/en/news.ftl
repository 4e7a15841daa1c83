# What is new since an earlier report (--since).

news-line = Since the earlier report: { $counts }.
news-line-run = Since the run of { $moment } UTC: { $counts }.
news-new = { $count } new
news-fixed = { $count } fixed
news-unknown = { $count } could not be checked again
news-known = { $count } known
news-gaps-new = { $count ->
    [one] 1 gap new
   *[other] { $count } gaps new
}
news-gaps-known = { $count ->
    [one] 1 gap known
   *[other] { $count } gaps known
}
news-known-findings = { $count ->
    [one] 1 finding
   *[other] { $count } findings
}
news-known-gaps = { $count ->
    [one] 1 gap
   *[other] { $count } gaps
}
news-known-before = Known from the earlier report: { $counts }.
news-known-shown = Known from the earlier report: { $counts } (-v shows all).
news-word-fixed = FIXED
news-fixed-more = { $count ->
    [one] and 1 more is fixed
   *[other] and { $count } more are fixed
}
news-state-new = new
news-state-known = known
