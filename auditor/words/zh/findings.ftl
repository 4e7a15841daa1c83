# 审计结果的说明。标题不带句号，其余以句号结尾。

findings-blocked-title = 未放通：{ $requirement }
findings-blocked-whole-ingress = 以下流量全部被拦截：{ $packets }。
findings-blocked-whole-egress = 以下流量全部被拦截：{ $packets }。
findings-blocked-partial-ingress = 以下流量被拦截：{ $packets }。该项要求的其余部分已放通。
findings-blocked-partial-egress = 以下流量被拦截：{ $packets }。该项要求的其余部分已放通。
findings-blocked-unsure-ingress = 以下流量被拦截：{ $packets }。该项要求的其余部分无法判定。
findings-blocked-unsure-egress = 以下流量被拦截：{ $packets }。该项要求的其余部分无法判定。
findings-blocked-add-ingress = 在 { $group } 中添加一条入站规则，允许{ $packets }。目前没有规则匹配这些流量，添加在任何位置均可。
findings-blocked-add-egress = 在 { $group } 中添加一条出站规则，允许{ $packets }。目前没有规则匹配这些流量，添加在任何位置均可。
findings-blocked-insert-ingress = 在 { $group } 的入站规则 { $number } 之前插入一条规则，允许{ $packets }；也可以收窄拦截它们的拒绝规则。
findings-blocked-insert-egress = 在 { $group } 的出站规则 { $number } 之前插入一条规则，允许{ $packets }；也可以收窄拦截它们的拒绝规则。
findings-default-deny-ingress = 默认拒绝（未匹配任何入站规则）
findings-default-deny-egress = 默认拒绝（未匹配任何出站规则）
findings-default-deny-too-ingress = 其余流量默认拒绝（未匹配任何入站规则）
findings-default-deny-too-egress = 其余流量默认拒绝（未匹配任何出站规则）

findings-excess-title-ingress = 对{ $reach }开放：{ $class }
findings-excess-title-egress = 出站对{ $reach }开放：{ $class }
findings-excess-message-ingress = 以下流量可以入站，但基线和配置均未允许：{ $packets }。
findings-excess-message-egress = 以下流量可以出站，但基线和配置均未允许：{ $packets }。
findings-excess-why-ingress-any = 凡是能路由到{ $target }的地址都能访问；{ $target }有公网 IP 时，即对整个互联网开放。
findings-excess-why-ingress-any-internet = 凡是能路由到{ $target }的地址都能访问，整个互联网也在内：{ $public }。
findings-excess-why-ingress-any-none-found = 凡是能路由到{ $target }的地址都能访问。没有查到{ $target }的公网 IP。
findings-excess-why-ingress-public = { $target }有公网 IP 时，这些互联网地址可以访问。
findings-excess-why-ingress-public-internet = 这些互联网地址可以访问：{ $public }。
findings-excess-why-ingress-public-none-found = { $target }有公网 IP 时，这些互联网地址可以访问；没有查到它的公网 IP。
findings-excess-why-ingress-private = 私有网络（VPC）之外的内网可以访问，例如对等连接的 VPC、自建机房和 VPN。
findings-excess-why-ingress-vpc = 私有网络（VPC）中这些网段内的所有实例都可以访问，包括其他团队的实例。
findings-excess-why-egress-any = { $process }可以向任意地址发送数据。
findings-excess-why-egress-public = { $process }可以向这些互联网地址发送数据。
findings-excess-why-egress-private = { $process }可以访问私有网络（VPC）之外的内网。
findings-excess-why-egress-vpc = { $process }可以访问私有网络（VPC）中的这些网段。
findings-excess-why-no-ipv6 = 该私有网络（VPC）目前没有 IPv6 网段，不存在这样的流量；分配 IPv6 网段后该规则即生效。
findings-excess-advice-ingress = 将 { $rules } 的来源收窄到确有需要的地址，无人使用的规则可以删除。如确需开放，请写入配置文件的 allow。
findings-excess-advice-blocks = 请从访问入口的来源网段列表中移除 { $blocks }，或收窄到确需使用 API 的来源。如确需开放，请写入配置文件的 allow。
findings-excess-advice-egress = 将 { $rules } 的目标收窄到确有需要的地址，无人使用的规则可以删除。如确需开放，请写入配置文件的 allow。
findings-excess-no-listener = 没有负载均衡用到这些 NodePort。
findings-excess-neighbour-container = { $blocks } 是 { $cluster } 的容器网络。
findings-excess-neighbour-subnets = { $blocks } 是 { $cluster } 的节点子网。
findings-excess-peers = 如果这些集群需要互访，请在配置中写入：peers: [[{ $peers }]]。
findings-managed-rules = { $rules } 的备注表明该规则由其他系统管理，在此处的修改会被覆盖，请在管理它的系统中修改。
findings-managed-groups = { $groups } 的名称或备注表明该安全组由其他系统管理，在此处的修改会被覆盖，请在管理它的系统中修改。

findings-target-node = 该节点
findings-target-master = 该 Master{" "}
findings-target-interface = 该网卡
findings-target-pod = 该 Pod{" "}
findings-target-endpoint = 该访问入口
findings-process-node = 节点上的进程
findings-process-master = Master 上的进程
findings-process-interface = 节点上的进程
findings-process-pod = Pod 中的进程
findings-process-endpoint = API Server
findings-public-some = 存在公网 IP
findings-public-node = { $count ->
    [1] 该节点有公网 IP
   *[other] { $count } 个节点中有 { $public } 个带公网 IP
}
findings-public-master = { $count ->
    [1] 该 Master 有公网 IP
   *[other] { $count } 个 Master 中有 { $public } 个带公网 IP
}
findings-public-interface = { $count ->
    [1] 该网卡有公网 IP
   *[other] { $count } 个网卡中有 { $public } 个带公网 IP
}
findings-public-pod = { $count ->
    [1] 该 Pod 有公网 IP
   *[other] { $count } 个 Pod 网卡中有 { $public } 个带公网 IP
}
findings-public-endpoint = 这是公网访问入口

findings-reach-any = 任意地址
findings-reach-public = 公网网段
findings-reach-private = 内网网段
findings-reach-vpc = 私有网络（VPC）

findings-mixed-title-node = 同一集群的节点绑定了不同的安全组
findings-mixed-title-master = 同一集群的 Master 绑定了不同的安全组
findings-mixed-title-pod = 同一集群的 Pod 绑定了不同的安全组
findings-mixed-differ = 共有 { $lists } 种绑定：{ $stacks }。它们放通的流量不一致。
findings-mixed-unsure = 共有 { $lists } 种绑定：{ $stacks }。无法判定它们放通的流量是否一致。
findings-mixed-same = 共有 { $lists } 种绑定：{ $stacks }。目前它们放通的流量一致。
findings-mixed-groups = 这些安全组的绑定方式不一致：{ $groups }。
findings-mixed-stack = { $who }绑定 { $groups }
findings-mixed-none = { $who }未绑定任何安全组
findings-mixed-why = 同一业务在一个节点上正常、在另一个节点上却不通；修改了一处绑定，另一处容易被遗漏。
findings-mixed-why-pod = 同一业务在一个 Pod 上正常、在另一个上却不通；修改了一处绑定，另一处容易被遗漏。
findings-mixed-advice = 请让所有节点和节点池按相同顺序绑定相同的安全组；目前绑定最多的是 { $groups }。
findings-mixed-advice-pod = 如果这些 Pod 面向相同的访问方，请按相同顺序绑定相同的安全组，例如 { $groups }。组件或节点池改用其他安全组后，已有网卡仍保留创建时的安全组。

findings-foreign-title = 集群之外的实例绑定了集群的安全组
findings-foreign-message = { $instances } 绑定了 { $group }，但不是本集群的节点。
findings-foreign-why = 凡对集群节点开放的访问，对它同样开放；以该安全组为来源的规则也会放通它。
findings-foreign-advice = 为{ $count ->
    [1] 它
   *[other] 它们
}绑定单独的安全组，再解绑 { $group }。

findings-no-group-title = 未绑定安全组
findings-no-group-message = { $who }没有绑定任何安全组。
findings-no-group-why = 没有绑定安全组就没有过滤：出入方向的流量全部放通。
findings-no-group-why-internet = 没有绑定安全组就没有过滤：出入方向的流量全部放通，且{ $public }。
findings-no-group-why-private = 未绑定安全组时流量不受过滤。只有内网可以访问该入口，且 TKE 的内网入口需申请后才能设置安全组。
findings-no-group-why-undocumented = 腾讯云没有说明此时哪些流量能通过：可能全部放通，也可能全部拒绝。
findings-no-group-advice-secondary = 请为该网卡绑定安全组，只放通它所需的流量。
findings-no-group-advice-pods = 请在 eniipamd 组件中指定安全组。
findings-no-group-advice-super-node-pods = 请在超级节点池中指定安全组，然后重建 Pod。
findings-no-group-advice-endpoint = 请为该访问入口绑定安全组，只放通使用 API 的来源。
findings-no-group-advice = 请绑定集群中其他节点所用的安全组。
findings-no-group-advice-named = 请与集群中其他节点一样，绑定 { $groups }。

findings-pods-without-group-title = Pod 的弹性网卡未绑定安全组
findings-pods-without-group-message = { $who }没有绑定安全组，这是 TKE 的默认行为。
findings-pods-without-group-why = 这些 Pod 的流量没有任何过滤：只要能路由到 Pod，就能访问它的所有端口。
findings-pods-without-group-advice = 如需过滤 Pod 流量，请在 eniipamd 组件中开启安全组能力并指定安全组。Kubernetes 的 NetworkPolicy 也能过滤 Pod 流量，但本工具不读取它。

findings-shadowed-title = 规则永远不会命中（被遮蔽）
findings-shadowed-message = { $rule } 永远不会命中：它匹配的流量都已由 { $blockers } 处理。
findings-shadowed-against = { $rule } 永远不会命中：它匹配的流量都已由 { $blockers } 处理，且其中一部分的策略与它相反。
findings-shadowed-why = 看到这条规则的人会以为它有效。
findings-shadowed-advice-everywhere = 请删除；如果本意是让它生效，请移到 { $blockers } 之前。在所有绑定该安全组的地方，这条规则都不起作用。
findings-shadowed-advice-here = 如果本意是让它生效，请移到 { $blockers } 之前。不要因此删除：在另一种绑定中它仍然起作用。

findings-redundant-title = 规则多余
findings-redundant-message = { $rule } 多余：没有它，{ $blockers } 也会以同样的策略处理这些流量。
findings-redundant-message-default = { $rule } 多余：没有它，这些流量同样会被默认拒绝。
findings-redundant-why = 多余的规则使列表更长，修改时还要改两处。
findings-redundant-advice-everywhere = 请删除它，或者删除代替它生效的规则，但不要同时删除。在所有绑定该安全组的地方，删除后放通的流量不变。
findings-redundant-advice-default = 请删除：在所有绑定该安全组的地方，删除后放通的流量不变。
findings-redundant-advice-here = 该安全组还与其他安全组组合绑定，在那里这条规则仍然起作用；确有需要请保留。

findings-on-secondary = { $title }（辅助网卡）
findings-on-pods = { $title }（VPC-CNI 的 Pod 网卡）
findings-on-super-node-pods = { $title }（超级节点的 Pod）
findings-on-endpoint = { $title }（API Server 访问入口）
findings-if-complete-list = { $title }（如果该列表完整）

findings-affected-stack = { $who }，绑定 { $groups }
findings-affected-group = { $who }，同样绑定 { $group }
findings-affected-ids = { $who }（{ $ids }）
