# 无法读取或判定的内容：标题、原因、影响、处理办法。

gaps-title-unread = 未能读取：{ $what }
gaps-title-unread-of = 未能读取 { $resource } 的 { $what }
gaps-title-unreadable = 无法识别：{ $resource }
gaps-title-not-auditable = 未审计：{ $resource }
gaps-title-trunking-pods = 未完整读取：{ $resource } 的 Pod 安全组
gaps-title-undocumented = 无法判定：{ $resource } 未绑定安全组
gaps-title-until-apply = 执行后才能确定：{ $resource }

gaps-untouched = 变更之前已存在，且与变更涉及的部分无关

gaps-titles-unread = 未能读取：{ $things }的 { $what }
gaps-titles-unreadable = 无法识别：{ $things }
gaps-titles-not-auditable = 未审计：{ $things }
gaps-titles-undocumented = 无法判定：{ $things }未绑定安全组
gaps-titles-until-apply = 执行后才能确定：{ $things }

gaps-things-cluster = { $count } 个集群
gaps-things-group = { $count } 个安全组
gaps-things-machine = { $count } 个实例
gaps-things-pool = { $count } 个节点池
gaps-things-vpc = { $count } 个 VPC
gaps-things-rule = { $count } 条规则
gaps-things-template = { $count } 个参数模板
gaps-things-region = { $count } 个地域
gaps-things-thing = { $count } 个对象

gaps-cause-denied = 访问管理（CAM）拒绝了 { $permission }（{ $code }）。
gaps-cause-credentials = 凭证未通过校验（{ $code }）。
gaps-cause-clock = 本机时钟偏差过大，签名无效（{ $code }）。
gaps-cause-throttled = 多次重试后，{ $permission } 仍超过频率限制（{ $code }）。
gaps-cause-cloud = { $permission } 返回错误（{ $code }）。
gaps-cause-network = { $permission } 没有得到完整的响应（{ $code }）。
gaps-cause-unexpected = { $permission } 返回的不是 API 的响应（{ $code }）。
gaps-cause-partial = { $permission } 没有返回全部所需内容（{ $code }）。
gaps-cause-missing = 它被引用，但没有读到。
gaps-cause-unreadable = 返回内容的格式没有文档说明（{ $code }）。
gaps-cause-not-auditable = 这里没有可以审计的内容（{ $code }）。
gaps-cause-not-in-snapshot = 快照里没有它。
gaps-cause-unknown-cluster = 所读取的地域中没有这个集群。
gaps-cause-no-cluster = 所读取的地域中没有集群。
gaps-cause-not-audited = 集群中有运行的内容，但都没有被检查。
gaps-cause-not-judged = 门禁不判定此资源的作用。
gaps-cause-nothing-judged = 没有检查任何集群：本次运行不能说明任何集群的情况。
gaps-cause-cluster-state = 集群当前的状态没有可审计的内容。
gaps-cause-unknown-peer = 配置中将它列为互访集群，但没有找到。
gaps-cause-network-not-read = 没有读取该集群的网络：它被排除、不在运行，或属于只读取列表的类型。
gaps-cause-listeners-left-out = 基线的要求取决于负载均衡，而负载均衡被配置排除或未读取。
gaps-cause-pass-to-target = 返回内容没有说明负载均衡是否绕过后端的安全组（安全组默认放通）。
gaps-cause-back-end-source = 腾讯云没有文档说明这类后端看到的来源地址。
gaps-cause-pod-node = 返回内容没有说明 Pod 在哪个节点上，而各节点绑定的安全组不同。
gaps-cause-health-check-source = 返回内容没有说明健康检查的来源地址。
gaps-cause-trunking-pods = 集群的 Pod 可能使用辅助网卡，没有接口能列出其绑定的安全组。
gaps-cause-role = 无法扮演角色（{ $code }）。
gaps-cause-other-account = 凭证所属的账号与配置不符。
gaps-cause-part-not-read = 快照或录制文件中没有这部分内容。
gaps-cause-no-entrance-filter = 没有返回该访问入口所用的安全组或来源网段列表。
gaps-cause-undocumented-pods = 超级节点的 Pod 没有指定安全组时绑定什么，各文档说法不一。
gaps-cause-undocumented = 腾讯云没有文档说明：原生节点或节点池的新节点没有指定安全组时，流量是否有过滤。
gaps-cause-until-apply = 变更计划执行之前无法确定。
gaps-said = { $cause }原文：{ $message }
gaps-said-own = { $cause }原文：{ $message }
gaps-alike = { $message }其余与此类似。
gaps-requested = { $cause }请求 ID：{ $request }。

gaps-unknown-clusters = { $clusters } 的结论取决于此。
gaps-unknown-these = 这 { $count } 个集群的结论取决于此。
gaps-unknown-many = { $clusters } 的结论取决于此。
gaps-unknown-group = 绑定 { $group } 的 { $who }放通了哪些流量，无法完全判定。
gaps-unknown-region = 无法完整列出 { $region } 的集群。
gaps-unknown-account = 该账号所有集群的结论都取决于它。
gaps-unknown-not-judged = 对任何集群都没有结论。
gaps-unknown-nothing = 是否影响其他结论未知。

gaps-advice-denied = 请为该凭证所属的用户或角色授权 { $permission }；完整策略可用 “sgaudit permissions” 输出。
gaps-advice-scope = 也可以不审计这一部分：在配置中写入 “scope: {"{"}{ $part }: false{"}"}”。
gaps-advice-credentials = 请检查凭证；“sgaudit doctor” 会说明找到了哪些凭证、有哪些权限。
gaps-advice-clock = 请校准本机时钟后重新运行。
gaps-advice-throttled = 请在该账号调用较少时重新运行，或调小 --jobs。
gaps-advice-cloud = 请在 API 文档中查询该错误码；咨询腾讯云时请提供请求 ID。
gaps-advice-network = 请检查到接入点的网络（代理、DNS、--endpoint）后重新运行。
gaps-advice-unexpected = 请检查到接入点的网络（代理、--endpoint）后重新运行。
gaps-advice-partial = 请重新运行：读取期间内容可能发生了变化。如仍然如此，请在控制台查看。
gaps-advice-missing = 请重新运行；如仍然如此，请在控制台确认它是否还存在。
gaps-advice-unreadable = 请在控制台打开它，用控制台提供的格式重新填写。
gaps-advice-not-auditable = 请在有可审计的内容时再次审计。
gaps-advice-not-in-snapshot = 请检查拼写，或在生成快照（sgaudit fetch）时一并读取。
gaps-advice-unknown-cluster = 请检查 ID 和地域（--region），以及访问管理（CAM）策略是否只授权了部分集群。
gaps-advice-no-cluster = 请检查地域（--region），以及访问管理（CAM）策略是否只授权了部分集群：未授权的集群不会列出。
gaps-advice-not-audited = 请人工检查它的安全组，或在配置文件的 exclude 中列出该集群，并写明原因和负责人。
gaps-advice-not-judged = 执行计划之前，请人工检查它绑定或更改的安全组。
gaps-advice-nothing-judged = 请检查地域（--region）、指定的集群，以及配置文件中的 exclude。
gaps-advice-cluster-state = 请等集群运行后再审计。
gaps-advice-unknown-peer = 请检查配置文件 peers 中的 ID，并确认读取了它所在的地域。
gaps-advice-network-not-read = 请在配置中将该集群移出 exclude，或移出 peers 并在 allow 中写明它的网络。
gaps-advice-listeners-left-out = 请读取负载均衡（配置的 scope），或改用不依赖负载均衡的基线。
gaps-advice-pass-to-target = 请人工核对哪些来源可以经过该负载均衡，开关见控制台的实例详情。
gaps-advice-back-end-source = 请人工核对哪些来源可以经过该负载均衡。
gaps-advice-pod-node = 请为集群所有节点绑定相同的安全组，或人工核对哪些来源可以通过。
gaps-advice-health-check-source = 请在后端放通负载均衡的地址；100.64.0.0/10 默认放通。
gaps-advice-trunking-pods = 请人工核对集群的安全组策略，然后豁免此项，或在配置中以 "scope: {"{"}pods: false{"}"}" 不审计 Pod。
gaps-advice-role = 请修正角色的信任策略、配置中的角色 ARN 或凭证的权限；sgaudit doctor 会逐个检查账号。
gaps-advice-other-account = 请修正配置中该账号的 id 或 role_arn。
gaps-advice-part-not-read = 请重新读取（sgaudit fetch），或在配置的 "scope" 中不审计这部分。
gaps-advice-no-entrance-filter = 请读取负载均衡（配置中的 "scope" 与 clb: 权限）。如果访问入口的负载均衡在其他 VPC，请人工核对其安全组并豁免此项。
gaps-advice-undocumented-pods = 请在超级节点池中指定安全组，或豁免此项。
gaps-advice-undocumented = 请绑定集群中其他节点所用的安全组。
gaps-advice-until-apply = 请在变更计划中写明取值，或在执行后再次审计。

gaps-what-unknown = 返回内容
gaps-what-AssumeRole = 角色所属的账号
gaps-what-GetCallerIdentity = 账号
gaps-what-DescribeRegions = 地域列表
gaps-what-DescribeClusters = 集群及其网络信息
gaps-what-DescribeClusterInstances = 节点
gaps-what-DescribeClusterNodePools = 弹性伸缩节点池
gaps-what-DescribeNodePools = 节点池
gaps-what-DescribeClusterAsGroups = 不属于节点池的伸缩组
gaps-what-DescribeIPAMD = VPC-CNI 容器子网
gaps-what-DescribeEKSClusters = Serverless 集群的子网
gaps-what-DescribeAddonValues = VPC-CNI 下一个 Pod 网卡绑定的安全组
gaps-what-DescribeClusterEndpoints = API Server 的访问入口
gaps-what-DescribeClusterEndpointStatus = API Server 访问入口的状态
gaps-what-DescribeInstances = 安全组绑定
gaps-what-DescribeLaunchConfigurations = 新节点将绑定的安全组
gaps-what-DescribeAutoScalingGroups = 新节点所在的子网
gaps-what-DescribeSecurityGroups = 安全组名称
gaps-what-DescribeSecurityGroupPolicies = 规则
gaps-what-DescribeNetworkInterfaces = 弹性网卡及其绑定的安全组
gaps-what-DescribeAddressTemplates = IP 地址模板
gaps-what-DescribeAddressTemplateGroups = IP 地址模板组
gaps-what-DescribeServiceTemplates = 协议端口模板
gaps-what-DescribeServiceTemplateGroups = 协议端口模板组
gaps-what-DescribeVpcs = 私有网络（VPC）及其网段
gaps-what-DescribeSubnets = 节点子网和容器子网
gaps-what-DescribeAssistantCidr = 辅助网段
gaps-what-DescribeNetworkAcls = 子网的网络 ACL
gaps-what-DescribeNetworkAclQuintupleEntries = 网络 ACL 五元组规则
gaps-what-DescribeLoadBalancers = VPC 内的负载均衡实例
gaps-what-DescribeListeners = 负载均衡监听器
gaps-what-DescribeTargets = 负载均衡后端服务
gaps-what-DescribeTargetGroupInstances = 目标组后端服务

gaps-covered-super-node = { $count } 个超级节点
gaps-covered-super-node-pool = { $count } 个超级节点池
gaps-covered-registered-node = { $count } 个注册节点
gaps-covered-registered-node-pool = { $count } 个注册节点池
gaps-covered-scope = { $part ->
        [interfaces] 节点的其他弹性网卡
        [pods] Pod 的弹性网卡
        [load_balancers] 负载均衡
        [endpoint] API Server 访问入口
       *[network_acls] 子网的网络 ACL
    }
gaps-covered-vpc-cni-pods = 使用独立弹性网卡的 Pod（VPC-CNI）
gaps-covered-detached-interface = { $count } 个未绑定实例的弹性网卡
gaps-covered-acl-default = { $count } 个子网的网络 ACL 末尾默认规则
gaps-covered-edge-cluster = 边缘集群
gaps-covered-serverless-entrance = API Server 的访问入口
gaps-covered-serverless-cluster = Serverless 集群
gaps-covered-deleting-node-pool = { $count } 个正在删除的节点池
gaps-covered-other = { $count } 个 { $kind }

gaps-why-super-node = 其上每个 Pod 都是独立的实例，绑定自己的安全组；基线只针对节点。
gaps-why-super-node-pool = 其上每个 Pod 都是独立的实例，绑定自己的安全组；基线只针对节点。
gaps-why-registered-node = 位于腾讯云之外，不绑定安全组。
gaps-why-registered-node-pool = 其中的节点位于腾讯云之外，不绑定安全组。
gaps-why-scope = 配置项 scope 未包含此部分。
gaps-why-vpc-cni-pods = Pod 自己的弹性网卡默认不绑定节点的安全组，除非在组件中开启；因此节点的安全组对这些 Pod 不生效。
gaps-why-detached-interface = 位于容器子网，目前没有实例使用；使用固定 IP 的 Pod 可能再次用到它，并沿用它绑定的安全组。
gaps-why-acl-default = 部分必需流量没有确定匹配的规则；官方文档未说明 API 返回的规则是否包含末尾的默认拒绝规则，因此不作判断。
gaps-why-edge-cluster = 节点位于私有网络（VPC）之外，基线不适用。
gaps-why-serverless-entrance = 没有文档说明如何在不获取凭证的情况下读取 Serverless 集群的访问入口。
gaps-why-serverless-cluster = 没有节点：每个 Pod 都是独立的实例，绑定自己的安全组。
gaps-why-deleting-node-pool = 不会再创建新节点；仍在其中的节点按节点审计。
gaps-why-other = 基线不适用。

gaps-title-no-keys = 没有凭证
gaps-cause-no-keys = 没有找到凭证。
gaps-unknown-everything = 什么都没有读取，因此一切未知。
gaps-advice-no-keys = 请在上述任一位置提供凭证；“sgaudit doctor”会说明各处的情况。
gaps-what-now = 当前的状态
gaps-title-tags-unknown = 未知：{ $resource } 的标签
gaps-cause-tags-unknown = 配置文件按标签为该集群选择基线；录制文件不保留标签，变更计划在执行前也可能不给出标签。
gaps-advice-tags-unknown = 请读取云端，或在 baselines: 中用集群 ID 指定，或用 --baseline NAME 为全部集群指定同一基线。
gaps-cause-too-old = 快照比 --max-age 允许的更旧（{ $code }）。
gaps-cause-undated = 快照的读取时间未知（{ $code }）。
gaps-advice-too-old = 请重新读取：sgaudit fetch -o FILE。
gaps-advice-undated = 请重新读取：sgaudit fetch -o FILE。
gaps-cause-region = { $permission } 不认识这个地域（{ $code }）。
gaps-advice-region = { $near ->
    [none] 请检查地域的名称；--region all 读取所有提供 TKE 的地域。
   *[other] 是否应为 { $near }？--region all 读取所有提供 TKE 的地域。
}

gaps-title-report-damaged = 不可用：{ $resource }
gaps-title-report-filtered = 经过筛选：{ $resource }
gaps-title-report-incomplete = 不完整：{ $resource }
gaps-title-report-too-old = 太旧：{ $resource }
gaps-title-report-undated = 没有日期：{ $resource }
gaps-title-report-missing = 没有报告：{ $resource }
gaps-title-report-twice = 多份报告中都有：{ $resource }
gaps-cause-report-damaged = 该文件不是可以合并的报告。
gaps-cause-report-filtered = 该报告有意隐藏了部分问题。
gaps-cause-report-incomplete = 该报告不完整，且没有说明原因。
gaps-cause-report-too-old = 该报告比 --max-age 允许的更旧。
gaps-cause-report-undated = 该报告的时间未知。
gaps-cause-report-missing = 预期应有，但没有任何报告包含它。
gaps-cause-report-twice = 多份报告都包含它。
gaps-unknown-report = 其中的集群在此没有结论。
gaps-advice-report-damaged = 重新生成报告：sgaudit audit --format json=PATH。
gaps-advice-report-filtered = 去掉 --severity、--code、--node 和 --role 后重新生成报告。
gaps-advice-report-incomplete = 重新审计。
gaps-advice-report-too-old = 重新审计，或合并较新的报告。
gaps-advice-report-undated = 重新审计；不使用录制文件的审计，其报告带有日期。
gaps-advice-report-missing = 查看本应生成该报告的任务的日志，重新运行任务后再合并。
gaps-advice-report-twice = 只合并其中一份报告。
