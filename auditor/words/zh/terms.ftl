# 句子中用到的词和短语。

terms-list-separator = 、
terms-part-separator = ；
terms-between-sentences = {""}
terms-and = {" 和 "}
terms-both = { $first } 和 { $last }
terms-and-more = { $shown } 等 { $total } 项
terms-and-more-in-json = { $shown } 等 { $total } 项（全部见 JSON 报告）
terms-and-more-sets = { $shown }；另有 { $count } 组流量
terms-and-more-sets-in-json = { $shown }；另有 { $count } 组流量（全部见 JSON 报告）
terms-clipped = { $start }…（其后还有 { $count } 个字符）
terms-named = { $id }（{ $name }）
terms-then = {" → "}

terms-flow-ingress = 来自 { $where } 的 { $services }
terms-flow-egress = 去往 { $where } 的 { $services }
terms-flow-either = 与 { $where } 之间的 { $services }
terms-one-port = { $protocol } { $port } 端口
terms-every-port = { $protocol } 全部端口
terms-any-address = 任意地址
terms-any-v4 = 任意 IPv4 地址
terms-any-v6 = 任意 IPv6 地址
terms-except = { $whole }（{ $absent } 除外）

terms-protocol-tcp = TCP
terms-protocol-udp = UDP
terms-protocol-icmp = ICMP
terms-protocol-icmpv6 = ICMPv6
terms-protocol-gre = GRE
terms-protocol-other = 其他 IP 协议
terms-protocol-all = 全部流量

terms-severity-critical = 严重
terms-severity-high = 高危
terms-severity-medium = 中危
terms-severity-low = 低危
terms-severity-info = 提示

terms-verdict-compliant = 合规
terms-verdict-non-compliant = 不合规
terms-verdict-unknown = 未知
terms-verdict-not-audited = 未审计
terms-verdict-empty = 空集群
terms-verdict-excluded = 已排除

terms-status-met = 已放通
terms-status-partial = 部分未放通
terms-status-blocked = 未放通
terms-status-unknown = 未知
terms-status-not-applicable = 不适用

terms-role-node = 节点
terms-role-master = Master
terms-role-pod = Pod
terms-role-endpoint = API Server 访问入口
terms-nodes-node = { $count } 个节点
terms-nodes-master = { $count } 个 Master
terms-pools = { $count } 个节点池
terms-secondary-node = { $count } 个节点辅助网卡
terms-secondary-master = { $count } 个 Master 辅助网卡
terms-pod-interfaces = { $count } 个 Pod 网卡（VPC-CNI）
terms-super-pods = { $count } 个超级节点 Pod
terms-super-pools = { $count } 个超级节点池的下一个 Pod
terms-add-ons = 下一个 Pod 网卡（VPC-CNI）
terms-entrances = { $count } 个 API Server 访问入口
terms-next-pod-of-pool = { $count ->
    [1] 节点池 { $ids } 的下一个 Pod
   *[other] 各节点池（{ $ids }）的下一个 Pod
}
terms-next-interface-of-add-on = 组件 { $ids } 创建的下一个 Pod 网卡
terms-interface-of = { $node } 的 { $interface }
terms-direction-ingress = 入站
terms-direction-egress = 出站
terms-action-allow = 允许
terms-action-deny = 拒绝
terms-action-unreadable = 未知策略

terms-provenance = { $account }。{ $reading }。
terms-filter = 按 { $options } 筛选：{ $all } 个问题中有 { $count } 个未显示；结论和退出码按全部问题计算。
terms-baseline-of = { $baseline }（{ $count } 个集群）
terms-account = 账号 { $account }
terms-accounts = { $count } 个账号
terms-account-unknown = 账号未知
terms-read-live = 读取于 { $moment } UTC{ $age }
terms-read-snapshot = 快照读取于 { $moment } UTC{ $age }
terms-read-cassette = 录制于 { $moment } UTC{ $age }
terms-read-merged = 由多份报告合并，最早的读取于 { $moment } UTC{ $age }
terms-read-unknown-live = 读取时间未知
terms-read-unknown-snapshot = 快照没有日期，无从知道有多旧
terms-read-unknown-cassette = 录制没有日期
terms-read-unknown-merged = 由多份报告合并，其中有的没有日期
terms-read-age = （{ $days } 天前）

terms-no-groups = 未绑定安全组
terms-rule-ingress = { $group } 的入站规则 { $number }
terms-rule-egress = { $group } 的出站规则 { $number }
terms-rules-ingress = { $group } 的入站规则 { $numbers }
terms-rules-egress = { $group } 的出站规则 { $numbers }
terms-evidence-ingress = { $group } 入站规则 { $number }：{ $action } { $content }
terms-evidence-egress = { $group } 出站规则 { $number }：{ $action } { $content }
terms-evidence-acl = 网络 ACL { $id }
terms-evidence-block = 访问入口的来源网段 { $id }
terms-evidence-load-balancer = 负载均衡 { $id }
terms-evidence-listener = 监听器 { $id }
terms-evidence-endpoint = API Server 访问入口 { $id }
terms-entry-ingress = { $resource } 的入站规则 { $index }
terms-entry-egress = { $resource } 的出站规则 { $index }
terms-decides = { $resource }：{ $action }
terms-described = { $said }，备注“{ $text }”
terms-service-template = 协议端口模板 { $template }
terms-address-template = IP 地址模板 { $template }
terms-group-peer = 绑定了 { $group } 的实例
terms-unreadable = 无法识别的内容（“{ $text }”）
terms-in-account = { $text }（账号 { $account }）
