# Files that are named from outside: read by auditor/files, whatever they hold.

files-missing = cannot read { $file }: no such file
files-is-folder = cannot read { $file }: it is a folder; a file is expected
files-not-folder = cannot read { $path }: there is no such folder
files-is-device = cannot read { $file }: it is a device or a socket; a file or a pipe is expected
files-unreadable = cannot read { $file }: { $detail }
files-too-large = cannot read { $file }: it is larger than { $expected } bytes
files-not-utf8 = { $file }:{ $line }: found { $found }; save the file as UTF-8
files-no-home = cannot resolve folder { $path }: no such user or home folder; write the path out

files-cannot-write = cannot write { $path }: { $reason }
files-output-is-folder = cannot write { $path }: it is a folder
files-output-no-folder = cannot write { $path }: no folder { $folder }
files-output-link-circle = cannot write { $path }: it is a link to itself

files-json-damaged = { $file }:{ $line }: not valid JSON: { $detail }
files-json-duplicate-key = { $file }: duplicate key "{ $key }" in an object
files-json-number = { $file }: the number { $found } is out of range
files-json-too-deep = { $file }: nested deeper than { $expected } levels
