# 快照文件中的错误。

snapshot-damaged = { $file }:{ $line }：不是有效的 JSON：{ $detail }。文件可能被截断，请用 "sgaudit fetch -o" 重新生成。
snapshot-foreign = { $file } 不是快照，而是 { $found }；应为 { $expected }。快照由 "sgaudit fetch -o" 生成。
snapshot-no-schema = { $file } 不是快照：键 "schema" 应为 { $expected }。快照由 "sgaudit fetch -o" 生成。
snapshot-version = { $file } 是 { $found } 版本的快照；本程序只读 { $expected }。请用本程序重新生成，或用生成它的版本读取。
snapshot-missing-key = { $file }：缺少 { $key }
snapshot-unknown-key = { $file }：快照中没有 { $key } 这个键，其内容会被忽略
snapshot-unknown-word = { $file }：{ $key } 为 { $found }；应为以下之一：{ $expected }
snapshot-wrong-type = { $file }：{ $key } 为 { $found }；应为{ $expected ->
        [text] 文本
        [list] 列表
        [mapping] 键值对
       *[other] 整数
    }
snapshot-bad-id = { $file }：{ $key } 为 "{ $found }"，不能作为 ID：只允许字母、数字、点、连字符和下划线
snapshot-bad-address = { $file }：{ $key } 为 "{ $found }"，不是 IP 地址、网段或地址范围
snapshot-bad-ports = { $file }：{ $key } 为 "{ $found }"；应为起止端口，取值 0 到 65535
snapshot-bad-number = { $file }：{ $key } 为 { $found }；不能为负数
snapshot-nested-group = { $file }：{ $key } 为 { $found }，它本身是模板组；模板组只能包含模板
snapshot-double = { $file }：{ $key } 中 { $found } 出现两次
snapshot-bad-account = { $file }：{ $key } 为“{ $found }”；账号应全为数字，例如 100000000001
snapshot-bad-time = { $file }：{ $key } 为 { $found }；应为带时区的时刻，例如 "2026-11-22T01:07:00Z"
