# markdown 格式的文字。

markdown-title = 按 { $baseline } 检查 TKE 安全组
markdown-verdict = 结论
markdown-cluster = 集群
markdown-counts = 问题
markdown-verdict-line = { $verdict }：{ $counts }。
markdown-none = 没有问题
markdown-new = 新增
markdown-heading-change = 变更
markdown-change-counts = 本次变更：引入 { $introduced } 条、解决 { $resolved } 条、未变 { $unchanged } 条。
markdown-heading-gaps = 未能读取或判定
markdown-heading-findings = 问题（最严重的在前）
markdown-heading-introduced = 由本次变更引入
markdown-heading-unchanged = 变更之前已存在
markdown-heading-waived = 已豁免，不计入结论
markdown-heading-not-covered = 未覆盖
markdown-introduced-by = 由 { $resources } 引入
markdown-resource = { $address }（{ $actions }）：{ $effect }
markdown-excluded = { $cluster }：{ $what }。{ $why }
markdown-more-places = 另有 { $count } 处
markdown-example = 示例：{ $text }
markdown-fix = **处理**：{ $text }
markdown-cut-clusters = **另有 { $count } 个集群。** 完整内容见 table、html 与 json 报告。
markdown-cut-resources = **另有 { $count } 个资源。** 完整内容见 table、html 与 json 报告。
markdown-cut-gaps = **另有 { $count } 处未能读取或判定。** 完整内容见 table、html 与 json 报告。
markdown-cut-findings = **另有 { $count } 条问题。** 完整内容见 table、html 与 json 报告。
markdown-cut-exclusions = **另有 { $count } 项。** 完整内容见 table、html 与 json 报告。
