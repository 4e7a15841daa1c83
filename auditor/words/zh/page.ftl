# HTML 页面。

page-title = { $verdict }：TKE 集群安全组
page-kicker = TKE 集群安全组检查：集群所需流量是否放通，是否放通过多
page-skip = 跳到报告正文
page-contents = 目录
page-footer = 由 tke-sg-auditor { $version } 生成。本文件不请求任何外部资源。同一次运行的 JSON 报告列有全部网段。

page-verdict-compliant = 合规
page-verdict-non-compliant = 不合规
page-verdict-unknown = 未知
page-verdict-not-audited = 未审计
page-verdict-empty = 空集群
page-verdict-excluded = 已排除

page-lede-nothing = 没有检查任何集群。
page-lede-compliant = { $all ->
    [1] 该集群放通了所需流量，且没有过度放通。
   *[other] { $all } 个集群都放通了所需流量，且没有过度放通。
}
page-lede-non-compliant = { $all ->
    [1] 该集群拦截了 TKE 所需的流量，或放通了基线以外的流量。
   *[other] { $all } 个集群中有 { $bad } 个拦截了 TKE 所需的流量，或放通了基线以外的流量。
}
page-lede-unknown = 已读取的部分没有发现问题，但 { $all } 个集群中有 { $unknown } 个无法判定。请按“未知”对待，不要当作通过。
page-lede-not-audited = { $unknown ->
    [0] 没有任何集群的节点、节点池或 Pod 被检查。
   *[other] 有 { $unknown } 个集群的节点、节点池和 Pod 都没有被检查。
}请按“未审计”对待，不要当作通过。
page-lede-also-unknown = { $said }另有 { $unknown } 个无法判定或未审计。

page-worst = 共 { $count } 个问题，最严重的几类
page-tally = 各级别问题数
page-waived-short = 已豁免
page-gaps-short = 无法判定

page-fact-exit = 退出码
page-exit = { $code ->
    [0] 0：无需处理
    [1] 1：有问题
    [3] 3：不完整
   *[other] { $code }
}
page-fact-complete = 读取
page-complete = 完整
page-incomplete = 不完整
page-fact-baseline = 基线
page-fact-date = 日期
page-fact-account = 账号
page-fact-read = 数据
page-fact-filter = 显示范围
page-fact-source = 来源
page-source-live = 腾讯云（实时读取）
page-source-snapshot = 快照
page-source-cassette = 录制文件
page-source-merged = 合并的报告
page-no-pictures = 合并的报告没有规则和数据包图；请看各账号自己的报告。
page-source-named = { $source }（{ $arguments }）
page-fact-regions = 地域
page-fact-threshold = 判定不通过的级别
page-threshold = { $severity }及以上
page-threshold-never = 从不
page-fact-clusters = 集群
page-fact-nodes = 节点
page-fact-masters = Master
page-fact-groups = 安全组
page-fact-finished = 完成时间
page-fact-region = 地域
page-fact-type = 集群类型
page-type-managed = 托管集群
page-type-independent = 独立集群
page-type-serverless = Serverless 集群
page-type-edge = 边缘集群
page-fact-mode = 容器网络模式
page-fact-vpc = 私有网络（VPC）
page-fact-container = 容器网络
page-fact-cluster-network = 集群网络

page-count = { $count } 个{ $of }
page-count-waived = { $count } 个已豁免
page-count-gaps = { $count } 项无法判定

page-gaps = 无法判定
page-gaps-note = 未能读取或无法识别的内容。依赖它们的结论为未知，其余结论不受影响。
page-gaps-example = 例如：{ $message }
page-gaps-none = 要求检查的内容已全部读取并判定。
page-not-covered = 不在审计范围
page-not-covered-note = 集群中基线没有规定的部分，未作检查。
page-not-covered-none = 没有遗漏。
page-not-covered-none-unknown = 已读取的部分没有遗漏。
page-load-balancers = 经过负载均衡的路径 { $count } 条
page-not-covered-line = 不在审计范围：{ $what }。{ $why }
page-cluster = 集群
page-what = 内容
page-why = 原因

page-change = 计划变更
page-change-note = 以下是变更之后的状态：新增 { $introduced } 个问题，消除 { $resolved } 个，保持 { $unchanged } 个。
page-change-resolved = 已消除：
page-resource = 资源
page-actions = 操作
page-effect = 效果
page-state-introduced = 本次引入
page-state-unchanged = 原已存在
page-state-new = 新增
page-state-known = 已知

page-trend = 趋势
page-trend-day = { $day }：{ $numbers }
page-trend-nothing = 没有未解决的问题
page-trend-changes = 新增 { $new }，已解决 { $fixed }
page-trend-incomplete = 只读取了一部分
page-trend-alt = 每天未解决的问题。{ $first }。{ $last }。
page-trend-hollow = 空心柱：当天只读取了一部分。
page-trend-earlier = 另有更早的 { $count } 天只在历史文件中。
page-trend-numbers = 每天的数字
page-matrix = 安全组绑定与放通要求
page-matrix-node = 节点
page-matrix-master = Master
page-matrix-pod = Pod
page-matrix-endpoint = API Server 访问入口
page-matrix-none = 没有可显示的集群。
page-stack = 按绑定顺序排列的安全组
page-way-ingress = 入站要求
page-way-egress = 出站要求
page-peers = 互访集群
page-excess = 过度放通
page-excess-more = 其余未知
page-unknown = 未知
page-none = 无
page-network-more = { $blocks }；其余未知
page-no-stacks = 该集群没有可比较的内容。
page-waived-mark = 已豁免

page-findings = 问题
page-findings-none = 没有发现问题。
page-findings-none-unknown = 已读取的部分没有发现问题。
page-severity = 级别
page-code = 类型
page-all = 全部
page-search = 搜索
page-search-hint = 安全组、节点、端口或文字
page-reset = 显示全部
page-unfold = 全部展开
page-fold = 全部收起
page-status = 显示 { $shown } 个问题，共 { $all } 个。
page-evidence = 规则
page-witness = 例如
page-affected = 影响范围
page-requirement = 要求
page-see-stack = 查看图示与规则
page-fingerprint = 指纹
page-copy = 复制
page-copy-what = 复制：{ $text }
page-copied = 已复制。

page-waived = 已豁免
page-waived-none = 没有已豁免的问题。
page-waived-by = { $owner } 豁免至 { $expires }（{ $id }）：{ $reason }
page-waivers = 豁免：
page-waiver-active = 有效
page-waiver-expiring = 14 天内到期
page-waiver-expired = 已过期，不再豁免
page-waiver-unused = 没有匹配的问题

page-clusters = 集群
page-picture-note = 图中横向为端口，纵向为可访问的来源或目标：柱越高，范围越大。同一位置有多种情况时分成几条。规则编号与控制台的优先级一致，从 1 开始；JSON 中是 API 的序号，从 0 开始。
page-bound = { $bound }：{ $machines }
page-role-node = 节点
page-role-master = Master
page-role-pod = Pod
page-role-endpoint = API Server
page-picture-ingress = 入站：谁能访问哪些端口
page-picture-egress = 出站：能访问哪些目标与端口
page-picture-alt = { $title }。{ $rows }。
page-picture-empty = 没有流量放通
page-picture-joined = 有 { $count } 处端口边界没有画出，所在的列以 ~ 标记。
page-band-any = 任意地址
page-band-public = 公网网段
page-band-private = 内网网段
page-band-vpc = 私有网络（VPC）
page-band-containers = 容器
page-band-holds = { $band }：{ $what }
page-portless = 无端口的协议
page-protocol-icmp = ICMP
page-protocol-icmpv6 = ICMPv6
page-protocol-gre = GRE
page-protocol-other = 其他
page-mark-required = 要求且已放通
page-mark-permitted = 允许且已放通
page-mark-excess = 过度放通
page-mark-missing = 要求但未放通
page-mark-undecided = 无法判定
page-said-open = 放通
page-said-excess = 过度放通
page-said-missing = 要求但未放通
page-said-undecided = 无法判定
page-nothing = 无
page-nothing-certain = 没有可确定放通的流量

page-rules-same = 规则与上文绑定相同安全组的节点一致。
page-rules-see = 前往查看
page-rules-ingress = 入站规则
page-rules-egress = 出站规则
page-rules-count-ingress = { $idle ->
    [0] 入站规则 { $count } 条
   *[other] 入站规则 { $count } 条，其中 { $idle } 条不起作用或多余
}
page-rules-count-egress = { $idle ->
    [0] 出站规则 { $count } 条
   *[other] 出站规则 { $count } 条，其中 { $idle } 条不起作用或多余
}
page-rule-place = 匹配顺序
page-rule-index = 规则编号
page-rule-action = 策略
page-rule-service = 协议端口
page-rule-peer-ingress = 来源
page-rule-peer-egress = 目标
page-rule-description = 备注
page-rule-marks = 相关问题
page-rule-idle-TSG304 = 不起作用
page-rule-idle-TSG305 = 多余
page-rule-members = { $group }，绑定 { $count } 个实例或网卡
page-rule-template = { $template }：{ $entries }
page-rule-not-read = { $id }（未读取）
page-rule-unreadable = 无法识别：{ $text }
page-rules-empty = 没有规则。
page-rules-not-read = 规则未能读取。{ $why }
page-rules-default = 以上规则都没有匹配的流量

page-baseline = 基线
page-baseline-note = { $name } 的要求，摘要
page-for = 适用于
page-guide-row = 官方文档中的位置

page-cell = { $services } · { $band }：{ $content }
page-cell-nothing = 没有放通，也没有要求
page-cell-addresses = { $mark }：{ $addresses }
page-cell-pods = { $block }（{ $cluster } 的 Pod）
page-cell-hint = 将指针移到单元格上，或在图中使用方向键，图下方会显示其内容。
page-permalink = 该问题的链接
page-commands = 命令
page-waive-reason = 接受原因
page-waive-owner = 负责人
page-more = 显示更多（还有 { $count } 项）
page-find-cluster = 查找集群
page-find-cluster-hint = ID、名称、地域或结论
page-cluster-status = 显示 { $shown } 个集群，共 { $all } 个。
page-worst-cluster = { $cluster } 中 { $count } 个
page-worst-clusters = { $clusters } 个集群中 { $count } 个
page-packed = 本报告包含的集群很多，规则、流量和命令以压缩形式保存在文件中；不启用 JavaScript 时不显示。结论、全部问题以及无法检查的内容都会显示。
