# What is wrong in a file that should hold a snapshot.

snapshot-damaged = { $file }:{ $line }: not valid JSON: { $detail }. The file may be truncated; write it again with "sgaudit fetch -o".
snapshot-foreign = { $file } is not a snapshot but { $found }; { $expected } is expected. "sgaudit fetch -o" writes snapshots.
snapshot-no-schema = { $file } is not a snapshot: its key "schema" should be { $expected }. "sgaudit fetch -o" writes snapshots.
snapshot-version = { $file } is a snapshot of version { $found }; this sgaudit reads { $expected }. Write it again with this version, or read it with the version that wrote it.
snapshot-missing-key = { $file }: { $key } is missing
snapshot-unknown-key = { $file }: unknown key { $key }; its content would be ignored
snapshot-unknown-word = { $file }: { $key } is { $found }; expected one of { $expected }
snapshot-wrong-type = { $file }: { $key } is { $found }; expected { $expected ->
        [text] text
        [list] a list
        [mapping] keys with values
       *[other] a whole number
    }
snapshot-bad-id = { $file }: { $key } is "{ $found }", which is not a valid ID: use only letters, digits, dots, dashes and underscores
snapshot-bad-address = { $file }: { $key } is "{ $found }", which is not an address, block or range
snapshot-bad-ports = { $file }: { $key } is "{ $found }"; expected first and last port, from 0 to 65535
snapshot-bad-number = { $file }: { $key } is { $found }; it cannot be negative
snapshot-nested-group = { $file }: { $key } is { $found }, itself a group of templates; groups contain only templates
snapshot-double = { $file }: { $key } contains { $found } twice
snapshot-bad-account = { $file }: { $key } is "{ $found }"; an account ID has only digits, as in 100000000001
snapshot-bad-time = { $file }: { $key } is { $found }; expected a time with its time zone, as in "2026-11-22T01:07:00Z"
