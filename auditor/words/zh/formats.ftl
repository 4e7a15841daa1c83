# markdown 与 csv 格式的文字。

markdown-title = 按 { $baseline } 检查 TKE 安全组
markdown-verdict = 结论
markdown-cluster = 集群
markdown-counts = 问题
markdown-count-gaps = { $count } 处未知
markdown-exit = 退出码 { $code }。
markdown-heading-change = 变更
markdown-change-counts = 引入 { $introduced } 条、解决 { $resolved } 条、未变 { $unchanged } 条
markdown-heading-gaps = 未能读取或判定
markdown-heading-findings = 问题（最严重的在前）
markdown-heading-waived = 已豁免，不计入结论
markdown-heading-not-covered = 未覆盖
markdown-example = 示例
markdown-fix = 处理
markdown-cut = **另有 { $count } 项放不进一条评论。** 完整内容见 table、html 与 json 报告。

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
