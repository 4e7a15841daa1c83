# 表格和网页以外各格式的文字。

formats-finding = { $title }。{ $message }{ $advice }
formats-gap = { $title }。{ $message }{ $unknown }{ $advice }
formats-waived = { $text }已豁免：{ $waiver }
formats-ended = { $text }。
formats-ids = 指纹：{ $ids }
formats-introduced-by = 由 { $resources } 引入。
formats-of-cluster = { $cluster }：{ $text }

formats-verdict = { $cluster } 的结论：{ $verdict }。
formats-excluded = { $verdict }：{ $reason }（{ $owner }）
formats-summary = { $clusters } 个集群，{ $findings } 个未豁免的问题，{ $gaps } 处无法判定；退出码 { $code }。

formats-cut = 另有 { $count } 个问题未列出，都不比已列出的更严重：一次上传容纳不下更多。完整内容见 json 报告。
formats-with-provenance = { $text }{ $provenance }
formats-more-annotations = 另有 { $count } 条注解未输出：GitHub 每个级别只显示十条，其他格式包含全部。
