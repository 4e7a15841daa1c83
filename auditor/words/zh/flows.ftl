# explain、fix 与 diff 的文字。

flows-verdict-allow = 放通
flows-verdict-deny = 拒绝
flows-verdict-unknown = 未知
flows-who = { $cluster }，{ $role }（{ $who }），绑定 { $groups }
flows-who-unbound = { $cluster }，{ $role }（{ $who }），未绑定安全组
flows-hop = { $rule } — { $why }
flows-end = 默认拒绝（未匹配任何规则）
flows-end-else = 默认拒绝（未匹配任何规则），除非未能读取的规则放通该流量
flows-end-balancer = 默认拒绝（未匹配任何规则），健康检查除外
flows-label-reason = 原因
flows-balancer-source = 100.64.0.0/10 和 169.254.128.0/17 是健康检查的来源网段。同账号的负载均衡从这些地址发来的流量默认放通；其他来源的此类流量会被规则拒绝。
flows-health-check = { $listeners } 从 100.64.0.0/10 对该端口做健康检查；对同账号的负载均衡，云平台默认放通。
flows-through = 经过 { $listener }
flows-balancer-unbound = 负载均衡未绑定安全组：所有客户端均可通过
flows-balancer-unread = 未读取到负载均衡的安全组
flows-arrives-applies = 到达后端时为{ $flow }，后端的安全组会过滤
flows-arrives-bypassed = 到达后端时为{ $flow }，后端的安全组不过滤（安全组默认放通）
flows-arrives-unknown = 到达后端时为{ $flow }；后端的安全组是否过滤未知
flows-unread-group = 该安全组的规则未能读取
flows-no-rules = 没有规则
flows-described = { $rule }，“{ $text }”
flows-match-decides = 匹配，以此为准
flows-match-could = 可能匹配：其中一部分无法识别
flows-match-protocol = 协议不同
flows-match-port = 端口不同
flows-match-family = 地址族不同
flows-match-address = 地址不同
flows-label-peer = 对端
flows-peer-worst = { $peer }，以 { $address } 为例
flows-peer-allowed = 放通：{ $blocks }
flows-peer-denied = 拒绝：{ $blocks }
flows-peer-unknown = 无法确定：{ $blocks }
flows-peer-incomplete = { $peer } 可能还有未读取到的地址
flows-label-waiver = 豁免
flows-blocks = 访问入口的来源网段列表：允许来自 { $blocks } 的 TCP 443
flows-unfiltered = 未绑定安全组：没有过滤，全部放通
flows-unbound = 没有绑定安全组：腾讯云没有文档说明此时放通什么
flows-as-far-as-read = { $said }（以读到的集群网络为限）
flows-diff-reports = 报告只含问题：要看规则和绑定的变化，请比较快照（sgaudit fetch -o）。
flows-label-needed = 基线
flows-needed = { $requirements } 需要放通
flows-permitted = 并非必需，但允许放通
flows-not-permitted = 基线与配置均未要求，也未允许

flows-rules-ingress = 入站规则
flows-rules-egress = 出站规则
flows-fix-title = { $count ->
    [0] 没有规则需要修改。
   *[other] 需要修改 { $count } 个安全组规则列表。未修改任何云上配置。
}
flows-fix-none = 没有可建议的规则修改。
flows-fix-group = { $group } 的{ $rules }（{ $region }）
flows-step-insert = 插入为规则 { $number }：{ $new }
flows-step-replace = 规则 { $number }：{ $old } -> { $new }
flows-step-delete = 规则 { $number }：{ $old }
flows-step-for = { $step }  # { $ids }
flows-step-described = { $rule }“{ $text }”
flows-fix-shared = 该安全组还绑定于 { $others }；证明已覆盖其中的每一组绑定。
flows-heading-proof = 证明：对修改后的状态重新计算
flows-proof = 解决 { $count } 个问题，其余流量的处理不变。
flows-label-opened = 放通
flows-label-closed = 收紧
flows-label-unsettled = 无法判定
flows-label-effect = 影响
flows-heading-remaining = 未解决的问题及原因
flows-remaining = { $count ->
    [one] { $why }：
   *[other] { $why }（{ $count } 个问题）：
}
flows-left = { $cluster }：{ $title }（{ $fingerprint }）
flows-left-by = { $cluster }：{ $title }，{ $rules }（{ $fingerprint }）
flows-why-explicit-deny = 被规则明确拒绝；加上 --override-drops 可在其之前插入规则
flows-why-shared-group = 规则放在任何位置都会影响绑定同一安全组的其他实例
flows-why-undecided = 无法判定的规则或引用可能匹配这些流量，或位于需要修改的规则列表中
flows-why-quota = 规则数量将超过安全组的配额
flows-why-no-rule = 没有规则能只匹配这些流量而不影响其他须保持不变的流量
flows-why-unproved = 找到的修改未能通过证明，因此未采用；请附上快照（sgaudit fetch -o）反馈
flows-why-close-excess = 属于过度放通；加上 --close-excess 可收紧
flows-why-less-severe = 低于所要求的级别；--severity low 会包含它
flows-why-other-filter = 涉及经过负载均衡或网络 ACL 的路径：请按问题的处理建议手动修改
flows-why-not-rules = 修改规则无法解决，需要调整安全组的绑定

flows-diff-title = 新增 { $new } 个、解决 { $fixed } 个、未变 { $unchanged } 个问题{ $unknown ->
        [0] {""}
       *[other] {""}，无法判定 { $unknown } 个
    }
flows-heading-new = 新增
flows-heading-fixed = 已解决
flows-heading-unknown = 无法判定（较新的一方）
flows-heading-rules = 规则
flows-heading-bindings = 绑定
flows-finding = { $cluster }：{ $title }。{ $message }
flows-diff-group = { $group } 的{ $rules }
flows-rule = 规则 { $number }：{ $rule }
flows-moved = 规则 { $before } 移到 { $after }：{ $rule }
flows-redescribed = 规则 { $number } 的备注由“{ $before }”改为“{ $after }”
flows-no-effect = 没有流量的处理发生变化
flows-binding = { $cluster } 的 { $node }：原为 { $before }，现为 { $after }
flows-absent = 不存在或未能读取
