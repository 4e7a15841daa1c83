# Files that are named from outside: read by auditor/files, whatever they hold.

file-missing = cannot read { $file }: there is no such file
file-is-folder = cannot read { $file }: it is a folder; a file is expected
file-is-device = cannot read { $file }: it is a device or a socket; a file or a pipe is expected
file-unreadable = cannot read { $file }: { $detail }
file-too-large = cannot read { $file }: it has more than { $expected } bytes; no such file is that long
file-not-utf8 = { $file }:{ $line }: found { $found }; save the file as UTF-8
file-no-home = cannot tell what folder { $path } means: there is no such user or home folder; write the path out

json-damaged = { $file }:{ $line }: this is not JSON: { $detail }
json-duplicate-key = { $file }: an object holds the key "{ $key }" twice; which of the two counts is undefined
json-number = { $file }: the number { $found } is out of range
json-too-deep = { $file }: nested deeper than { $expected } levels
