# “sgaudit rules” 对每个代码的说明：标题、含义、示例、处理办法。

codes-TSG101-title = 必需的流量未放通
codes-TSG101-what = 基线要求放通的流量无法通过节点绑定的安全组：被某条规则拒绝，或没有规则放通。级别取决于影响：容器网络、集群网络和 API Server 为高危，NodePort 和出站为中危，集群缺少也能运行的为低危。
codes-TSG101-example = 入站规则 1 拒绝来自 10.0.0.0/8 的 TCP 10250，而允许节点网络全部流量的规则 3 排在它之后：API Server 无法访问 kubelet。
codes-TSG101-fix = 在拒绝这些流量的规则之前插入一条规则，只放通缺少的部分；如果没有规则匹配，添加在任何位置均可。

codes-TSG201-title = 放通超出需要
codes-TSG201-what = 放通了基线和配置均未允许的流量。级别取决于谁能访问（任意地址、公网网段、内网网段、私有网络）以及访问什么（控制面、远程管理、数据存储、其他）。
codes-TSG201-example = 入站规则 4 允许来自 0.0.0.0/0 的 TCP 10250，备注“临时调试”。
codes-TSG201-fix = 将来源收窄到确有需要的地址，或删除该规则。确需开放的写入配置文件的 allow，暂时接受的写入 waivers。

codes-TSG301-title = 同一集群绑定了不同的安全组
codes-TSG301-what = 同一集群的节点、节点池、Master 或 Pod 绑定的安全组不一致。放通的流量不同为中危，目前相同为低危。
codes-TSG301-example = 五个节点依次绑定 sg-a 和 sg-b，两个旧节点只绑定 sg-b。
codes-TSG301-fix = 让所有节点和节点池按相同顺序绑定相同的安全组。

codes-TSG302-title = 集群之外的实例绑定了集群的安全组
codes-TSG302-what = 不属于该集群的实例绑定了集群的安全组：对集群节点开放的访问，对它同样开放；以该安全组为来源的规则也会放通它。
codes-TSG302-example = 跳板机绑定了工作节点的安全组。
codes-TSG302-fix = 为该实例绑定单独的安全组，再解绑集群的安全组。

codes-TSG303-title = 未绑定安全组
codes-TSG303-what = 节点、节点池或辅助网卡没有绑定任何安全组。此时出入流量全部放通，该问题即代表全部过度放通。对于原生节点、节点池的新节点和超级节点的 Pod，腾讯云没有文档说明，其要求为未知。
codes-TSG303-example = 云服务器迁移项目后安全组被解绑，随后又加入了集群。
codes-TSG303-fix = 绑定集群中其他节点所用的安全组。

codes-TSG304-title = 规则永远不会命中（被遮蔽）
codes-TSG304-what = 前面的规则已经处理了它匹配的全部流量，它永远不会命中。
codes-TSG304-example = “拒绝来自 0.0.0.0/0 的 TCP 22”排在“允许来自 0.0.0.0/0 的全部流量”之后。
codes-TSG304-fix = 如果本意是让它生效，请上移；否则删除。删除前请确认该安全组是否还在别处绑定，在那里它可能起作用。

codes-TSG305-title = 规则多余
codes-TSG305-what = 没有这条规则，后面的规则或默认拒绝也会以同样的策略处理这些流量。
codes-TSG305-example = “允许来自 10.0.0.0/16 的 TCP 30080”排在“允许来自 10.0.0.0/8 的全部流量”之前。
codes-TSG305-fix = 删除它，或者删除代替它生效的规则，但不要同时删除。

codes-TSG901-title = 未能读取
codes-TSG901-what = 某次调用被拒绝、多次重试后仍失败，或返回的内容少于应有的数量。依赖它的内容为未知，其余不受影响。
codes-TSG901-example = 访问管理（CAM）拒绝对某个安全组调用 vpc:DescribeSecurityGroupPolicies：绑定它的节点为未知。
codes-TSG901-fix = 按 “sgaudit permissions” 的输出授权，或解决报告中指出的问题后重新运行。

codes-TSG902-title = 无法识别
codes-TSG902-what = 规则、参数模板或地址的格式没有文档说明。只有它可能匹配的流量为未知。
codes-TSG902-example = 协议为 ALL 而端口为 80 的规则。
codes-TSG902-fix = 在控制台打开该规则，用控制台提供的格式重新填写。

codes-TSG903-title = 无法审计
codes-TSG903-what = 集群没有任何内容被检查，或其状态没有可审计的内容，或指定的集群不存在；地域内没有集群；配置中的互访集群没有找到。
codes-TSG903-example = 正在创建的集群。
codes-TSG903-fix = 检查 ID 和地域，等集群运行后再审计，或在配置文件中排除该集群。

codes-TSG904-title = 没有文档说明
codes-TSG904-what = 腾讯云没有文档说明此处的行为，因此不给出结论。
codes-TSG904-example = 没有绑定安全组的原生节点（见 TSG303）。
codes-TSG904-fix = 绑定安全组。

codes-TSG905-title = 执行后才能确定
codes-TSG905-what = 变更计划中有取值要到执行时才能确定，而结论取决于它。
codes-TSG905-example = 规则的来源是计划中新建实例的地址。
codes-TSG905-fix = 在计划中写明取值，或在执行后再次审计。

codes-TSG102-title = 负载均衡路径不通
codes-TSG102-what = 负载均衡监听器转发到的节点或 Pod，其安全组拦截了客户端或健康检查。
codes-TSG102-example = 监听器将 TCP 80 转发到 NodePort 31080，而节点安全组仅放通 10.0.0.0/16：其他来源的客户端无法访问。
codes-TSG102-fix = 在后端安全组中放通监听器的客户端，或删除该监听器。

codes-TSG103-title = 网络 ACL 拦截必需流量
codes-TSG103-what = 子网网络 ACL 的一条显式规则拦截了基线要求放通的流量。
codes-TSG103-example = acl-12345678 的第 3 条规则丢弃来自另一节点子网的 TCP 10250：API Server 无法访问 kubelet。
codes-TSG103-fix = 修改该规则，或在其上方添加放通规则。

codes-TSG202-title = 负载均衡对外开放
codes-TSG202-what = 任意地址均可访问监听器：流量绕过节点安全组，或负载均衡自身的安全组已放通。
codes-TSG202-example = 公网负载均衡开启了默认放通且未绑定安全组：监听器 TCP 6379 对任意地址开放。
codes-TSG202-fix = 为负载均衡绑定安全组，仅放通需要访问的客户端。

codes-TSG306-title = Pod 网卡未绑定安全组
codes-TSG306-what = 承载 Pod 的弹性网卡未绑定安全组（VPC-CNI 的默认行为），其流量不受过滤。
codes-TSG306-example = 组件 eniipamd 未开启安全组，12 个 Pod 的网卡均未绑定安全组。
codes-TSG306-fix = 如需过滤 Pod 流量，请在 VPC-CNI 组件中开启安全组并指定安全组。
