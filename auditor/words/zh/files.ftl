# 由外部指定的文件：无论内容是什么，都由 auditor/files 读取。

files-missing = 无法读取 { $file }：文件不存在
files-is-folder = 无法读取 { $file }：这是文件夹，应为文件
files-not-folder = 无法读取 { $path }：文件夹不存在
files-is-device = 无法读取 { $file }：这是设备或套接字，应为文件或管道
files-unreadable = 无法读取 { $file }：{ $detail }
files-too-large = 无法读取 { $file }：超过 { $expected } 字节；这类文件不会这么长
files-not-utf8 = { $file }:{ $line }：发现 { $found }；请将文件保存为 UTF-8
files-no-home = 无法确定 { $path } 指哪个文件夹：没有这个用户或主目录；请写出完整路径

files-cannot-write = 无法写入 { $path }：{ $reason }
files-output-is-folder = 无法写入 { $path }：它是目录
files-output-no-folder = 无法写入 { $path }：没有目录 { $folder }
files-output-link-circle = 无法写入 { $path }：这是指回自身的链接

files-json-damaged = { $file }:{ $line }：不是 JSON：{ $detail }
files-json-duplicate-key = { $file }：同一个对象中键 "{ $key }" 出现了两次，以哪一个为准没有定义
files-json-number = { $file }：数字 { $found } 超出范围
files-json-too-deep = { $file }：嵌套超过 { $expected } 层
