# The history of runs (--history, sgaudit history).

history-missing = there is no file { $path }: sgaudit audit --history { $path } starts a history
history-empty = { $path } is empty: sgaudit audit --history { $path } starts a history in it
history-no-cluster = the history has no cluster { $cluster }
history-no-runs = { $path } is a history without a run: sgaudit audit --history { $path } adds one
history-other-database = { $path } is a database of another program: name another file for the history
history-not-a-database = { $path } is not a history: name another file for the history
history-later = { $path } is a history of a later version of sgaudit (tables { $version }, supported { $supported }): update sgaudit
history-older = { $path } is a history of an earlier version of sgaudit (tables { $version }, supported { $supported }): the next sgaudit audit --history { $path } updates it
history-damaged = { $path } is damaged ({ $reason }): restore a copy, or move the file away to start a new history
history-busy = { $path } was locked by another process for { $seconds } seconds: run the command again when it has ended
history-read-only = cannot write { $path } ({ $reason }): make the file and its folder writable, or name another file
history-disk-full = cannot write { $path } ({ $reason }): free some space on the disk
history-cannot-open = cannot open { $path } ({ $reason }): it must be a file in a folder that can be written, since SQLite keeps a journal beside it
history-failed = cannot use { $path } as a history: { $reason }
history-not-recorded = The run is not in the history. The report is complete, but without the time when each finding was first seen (exit code 3).

history-title = { $count ->
    [0] No open finding
    [one] 1 open finding
   *[other] { $count } open findings
} after the run of { $moment } UTC, mean age { $age } days. Waived findings are not counted.
history-unread = Not read in the last 12 hours: { $clusters }. Their findings are those of their last reading (the oldest of { $day }).
history-column-day = Day
history-column-critical = Critical
history-column-high = High
history-column-medium = Medium
history-column-low = Low
history-column-info = Info
history-column-new = New
history-column-fixed = Fixed
history-column-runs = Runs
history-column-complete = Read
history-complete = all
history-incomplete = in part
history-about-incomplete = On a day that was read in part, findings that could not be checked again stay open, and new ones may be missing.
history-more-days = { $count ->
    [one] 1 earlier day
   *[other] { $count } earlier days
}: --format csv has every day.
history-oldest = Oldest findings
history-more-findings = { $count ->
    [one] and 1 more finding
   *[other] and { $count } more findings
}: --format json has all.
history-finding = { $title }: { $about }
history-finding-of = { $title } ({ $groups })
history-age = since { $day }, { $days ->
    [one] 1 day
   *[other] { $days } days
}
history-age-returned = again since { $day }, { $days ->
    [one] 1 day
   *[other] { $days } days
}; first seen { $first }
history-age-back = back, first seen { $first }
history-age-oldest = { $age } (the oldest)
history-age-now = new
history-days = { $days ->
    [one] 1 day
   *[other] { $days } days
}
history-days-most = { $days ->
    [one] up to 1 day
   *[other] up to { $days } days
}
