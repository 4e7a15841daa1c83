# What is wrong in a file that should hold a snapshot.

snapshot-damaged = { $file }:{ $line }: this is no valid JSON: { $detail }. The file may have been cut; write it again with "sgaudit fetch -o".
snapshot-foreign = { $file } is no snapshot but { $found }; { $expected } is expected. Snapshots are written by "sgaudit fetch -o".
snapshot-no-schema = { $file } is no snapshot: its key "schema" should be { $expected }. Snapshots are written by "sgaudit fetch -o".
snapshot-version = { $file } is a snapshot of the version { $found }; this sgaudit reads { $expected }. Write it again with this sgaudit, or read it with the one that wrote it.
snapshot-missing-key = { $file }: { $key } is missing
snapshot-unknown-key = { $file }: { $key } is a key that no snapshot has; what it holds would be ignored
snapshot-unknown-word = { $file }: { $key } is { $found }; expected one of { $expected }
snapshot-wrong-type = { $file }: { $key } is { $found }; expected { $expected ->
        [text] text
        [list] a list
        [mapping] keys with values
       *[other] a whole number
    }
snapshot-bad-id = { $file }: { $key } is "{ $found }", which cannot be an id: letters, digits, dots, dashes and underscores alone
snapshot-bad-address = { $file }: { $key } is "{ $found }", which is no address, block or range of addresses
snapshot-bad-ports = { $file }: { $key } is "{ $found }"; expected first and last port, from 0 to 65535
snapshot-bad-number = { $file }: { $key } is { $found }; it cannot be negative
snapshot-nested-group = { $file }: { $key } is { $found }, itself a group of templates; groups hold templates alone
snapshot-double = { $file }: { $key } has { $found } twice
snapshot-bad-account = { $file }: { $key } is "{ $found }"; an account is digits alone, as in 100000000001
snapshot-bad-time = { $file }: { $key } is { $found }; expected a moment with its time zone, as in "2026-11-22T01:07:00Z"
