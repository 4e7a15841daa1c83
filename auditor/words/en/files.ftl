# Files that are named from outside: read by auditor/files, whatever they hold.

files-missing = cannot read { $file }: there is no such file
files-is-folder = cannot read { $file }: it is a folder; a file is expected
files-is-device = cannot read { $file }: it is a device or a socket; a file or a pipe is expected
files-unreadable = cannot read { $file }: { $detail }
files-too-large = cannot read { $file }: it has more than { $expected } bytes; no such file is that long
files-not-utf8 = { $file }:{ $line }: found { $found }; save the file as UTF-8
files-no-home = cannot tell what folder { $path } means: there is no such user or home folder; write the path out

files-cannot-write = cannot write { $path }: { $reason }
files-output-is-folder = cannot write { $path }: it is a folder
files-output-no-folder = cannot write { $path }: there is no folder { $folder }
files-output-link-circle = cannot write { $path }: it is a link that leads back to itself

files-json-damaged = { $file }:{ $line }: this is not JSON: { $detail }
files-json-duplicate-key = { $file }: an object holds the key "{ $key }" twice; which of the two counts is undefined
files-json-number = { $file }: the number { $found } is out of range
files-json-too-deep = { $file }: nested deeper than { $expected } levels
