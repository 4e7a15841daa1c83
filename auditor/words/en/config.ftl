# What is wrong in a configuration or baseline file, or in the words for a waiver.

## The file itself.
config-no-baseline = there is no baseline { $file }, neither built in ({ $expected }) nor as a file
config-no-baseline-near = there is no baseline { $file }, neither built in ({ $expected }) nor as a file; did you mean { $near }?

## YAML.
config-no-yaml = { $file }:{ $line }: no valid YAML: { $detail }
config-tab = { $file }:{ $line }: a tab stands where YAML allows spaces alone
config-no-mapping = { $file }:{ $line }: expected keys with values (key: value) at the top of the file
config-second-document = { $file }:{ $line }: a second document starts here; one is expected
config-duplicate-key = { $file }:{ $line }: { $key }: this key stands in line { $first } already
config-key-no-text = { $file }:{ $line }: a key must be plain text
config-merge-key = { $file }:{ $line }: merge keys (<<) are not read; write the keys out
config-tag = { $file }:{ $line }: { $key }: tag { $found } is not read; use plain text, numbers, lists and keys
config-unknown-alias = { $file }:{ $line }: { $key }: alias { $found } has no anchor { $expected } above it
config-too-deep = { $file }:{ $line }: { $key }: nested deeper than { $expected } levels
config-too-many-values = { $file }:{ $line }: { $key }: more than { $expected } values, aliases written out

## Keys and values.
config-unknown-key = { $file }:{ $line }: { $key }: unknown key { $found }; known here: { $expected }
config-unknown-key-near = { $file }:{ $line }: { $key }: unknown key { $found }; did you mean { $near }? Known here: { $expected }
config-missing-key = { $file }:{ $line }: { $key }: the key { $expected } is missing
config-unknown-word = { $file }:{ $line }: { $key }: found { $found }; expected one of { $expected }
config-unknown-word-near = { $file }:{ $line }: { $key }: found { $found }, did you mean { $near }? Expected one of { $expected }
config-wrong-type = { $file }:{ $line }: { $key }: found { $found }; expected { $expected ->
        [text] text; put it in quotes
        [list] a list, as in [a, b]
        [mapping] keys with values (key: value)
        [whole-number] a whole number
        [truth-value] true or false
       *[number] a number
    }
config-too-few = { $file }:{ $line }: { $key }: expected a list of at least { $expected }
config-too-small = { $file }:{ $line }: { $key }: found { $found }; the least is { $expected }
config-not-above = { $file }:{ $line }: { $key }: found { $found }; expected a number above { $expected }
config-too-high = { $file }:{ $line }: { $key }: found { $found }; the most is { $expected }
config-blank = { $file }:{ $line }: { $key }: the text is empty
config-bad-id = { $file }:{ $line }: { $key }: { $found } cannot be an id; letters, digits, dots and hyphens, at most 64, as in { $expected }
config-bad-cluster = { $file }:{ $line }: { $key }: { $found } cannot be the id of a cluster; write one as in { $expected }
config-bad-region = { $file }:{ $line }: { $key }: { $found } cannot be a region; write one as in { $expected }
config-bad-ports = { $file }:{ $line }: { $key }: { $found } cannot be ports; write them as in { $expected }, from 0 to 65535, the lower end first
config-bad-selector = { $file }:{ $line }: { $key }: { $found } names no cluster; write it as in { $expected }
config-bad-cidr = { $file }:{ $line }: { $key }: { $found } is no block of addresses; write one as in { $expected }
config-bad-date = { $file }:{ $line }: { $key }: { $found } is no date; write one as in { $expected }
config-duplicate-id = { $file }:{ $line }: { $key }: { $found } stands in line { $first } already
config-no-network = { $file }:{ $line }: { $key }: says neither networks nor cidrs, so it names no packet; expected { $expected }
config-no-packets = { $file }:{ $line }: { $key }: no such packet exists on { $found }; { $expected }
config-ports-without = { $file }:{ $line }: { $key }: only { $expected } have ports
config-no-text = { $file }:{ $line }: { $key }: expected the text in at least one language: { $expected }

## The configuration file.
config-unknown-finding = { $file }:{ $line }: { $key }: { $found } is no finding; expected one of { $expected }
config-unknown-finding-near = { $file }:{ $line }: { $key }: { $found } is no finding, did you mean { $near }? Expected one of { $expected }
config-waiver-key = { $file }:{ $line }: { $key }: a waiver with the key { $expected } cannot have the key { $found }
config-peer-twice = { $file }:{ $line }: { $key }: { $found } stands twice among its peers; expected different clusters, as in { $expected }
config-unknown-action = { $file }:{ $line }: { $key }: no call is named { $found }; expected one of { $expected }
config-unknown-action-near = { $file }:{ $line }: { $key }: no call is named { $found }, did you mean { $near }? Expected one of { $expected }

## Baselines.
config-unknown-baseline = { $file }:{ $line }: { $key }: { $found } cannot be read as a file and is none of { $expected }
config-unknown-baseline-near = { $file }:{ $line }: { $key }: { $found } cannot be read as a file, did you mean { $near }? Built in: { $expected }
config-circle = { $file }:{ $line }: { $key }: files extend each other in a circle: { $found }
config-unknown-id = { $file }:{ $line }: { $key }: nothing inherited is named { $found }; expected one of: { $expected }
config-unknown-id-near = { $file }:{ $line }: { $key }: nothing inherited is named { $found }, did you mean { $near }? Expected one of: { $expected }
config-nothing-inherited = { $file }:{ $line }: { $key }: nothing is inherited here; name the baseline under { $expected } first
config-inherited-id = { $file }:{ $line }: { $key }: { $found } is inherited already; name it under { $expected } instead, or take another id
config-no-requirements = { $file }:{ $line }: { $key }: nothing would be required, so every group would pass; expected { $expected }
config-class-twice = { $file }:{ $line }: { $key }: there is a class { $found } above already
config-unknown-class = { $file }:{ $line }: { $key }: no class is named { $found }; expected one of { $expected }
config-unknown-class-near = { $file }:{ $line }: { $key }: no class is named { $found }, did you mean { $near }? Expected one of { $expected }
config-missing-severity = { $file }:{ $line }: { $key }: no severity is given for { $expected }
config-any-floor = { $file }:{ $line }: { $key }: found { $found }; what is open to any address is never below medium, expected one of { $expected }
config-control-floor = { $file }:{ $line }: { $key }: found { $found }; a control port open to any address is always { $expected }
config-no-control = { $file }:{ $line }: { $key }: there must be a class named { $expected }
config-last-class = { $file }:{ $line }: { $key }: the last class, { $found }, must hold every service; expected { $expected }
config-before-control = { $file }:{ $line }: { $key }: class { $found } takes services away from class { $expected }, which must come first

## Words for a waiver.
config-waiver-blank = the { $key } of a waiver cannot be empty
config-waiver-id = "{ $found }" cannot be the id of a waiver; write one word, as in { $expected }
config-waiver-no-text = the { $key } of a waiver is no { $expected } text
