# 表格和网页以外各格式的文字。

formats-finding = { $title }。{ $message }{ $advice }
formats-gap = { $title }。{ $message }{ $unknown }{ $advice }
formats-ended = { $text }。
formats-of-cluster = { $cluster }：{ $text }

github-summary = { $clusters } 个集群，{ $findings } 条未豁免的问题，{ $gaps } 处未知；退出码 { $code }。

sarif-cut = 另有 { $count } 条问题未列出，都不比已列出的更严重：一次上传容纳不下更多。完整内容见 json 报告。

markdown-title = 按 { $baseline } 检查 TKE 安全组
markdown-verdict = 结论
markdown-cluster = 集群
markdown-counts = 问题
markdown-verdict-line = { $verdict }：{ $counts }。
markdown-none = 没有问题
markdown-new = 新增
markdown-exit = { $code ->
    [0] 退出码 0：已全部读取，没有达到阈值的问题。
    [1] 退出码 1：有达到或超过阈值的问题。
    [3] 退出码 3：结果不完整，有内容未能读取或判定。
   *[other] 退出码 { $code }。
}
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

csv-severity = 级别
csv-code = 代码
csv-name = 名称
csv-region = 地域
csv-cluster-id = 集群 ID
csv-cluster = 集群
csv-role = 角色
csv-groups = 安全组
csv-nodes = 节点
csv-pools = 节点池
csv-direction = 方向
csv-requirement = 要求
csv-packets = 报文
csv-title = 标题
csv-message = 问题
csv-rules = 规则
csv-advice = 处理
csv-waiver = 豁免
csv-fingerprint = 指纹
