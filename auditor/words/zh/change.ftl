# 计划中的变更：不是计划的文件、每个资源的作用、计划未确定的内容、漂移。

change-plan-empty = { $file } 是空文件。请先生成计划：terraform plan -out=tfplan && terraform show -json tfplan > plan.json
change-plan-not-json = { $file }:{ $line }：不是 JSON。请提供以下命令的输出：terraform show -json tfplan
change-plan-binary = { $file } 是二进制计划文件。请转换为 JSON：terraform show -json { $file } > plan.json
change-plan-stream = { $file } 是 “plan -json” 的日志行。请提供计划本身：terraform plan -out=tfplan && terraform show -json tfplan > plan.json
change-plan-state = { $file } 是状态文件，不是计划。请执行：terraform plan -out=tfplan && terraform show -json tfplan > plan.json
change-plan-other = { $file } 是 JSON，但不是计划。请提供以下命令的输出：terraform show -json tfplan
change-plan-change-file = { $file } 是变更文件，不是计划。请用 --change 代替 --plan。
change-plan-version = { $file } 的计划格式版本是 { $found }，目前支持 { $expected }。请使用 Terraform 或 OpenTofu 1.x 生成，或升级本工具。
change-plan-errored = { $file } 是出错的计划，缺少部分变更。请先解决 “terraform plan” 报告的错误，再重新生成计划。
change-plan-shape = { $file } 不是 Terraform 写出的计划：{ $key } 的格式不符。请提供以下命令的输出：terraform show -json tfplan

change-file-shape = { $file }:{ $line }：{ $key }：{ $expected }
change-file-unknown-key = { $file }:{ $line }：{ $key }：未知的键 { $found }；可用的键：{ $expected }
change-file-missing-key = { $file }:{ $line }：{ $key }：缺少键 { $expected }
change-file-twice = { $file }:{ $line }：{ $key }：{ $found } 已在第 { $first } 行给出
change-file-rule = { $file }:{ $line }：{ $key }：这条规则没有意义；规则由策略、一个来源或目标、一个协议端口组成，例如 { $expected }
change-file-unknown-target = { $file }:{ $line }：{ $key }：{ $found } 不是所审计集群的节点、节点池或网卡

change-effect-rules = 设置 { $group } 的规则。
change-effect-rules-emptied = 清空 { $group } 的入站和出站规则：只由该安全组放通的流量将全部被拒绝。
change-effect-rules-order = 此后 { $group } 中规则的顺序没有文档保证。
change-effect-rules-contested = 不是唯一写入 { $group } 规则的资源：以最后写入的为准。
change-effect-rules-untargeted = 会写入规则，但计划没有说明属于哪个安全组。
change-effect-rules-refused = 要写入 { $group } 的规则中有一条在执行时会被拒绝：{ $place }。
change-effect-cluster-untraced = 属于某个集群，但计划没有说明是哪一个。
change-effect-instance-untraced = 会给某个实例或某块网卡绑定安全组，但计划没有说明是哪一个。
change-effect-rule-in = 在 { $group } 中添加一条规则。
change-effect-rule-out = 从 { $group } 中删除一条规则。
change-effect-group-out = 删除 { $group }。
change-effect-group-in-use = 要删除 { $group }，但只要仍有绑定，或其他安全组的规则仍引用它，腾讯云就会拒绝。
change-effect-template = 设置 { $template } 的条目，所有引用它的规则随之改变。
change-effect-template-out = 删除 { $template }，所有引用它的规则随之删除。
change-effect-pool = 节点池 { $pool } 之后新建的节点将绑定 { $groups }；运行中的节点不变。
change-effect-pool-in = 在 { $cluster } 中新建节点池，其节点将绑定 { $groups }。
change-effect-pool-out = 删除节点池 { $pool }。
change-effect-pool-kept = 清空了 { $pool } 的列表，但空列表不会被发送：节点池保持原有安全组。
change-effect-node = 执行后 { $node } 立即绑定 { $groups }。
change-effect-node-in = 将 { $node } 加入 { $cluster }，绑定 { $groups }。
change-effect-node-out = 将 { $node } 移出集群。
change-effect-not-sent = 显示了新的列表，但不会发送：实例保持原有安全组。
change-effect-member = 改变哪些实例或网卡绑定安全组。
change-effect-member-in = 新建绑定安全组的实例或网卡。
change-effect-member-out = 移除绑定安全组的实例或网卡。
change-effect-interface = { $list ->
    [none] { $node } 的 { $interface } 执行后不绑定任何安全组。
    [unknown] { $node } 的 { $interface } 将绑定哪些安全组，执行后才能确定。
   *[listed] { $node } 的 { $interface } 执行后立即绑定 { $groups }。
}
change-effect-interface-in = { $list ->
    [none] 将 { $interface } 挂载到 { $node }，不绑定任何安全组。
    [unknown] 将 { $interface } 挂载到 { $node }，绑定哪些安全组执行后才能确定。
   *[listed] 将 { $interface } 挂载到 { $node }，绑定 { $groups }。
}
change-effect-pods = { $list ->
    [none] { $cluster } 中 { $source } 之后新建的 Pod 不绑定任何安全组；运行中的 Pod 保持原安全组。
    [unknown] { $cluster } 中 { $source } 之后新建的 Pod 将绑定哪些安全组，执行后才能确定。
   *[listed] { $cluster } 中 { $source } 之后新建的 Pod 将绑定 { $groups }；运行中的 Pod 保持原安全组。
}
change-effect-entrance-public = { $list ->
    [none] 开启 { $cluster } 的公网访问入口，未绑定安全组，任何客户端都可访问。
    [unknown] 开启 { $cluster } 的公网访问入口，由哪个安全组过滤执行后才能确定。
   *[listed] 开启 { $cluster } 的公网访问入口，由 { $groups } 放通。
}
change-effect-entrance-private = { $list ->
    [none] 开启 { $cluster } 的内网访问入口，未绑定安全组，任何客户端都可访问。
    [unknown] 开启 { $cluster } 的内网访问入口，由哪个安全组过滤执行后才能确定。
   *[listed] 开启 { $cluster } 的内网访问入口，由 { $groups } 放通。
}
change-effect-interface-out = 将 { $interface } 从 { $node } 移除。
change-effect-public-in = 为 { $target } 绑定公网地址。
change-effect-public-out = 为 { $target } 解绑公网地址。
change-effect-left-out = 涉及配置（scope）排除在外的审计部分。
change-effect-part-unread = 涉及未读取的审计部分。
change-effect-balancer = 修改负载均衡 { $balancer }，到达其后端的流量随之变化。
change-effect-balancer-in = 新建负载均衡 { $balancer }，其后端在审计范围内。
change-effect-balancer-out = 删除负载均衡 { $balancer }。
change-effect-path-unknown = 为负载均衡设置源地址或后端，但计划没有说明，或本版本不支持。
change-effect-entrance-out = { $kind ->
    [public] 关闭 { $cluster } 的公网访问入口。
   *[private] 关闭 { $cluster } 的内网访问入口。
}
change-effect-add-on-out = 从 { $cluster } 卸载 { $source }。
change-effect-acl = 由 { $acl } 过滤进出 { $subnet } 的流量。
change-effect-acl-out = { $subnet } 不再关联网络 ACL。
change-effect-subnet-untraced = 会给某个子网关联网络 ACL，但计划没有说明是哪一个。
change-effect-cluster-in = 新建集群 { $cluster }。
change-effect-cluster-out = 删除集群 { $cluster }。
change-effect-cluster-labels = 改变 { $cluster } 的名称或标签，配置文件按名称和标签选择集群。
change-effect-cluster-networks = 改变 { $cluster } 的容器子网，必须放通的范围随之改变。
change-effect-vpc = 改变 { $vpc } 的网段，必须放通的范围随之改变。
change-effect-vpc-out = 删除 { $vpc }，其中有被审计的集群。
change-effect-file-rules = 设置 { $group } 的{ $direction ->
    [egress] 出站
   *[ingress] 入站
}规则。
change-effect-file-binding = 让 { $target } 绑定 { $groups }。
change-effect-account-unread = 所属账号不是所读取的账号。
change-effect-account-unknown = 无法判定所属账号是否就是所读取的账号。
change-effect-region-unread = 属于地域 { $region }，该地域未读取。
change-effect-region-unknown = 所属地域无法从计划得知。
change-effect-cluster-unread = 属于集群 { $cluster }，该集群未读取。
change-effect-type-unknown = 引用了 { $named }，而本版本不了解此类资源的作用。
change-effect-introduces = 新引入 { $count } 个问题。
change-effect-resolves = 解决 { $count } 个问题。
change-effect-no-difference = 不改变所审计节点放通的流量。
change-no-bearing = 该变更与所审计集群的安全组无关。

change-introduces = 本次变更引入 { $count } 个问题：{ $severities }{ $more }。
change-introduces-nothing = { $before ->
    [0] 本次变更没有引入新问题{ $more }。
   *[other] 本次变更没有引入新问题（原有 { $before } 个）{ $more }。
}

change-drift-rules = { $resource } 的现有规则与生成计划时不同：执行时会因版本冲突失败，或将其覆盖。
change-drift-rule-gone = 该规则已不在 { $resource } 中。
change-drift-list = { $resource } 现在绑定的安全组与生成计划时不同。
change-drift-template = { $resource } 现在的条目与生成计划时不同。

change-gap-account-not-read = 按其 provider 配置（assume_role、allowed_account_ids 或 forbidden_account_ids），{ $resource } 所属账号不是所读取的账号。
change-gap-account-unknown = { $resource } 的 provider 配置指明了账号或角色；无法判定它是否就是所读取的账号。
change-gap-action-unknown = 计划对 { $resource } 的操作类型，本版本无法识别。
change-gap-change-deferred = Terraform 把 { $resource } 的变更推迟到之后的计划。
change-gap-cluster-not-read = { $resource } 属于集群 { $cluster }，该集群未读取。
change-gap-cluster-unknown = 计划中没有 { $resource } 的地域。
change-gap-cluster-untraced = { $resource } 属于哪个集群，执行后才能确定。
change-gap-direction-unsent = 计划中没有 { $resource } 的规则，而现在有。这时不会发送任何规则：原有规则是否保留，没有文档说明。
change-gap-group-in-use = 计划要删除 { $resource }，但之后它仍被绑定，或仍被规则引用：腾讯云会拒绝，执行会中途失败。
change-gap-instance-contested = 有两个资源改变 { $resource } 的列表，先后顺序没有保证。
change-gap-instance-untraced = { $resource } 涉及哪个实例或哪块网卡，执行后才能确定。
change-gap-launch-gone = 计划要删除 { $resource } 所用的启动配置；其新节点将绑定哪些安全组不在计划中。
change-gap-list-by-reference = { $resource } 将绑定哪些安全组，只能从引用得知。引用只能证明某个安全组在列表中，不能证明列表完整；--trust-references 视其为完整。
change-gap-list-default = { $resource } 没有指定安全组：会使用默认安全组，计划没有说明是哪一个。
change-gap-list-emptied = 计划清空了 { $resource } 的列表；腾讯云没有文档说明此时如何处理。
change-gap-list-order = { $resource } 将绑定多个安全组，计划没有说明顺序，而顺序会影响结果。
change-gap-list-refused = { $resource } 使用了 “security_group_ids”，执行时会被拒绝；请使用 “orderly_security_group_ids”。
change-gap-list-unknown = { $resource } 将绑定哪些安全组，执行后才能确定。
change-gap-members-unknown = { $resource } 引用的安全组将由哪些地址绑定，执行后才能确定。
change-gap-network-unknown = { $resource } 的网段，执行后才能确定。
change-gap-not-read = 变更后需要 { $resource }，但没有读到。
change-gap-part-not-read = { $resource } 涉及未读取的审计部分。
change-gap-path-unknown = 从计划中无法得知 { $resource } 为负载均衡设置了哪些源地址或后端。
change-gap-plan-incomplete = 该计划不完整（-target，或有推迟的变更）：再次生成计划还会有更多变更。
change-gap-project-moved = { $resource } 迁移项目会解绑安全组；之后绑定哪些，计划中没有。
change-gap-public-ip = 规则 { $resource } 使用 MY_PUBLIC_IP，即执行计划时的出口地址。
change-gap-region-not-read = { $resource } 属于地域 { $region }，该地域未读取；请用 --region { $region } 读取。
change-gap-region-unknown = { $resource } 属于哪个地域无法从计划得知：provider 的地域写法无法追溯。
change-gap-rule-refused = { $resource } 的一条规则在执行时会被拒绝：它同时指定了两个来源（目标）或两个协议端口，或写法不被接受。
change-gap-rule-unknown = 规则 { $resource } 的一部分，执行后才能确定。
change-gap-rule-unreadable = 规则 { $resource } 的格式没有文档说明。
change-gap-rules-contested = 有两个资源写入 { $resource } 的规则：以最后写入的为准，而先后没有保证。
change-gap-rules-order = { $resource } 的规则最终顺序没有保证，而顺序会影响结果。
change-gap-rules-unknown = { $resource } 的规则，执行后才能确定。
change-gap-rules-untargeted = 有资源写入某个安全组的规则，可能就是 { $resource } 的。
change-gap-subnet-untraced = { $resource } 涉及哪个子网，执行后才能确定。
change-gap-subnets-unknown = 计划中没有 { $resource } 所用子网的网段。
change-gap-template-unknown = { $resource } 的条目，执行后才能确定。
change-gap-type-unknown = 本版本不了解 { $resource } 的作用，而它引用了已审计的对象。

change-report-none-is-a-group = { $changes ->
    [0] 计划没有任何变更；已查看 { $clusters }的 { $groups } 个安全组。
   *[other] 计划中的 { $changes } 项变更都不会影响 { $clusters }的 { $groups } 个安全组。
}
change-report-some-are-groups = { $changes } 项变更中有 { $resources } 项可能影响安全组，但不涉及 { $clusters }的 { $groups } 个安全组。
change-report-before = 变更之前已有（--all）：{ $counts }。退出码 { $code }。
change-report-introduced = 新增问题，{ $count } 个
change-report-resolved = 已解决，{ $count } 个
change-report-verdicts = 结论变化
change-report-verdict = { $cluster }：{ $before } -> { $after }
change-report-left = { $findings ->
    [0] 变更之前没有问题。
   *[other] 变更之前已有 { $findings } 个问题（--all）。
}{ $gaps ->
    [0] {""}
   *[other] 另有 { $gaps } 处无法判定的内容与变更无关。
}
