# 负载均衡及经过负载均衡的路径。句子成分，不带句号。

balancers-line = { $balancer }：{ $service } → { $targets }：{ $clients }；{ $filters }
balancers-listener = { $balancer } 的 { $service }
balancers-nodes-node = { $count } 个节点的 NodePort { $ports }
balancers-nodes-master = { $count } 个 Master 的端口 { $ports }
balancers-pods = { $count } 个 Pod 的端口 { $ports }
balancers-clients = { $clients } 可访问
balancers-clients-all = 所有客户端均可访问
balancers-clients-none = 没有客户端可以访问
balancers-clients-unknown = 无法判定哪些客户端可以访问
balancers-clients-undecided = 其余来源无法判定
balancers-checks-blocked = 健康检查被拦截
balancers-filters-applies = 未启用安全组默认放通，负载均衡：{ $groups }
balancers-filters-without-effect = 安全组默认放通不生效，负载均衡：{ $groups }
balancers-filters-bypassed = 已启用安全组默认放通，负载均衡：{ $groups }
balancers-filters-unknown = 安全组默认放通状态未知，负载均衡：{ $groups }
balancers-groups-unread = 安全组未读取到

balancers-blocked-title = 未放通：负载均衡的客户端
balancers-checks-title = 未放通：负载均衡的健康检查
balancers-blocked-message = { $listener } 转发到 { $targets }。以下流量无法通过：{ $packets }。
balancers-blocked-why-back-ends = 安全组默认放通未启用或不生效，后端的安全组也会过滤，且看到的来源是客户端地址。
balancers-blocked-why-balancer = 负载均衡的安全组在该端口未放通任何客户端。
balancers-blocked-why-checks = 健康检查的来源是负载均衡自身的地址；后端未放通时会被判为异常。
balancers-blocked-advice-back-ends = 请在 { $groups } 中放通：{ $packets }。
balancers-blocked-advice-balancer = 请在负载均衡的安全组中放通监听器的客户端，或删除该监听器。

balancers-open-title = 经负载均衡对任意地址开放：{ $class }
balancers-open-class-web = Web（80、443）
balancers-open-message = { $listener } 转发到 { $targets }。以下流量可以通过，而配置未许可：{ $packets }。
balancers-open-why-bypassed = 后端的安全组不会过滤经该负载均衡进入的流量（{ $filters }）。
balancers-open-why-groups = 负载均衡和后端的安全组均放通了任意地址（{ $filters }）。
balancers-open-why-snat = 后端看到的来源是负载均衡的 SNAT IP，而不是客户端地址，因此后端的安全组无法过滤客户端（{ $filters }）。
balancers-open-why-no-groups = 负载均衡和后端均未绑定安全组，流量不受过滤（{ $filters }）。
balancers-open-advice = 如并非所有人都需要访问，请为负载均衡绑定只放通其客户端的安全组。如确需开放，请写入配置的 allow。
balancers-open-advice-groups = 请将 { $rules } 收窄到监听器的客户端。如确需开放，请写入配置的 allow。
