# What is wrong in a configuration or baseline file, or in the words for a waiver.

## The file itself.
config-no-baseline = unknown baseline { $file }: not built in ({ $expected }) and not a file
config-no-baseline-near = unknown baseline { $file }: not built in ({ $expected }) and not a file; did you mean { $near }?

## YAML.
config-no-yaml = { $file }:{ $line }: not valid YAML: { $detail }
config-tab = { $file }:{ $line }: found a tab; YAML allows only spaces here
config-no-mapping = { $file }:{ $line }: expected keys with values (key: value) at the top of the file
config-second-document = { $file }:{ $line }: a second document starts here; only one is allowed
config-duplicate-key = { $file }:{ $line }: { $key }: duplicate key, first given in line { $first }
config-key-no-text = { $file }:{ $line }: a key must be plain text
config-merge-key = { $file }:{ $line }: merge keys (<<) are not supported; write the keys out
config-tag = { $file }:{ $line }: { $key }: tag { $found } is not supported; use plain text, numbers, lists and keys
config-unknown-alias = { $file }:{ $line }: { $key }: alias { $found } has no anchor { $expected } above it
config-too-deep = { $file }:{ $line }: { $key }: nested deeper than { $expected } levels
config-too-many-values = { $file }:{ $line }: { $key }: more than { $expected } values, with aliases expanded

## Keys and values.
config-unknown-key = { $file }:{ $line }: { $key }: unknown key { $found }; known keys: { $expected }
config-unknown-key-near = { $file }:{ $line }: { $key }: unknown key { $found }; did you mean { $near }? Known keys: { $expected }
config-missing-key = { $file }:{ $line }: { $key }: the key { $expected } is missing
config-unknown-word = { $file }:{ $line }: { $key }: found { $found }; expected one of { $expected }
config-unknown-word-near = { $file }:{ $line }: { $key }: found { $found }; did you mean { $near }? Expected one of { $expected }
config-wrong-type = { $file }:{ $line }: { $key }: found { $found }; expected { $expected ->
        [text] text; put it in quotes
        [list] a list, as in [a, b]
        [mapping] keys with values (key: value)
        [whole-number] a whole number
        [truth-value] true or false
       *[number] a number
    }
config-too-few = { $file }:{ $line }: { $key }: expected a list of at least { $expected }
config-too-small = { $file }:{ $line }: { $key }: found { $found }; the minimum is { $expected }
config-not-above = { $file }:{ $line }: { $key }: found { $found }; expected a number above { $expected }
config-too-high = { $file }:{ $line }: { $key }: found { $found }; the maximum is { $expected }
config-blank = { $file }:{ $line }: { $key }: the text is empty
config-bad-id = { $file }:{ $line }: { $key }: { $found } is not a valid ID; use up to 64 letters, digits, dots and hyphens, as in { $expected }
config-bad-account = { $file }:{ $line }: { $key }: { $found } is not a valid account ID; use the form { $expected }
config-bad-account-name = { $file }:{ $line }: { $key }: { $found } is not a valid account name; use up to 64 characters, no comma, not "all" and not digits alone, as in { $expected }
config-bad-role = { $file }:{ $line }: { $key }: { $found } is not the ARN of a role; use the form { $expected }
config-bad-session = { $file }:{ $line }: { $key }: { $found } is not a valid session name; use 2 to 128 letters, digits or any of + = , . @ _ -, as in { $expected }
config-bad-external-id = { $file }:{ $line }: { $key }: this is not a valid external ID; use 2 to 128 letters, digits or any of + = , . @ : / _ - in quotes
config-role-of-another = { $file }:{ $line }: { $key }: { $found } is a role of another account than the "id" of the entry; expected { $expected }...
config-role-missing = { $file }:{ $line }: { $key }: { $found } is for a role, but the entry has no { $expected }
config-bad-cluster = { $file }:{ $line }: { $key }: { $found } is not a valid cluster ID; use the form { $expected }
config-bad-region = { $file }:{ $line }: { $key }: { $found } is not a valid region; use the form { $expected }
config-bad-ports = { $file }:{ $line }: { $key }: { $found } are not valid ports; use the form { $expected }, from 0 to 65535, the lower end first
config-bad-selector = { $file }:{ $line }: { $key }: { $found } does not name a cluster; use the form { $expected }
config-bad-cidr = { $file }:{ $line }: { $key }: { $found } is not a valid CIDR block; use the form { $expected }
config-bad-date = { $file }:{ $line }: { $key }: { $found } is not a valid date; use the form { $expected }
config-duplicate-id = { $file }:{ $line }: { $key }: duplicate ID { $found }, first given in line { $first }
config-no-network = { $file }:{ $line }: { $key }: neither networks nor cidrs, so no packet matches; expected { $expected }
config-no-packets = { $file }:{ $line }: { $key }: no such packet exists on { $found }; { $expected }
config-ports-without = { $file }:{ $line }: { $key }: only { $expected } have ports
config-no-text = { $file }:{ $line }: { $key }: expected the text in at least one language: { $expected }

## The configuration file.
config-unknown-finding = { $file }:{ $line }: { $key }: unknown finding { $found }; expected one of { $expected }
config-unknown-finding-near = { $file }:{ $line }: { $key }: unknown finding { $found }; did you mean { $near }? Expected one of { $expected }
config-waiver-key = { $file }:{ $line }: { $key }: a waiver with the key { $expected } cannot have the key { $found }
config-peer-twice = { $file }:{ $line }: { $key }: { $found } is listed twice among its peers; expected different clusters, as in { $expected }
config-unknown-action = { $file }:{ $line }: { $key }: unknown API action { $found }; expected one of { $expected }
config-unknown-action-near = { $file }:{ $line }: { $key }: unknown API action { $found }; did you mean { $near }? Expected one of { $expected }

## Baselines.
config-unknown-baseline = { $file }:{ $line }: { $key }: { $found } cannot be read as a file and is not one of { $expected }
config-unknown-baseline-near = { $file }:{ $line }: { $key }: { $found } cannot be read as a file; did you mean { $near }? Built in: { $expected }
config-circle = { $file }:{ $line }: { $key }: files extend each other in a circle: { $found }
config-unknown-id = { $file }:{ $line }: { $key }: { $found } is not inherited; expected one of: { $expected }
config-unknown-id-near = { $file }:{ $line }: { $key }: { $found } is not inherited; did you mean { $near }? Expected one of: { $expected }
config-nothing-inherited = { $file }:{ $line }: { $key }: nothing is inherited here; name the baseline under { $expected } first
config-inherited-id = { $file }:{ $line }: { $key }: { $found } is already inherited; use it under { $expected }, or choose another ID
config-no-requirements = { $file }:{ $line }: { $key }: nothing would be required, so every group would pass; expected { $expected }
config-class-twice = { $file }:{ $line }: { $key }: class { $found } is already defined above
config-unknown-class = { $file }:{ $line }: { $key }: unknown class { $found }; expected one of { $expected }
config-unknown-class-near = { $file }:{ $line }: { $key }: unknown class { $found }; did you mean { $near }? Expected one of { $expected }
config-missing-severity = { $file }:{ $line }: { $key }: no severity for { $expected }
config-any-floor = { $file }:{ $line }: { $key }: found { $found }; access from any address is never below medium, expected one of { $expected }
config-control-floor = { $file }:{ $line }: { $key }: found { $found }; a control port open to any address is always { $expected }
config-no-control = { $file }:{ $line }: { $key }: there must be a class { $expected }
config-last-class = { $file }:{ $line }: { $key }: the last class, { $found }, must contain every service; expected { $expected }
config-before-control = { $file }:{ $line }: { $key }: class { $found } takes services from class { $expected }, which must come first

## Words for a waiver.
config-waiver-blank = the { $key } of a waiver cannot be empty
config-waiver-id = "{ $found }" is not a valid waiver ID; use one word, as in { $expected }
config-waiver-no-text = the { $key } of a waiver is not { $expected } text
