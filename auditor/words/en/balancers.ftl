# Load balancers and the paths through them. Parts of sentences, without a full stop.

balancers-line = { $balancer }: { $service } -> { $targets }: { $clients }; { $filters }
balancers-listener = { $service } of { $balancer }
balancers-nodes-node = NodePort { $ports } on { $count ->
    [one] 1 node
   *[other] { $count } nodes
}
balancers-nodes-master = port { $ports } on { $count ->
    [one] 1 Master
   *[other] { $count } Masters
}
balancers-pods = port { $ports } of { $count ->
    [one] 1 Pod
   *[other] { $count } Pods
}
balancers-clients = from { $clients }
balancers-clients-all = from every client
balancers-clients-none = from no client
balancers-clients-unknown = clients could not be checked
balancers-clients-undecided = others could not be checked
balancers-checks-blocked = health checks blocked
balancers-filters-applies = pass to target off, { $groups } on the load balancer
balancers-filters-without-effect = pass to target without effect, { $groups } on the load balancer
balancers-filters-bypassed = pass to target on, { $groups } on the load balancer
balancers-filters-unknown = pass to target could not be checked, { $groups } on the load balancer
balancers-groups-unread = unread groups

balancers-blocked-title = Blocked: clients of a load balancer
balancers-checks-title = Blocked: health checks of a load balancer
balancers-blocked-message = { $listener } forwards to { $targets }. Blocked: { $packets }.
balancers-blocked-why-back-ends = Pass to target is off or has no effect, so the groups of the back ends also filter this traffic, by the address of the client.
balancers-blocked-why-balancer = The groups of the load balancer allow no client at this port.
balancers-blocked-why-checks = The load balancer sends its health checks from its own address. It treats back ends that block them as unhealthy.
balancers-blocked-advice-back-ends = Allow this in { $groups }: { $packets }.
balancers-blocked-advice-balancer = Allow the clients of the listener in the groups of the load balancer, or remove the listener.

balancers-open-title = Open to any address through a load balancer: { $class }
balancers-open-class-web = Web (80, 443)
balancers-open-message = { $listener } forwards to { $targets }. Allowed, but not permitted by the configuration: { $packets }.
balancers-open-why-bypassed = The groups of the back ends do not filter traffic from this load balancer ({ $filters }).
balancers-open-why-groups = The groups of the load balancer and of the back ends allow any address ({ $filters }).
balancers-open-why-snat = The back ends see an address of the load balancer in place of the client (SnatPro), so their groups do not filter the clients ({ $filters }).
balancers-open-why-no-groups = Neither the load balancer nor the back ends bind a security group, so nothing filters this traffic ({ $filters }).
balancers-open-advice = If not everyone needs it, bind a group to the load balancer that allows only its clients. If it is open on purpose, add it under "allow" in the configuration.
balancers-open-advice-groups = Narrow { $rules } to the clients of the listener. If it is open on purpose, add it under "allow" in the configuration.
