# 合并报告时对文件、分片、账号或集群的说明。

union-unreadable = { $file }：无法读取：{ $detail }
union-empty = { $file }：目录中没有报告（*.json）
union-not-json = { $file }：不是 JSON
union-not-json-at = { $file }：不是 JSON：第 { $line } 行：{ $detail }
union-not-report = { $file }：不是审计的 JSON 报告
union-schema = { $file }：其 schema 为 { $schema }，本版本读取 { $own }
union-key = { $file }：{ $key } 的值不是报告中的值
union-value = { $file }：含有报告中不会出现的值：{ $detail }
union-filtered = { $file }：生成时使用了筛选，隐藏了部分问题
union-unexplained = { $file }：不完整，且没有说明原因
union-lacks-findings = { $file }：统计的问题或集群多于其中列出的
union-not-judged = { $file }：称 { $cluster } 合规，但其中有内容未经判定
union-no-reason = { $file }：没有说明 { $cluster } 无法判定的原因
union-no-finding = { $file }：称 { $cluster } 不合规，但没有对应的问题
union-too-old = { $file }：读取于 { $day }，早于 { $today } 超过 { $most } 天
union-undated = { $file }：没有说明在 { $today } 之前读取
union-no-account = 没有账号 { $account } 的报告
union-no-region = 没有账号 { $account } 地域 { $region } 的报告
union-some-clusters = 账号 { $account } 地域 { $region } 的报告都只涉及部分集群
union-no-shard = 没有分片 { $shard } 的报告
union-other-shards = { $count } 个分片所划分的账号和地域不同，可能有账号或地域不在任何分片中
union-two-shards = 分片 { $shard } 同时出现在 { $files }
union-two-clusters = { $cluster } 同时出现在 { $files }；显示最新的一份
union-two-regions = 账号 { $account } 的地域 { $region } 同时出现在 { $files }
