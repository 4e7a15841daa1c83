# 终端上的报告。

table-title = 集群：{ $counts }（基线 { $baseline }）
table-title-none = 集群：无（基线 { $baseline }）

table-sum-compliant = { $count } 个合规
table-sum-non-compliant = { $count } 个不合规
table-sum-unknown = { $count } 个未知
table-sum-not-audited = { $count } 个未审计
table-sum-empty = { $count } 个空集群
table-sum-excluded = { $count } 个已排除

table-count-severity = { $severity } { $count }
table-count-waived = 已豁免 { $count }
table-count-gaps = 无法判定 { $count }
table-why-not-audited = 其中运行的内容都没有被检查
table-why-excluded = 有意排除：{ $reason }（{ $owner }）
table-why-empty = 没有节点、节点池和 Pod
table-clean = { $who }，全部符合要求
table-clean-but = { $who }；{ $counts }
table-in-what-was-read = 已读取的部分未发现问题

table-heading-findings = 问题（由重到轻）
table-rule-numbers = 规则编号与控制台的优先级一致，从 1 开始；JSON 中是 API 的序号，从 0 开始。
table-heading-waived = 已豁免（不计入结论）
table-heading-gaps = 无法判定
table-gaps-untouched = 另有 { $count } 处在变更之前已存在，且与变更涉及的部分无关；退出码不计入（-v 列出，--all 计入）。
table-heading-not-covered = 不在审计范围
table-heading-load-balancers = 负载均衡
table-heading-requirements = 各项要求（按安全组绑定）
table-heading-change = 本次变更

table-many = { $title }（{ $count } 个）
table-code-and-title = { $code }  { $title }
table-label-cluster = 集群
table-label-affected = 影响
table-label-problem = 问题
table-label-rule = 规则
table-label-witness = 示例
table-label-why = 原因
table-label-advice = 处理
table-label-fingerprint = 指纹
table-label-age = 存在
table-label-state = 状态
table-label-unknown = 受影响的结论
table-label-object = 对象
table-label-waiver = 豁免
table-of-cluster = { $cluster }：{ $text }
table-state-new = 新增：之前的报告中没有
table-state-known = 已知：之前的报告中已有
table-state-introduced-by = 由 { $resources } 引入
table-state-introduced = 由本次变更引入
table-state-unchanged = 变更之前已存在
table-more = 另有 { $count } 项（-v 显示全部）
table-also = 此外还有（-v 逐项列出）：
table-rules-more = 用 -v 可查看是哪些规则代替它们生效，以及哪些可以删除。
table-rules-everywhere = { $cluster }：{ $rules }
table-rules-here = { $cluster }：{ $rules }，仅在此绑定中如此，在其他绑定中仍起作用
table-not-covered = { $cluster }：{ $what }
table-waiver = { $id }，有效期至 { $expires }，{ $owner }：{ $reason }
table-waived = { $code } { $title }，{ $cluster }。{ $message }
table-waiver-expiring = 豁免 { $id } 将在 14 天内到期
table-waiver-expired = 豁免 { $id } 已到期，不再生效
table-waiver-unused = 豁免 { $id } 没有匹配任何内容

table-column-status = 状态
table-column-requirement = 要求
table-column-resource = 资源
table-column-actions = 操作
table-column-effect = 效果
table-change-counts = 引入 { $introduced } 个问题，解决 { $resolved } 个，未变 { $unchanged } 个

table-closing-nothing = 没有检查任何集群{ $more }。
table-closing-none = 没有发现问题{ $more }。
table-closing-findings = 共 { $count } 个问题：{ $severities }{ $more }。
table-closing-more = ；{ $counts }
table-closing-scope = 已审计：{ $clusters }、{ $nodes }、{ $masters }、{ $groups }。
table-clusters = { $count } 个集群
table-groups = { $count } 个安全组
table-exit-0 = 退出码 0：全部读取完毕，没有达到“{ $fail_on }”级别的问题。
table-exit-0-never = 退出码 0：全部读取完毕；有问题也不改变退出码（--fail-on never）。
table-exit-0-apart = 退出码 0：该变更与安全组无关，未读取的内容不影响这一结论。
table-exit-0-untouched = 退出码 0：无法判定的内容与变更涉及的部分无关。
table-exit-0-gaps-waived = 退出码 0：无法判定的内容均已豁免；依赖它们的集群，结论仍为未知。
table-exit-1 = 退出码 1：存在“{ $fail_on }”及以上级别的问题。
table-exit-0-despite = 退出码 0：全部读取完毕；“{ $fail_on }”及以上级别的问题在此不改变退出码。
table-exit-3 = 退出码 3：不完整，有内容无法判定。
table-exit-other = 退出码 { $code }。
