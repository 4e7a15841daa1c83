# explain、fix、diff、waive 与 gate 在标准错误上说的话。

commands-bad-port = { $option }：“{ $value }”不是 0 到 { $most } 之间的端口
commands-bad-peer = { $option }：“{ $value }”不是地址，也不是 ID；请写一个地址，如 10.0.0.7 或 2001:db8::7，或安全组、集群、实例的 ID，不能是网段或名称
commands-peer-without-address = { $peer } 没有可以收发 { $protocol } 流量的地址，无从验证
commands-node-and-role = --node 与 --role 不能同时使用：指定节点即已确定角色
commands-flow-incomplete = 一条流量需要 --direction、--protocol 和 --peer；缺少：{ $missing }。若要解释一个问题，请改写它的指纹
commands-port-missing = --protocol { $protocol } 需要 --port：入站为节点的端口，出站为对端的端口
commands-port-unused = --protocol { $protocol } 没有端口；请去掉 --port
commands-wrong-family = { $protocol } 流量的对端不可能是 { $peer }；该地址请用 --protocol { $other }
commands-one-cluster = 一条流量只在一个集群上判断；“{ $extra }”是多余的
commands-ambiguous-cluster = 有多个集群名为“{ $name }”：{ $candidates }。请写 ID
commands-no-such-cluster = 读到的内容里没有集群“{ $name }”；有 { $candidates }
commands-no-cluster-at-all = 读到的内容里没有集群“{ $name }”，也没有其他集群
commands-ambiguous-node = { $cluster } 中有多个节点、节点池或网卡名为“{ $name }”：{ $candidates }。请写 ID
commands-no-node-in-any = 读到的集群中没有节点、节点池或网卡“{ $name }”
commands-no-such-listener = 在已读取的负载均衡中，{ $name } 没有 { $cluster } 的后端；监听器列表见 sgaudit audit --format json
commands-no-such-node = { $cluster } 没有节点、节点池、网卡或组件“{ $name }”；相近的有：{ $candidates }
commands-no-node-at-all = { $cluster } 没有节点、节点池、网卡或组件“{ $name }”，也没有其他绑定安全组的对象
commands-entrance-without-egress = { $cluster } 的 API Server 访问入口只有入站流量：请写 --direction ingress
commands-gap-not-finding = “{ $value }”是未能检查的内容，不是问题：{ $title }。修改规则无法解决；sgaudit explain { $value } 会说明该怎么办
commands-no-such-stack = { $cluster } 中所问的对象都不绑定安全组；{ $role ->
        [master] 托管集群的 Master 不在该账号内
        [pod] 其 Pod 没有独立网卡
        [endpoint] 其 API Server 没有开启访问入口
       *[other] 该集群还没有节点和节点池
    }
commands-bad-fingerprint = “{ $value }”不是指纹：请至少写出前 { $least } 位十六进制数字，见 "sgaudit audit --format json" 的输出
commands-ambiguous-fingerprint = 有多个问题的指纹以“{ $value }”开头：{ $candidates }。请多写几位
commands-no-such-fingerprint = { $count ->
        [0] 没有指纹以“{ $value }”开头的问题：对该数据来源的审计没有问题
       *[other] 对该数据来源的审计得到 { $count } 个问题，没有一个的指纹以“{ $value }”开头。它可能已经解决，或属于别的数据来源、基线或配置；列出全部：sgaudit audit --format json
    }

commands-fix-summary = 解决 { $resolved } 个问题，剩余 { $remaining } 个：退出码 { $code }，与修改之后的审计一致

commands-past-date = --expires { $value } 早于今天（{ $today }）：这样的豁免不起作用
commands-waive-paste = 请粘贴到配置文件（sgaudit.yaml）的 "waivers:" 之下
commands-waived-already = 豁免 { $id } 已经覆盖这一项
commands-nothing-to-waive = { $count ->
        [0] 没有指纹以“{ $value }”开头的内容：对该数据来源的审计没有发现任何问题
       *[other] 没有哪个问题或无法判定之处的指纹以“{ $value }”开头；列出全部：sgaudit audit --format json
    }
commands-waiver-id-taken = 配置中已有豁免 { $id }：请替换它，或用 --id 另起一个

commands-stdin-twice = { $first } 与 { $second } 不能都从标准输入读取
commands-diff-mixed = { $old } 与 { $new } 一个是快照、一个是报告：请给出两个快照（sgaudit fetch -o）或两个 JSON 报告（sgaudit audit --format json）
commands-diff-neither = { $path } 既不是快照（sgaudit fetch -o），也不是 JSON 报告（sgaudit audit --format json）
commands-report-damaged = { $file }:{ $line }：不是 JSON：{ $detail }。文件可能不完整；请重新生成：sgaudit audit --format json=PATH
commands-merge-other = { $path } 是 { $command } 的输出：merge 只接受 audit 的 JSON 报告（sgaudit audit --format json=PATH）
commands-merge-expects-nothing = { $path } 没有 "accounts"：--expect 从中取账号
commands-report-filtered = { $path }：该报告略去了部分问题（--severity、--code、--node 或 --role）；请不带筛选条件重新生成
commands-report-shape = { $path } 不是 sgaudit 的 JSON 报告：缺少 { $key } 或其形式不对；生成方法：sgaudit audit --format json=PATH
commands-report-gate = { $path } 是 gate 的报告，描述的是计划执行后的状态：请提供 audit 的报告
commands-diff-baselines = 两份报告所用的基线不同：有的问题可能只因此而新增或消失
commands-diff-old-incomplete = 较早的报告不完整：部分“新增”的问题可能并非新增
commands-diff-new-incomplete = 较新的一方没有全部读到或判定：它说不出的算作无法判定，不算已解决；退出码 3

commands-plan-and-change = --plan 与 --change 不能同时使用：请只给出一个变更
commands-trust-without-plan = --trust-references 只用于 --plan：变更文件直接写安全组 ID
commands-source-without-plan = --source-dir 只用于 --plan：变更文件并非来自 Terraform 文件
commands-files-left-out = { $path } 下有 { $count } 个 Terraform 文件未搜索：过大、无法读取，或数量过多；其中声明的资源在报告中没有位置
commands-drift = 漂移：{ $address }：{ $said }
commands-no-bearing-as-read = 该变更不影响已读到的任何内容；但有内容未能读取，因此不能完全确定。
commands-gate-summary = 该变更：引入 { $introduced } 个问题，解决 { $resolved } 个，未变 { $unchanged } 个
