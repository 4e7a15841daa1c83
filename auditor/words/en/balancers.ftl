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
balancers-clients-unknown = clients could not be decided
balancers-clients-undecided = others could not be decided
balancers-checks-blocked = health checks blocked
balancers-filters-applies = pass to target off, { $groups } on the load balancer
balancers-filters-without-effect = pass to target without effect, { $groups } on the load balancer
balancers-filters-bypassed = pass to target on, { $groups } on the load balancer
balancers-filters-unknown = pass to target undecided, { $groups } on the load balancer
balancers-groups-unread = unread groups

balancers-blocked-title = Blocked: clients of a load balancer
balancers-checks-title = Blocked: health checks of a load balancer
balancers-blocked-message = { $listener } forwards to { $targets }. This does not get through: { $packets }.
balancers-blocked-why-back-ends = Pass to target is off or has no effect, so the groups of the back ends filter as well, and they see the address of the client.
balancers-blocked-why-balancer = The groups of the load balancer let no client in at this port.
balancers-blocked-why-checks = The load balancer sends its health checks from its own address. It takes back ends for unhealthy that do not let them in.
balancers-blocked-advice-back-ends = Let this in at { $groups }: { $packets }.
balancers-blocked-advice-balancer = Name the clients of the listener in the groups of the load balancer, or remove the listener.

balancers-open-title = Open to any address through a load balancer: { $class }
balancers-open-class-web = Web (80, 443)
balancers-open-message = { $listener } forwards to { $targets }. This gets through, and the configuration does not permit it: { $packets }.
balancers-open-why-bypassed = The groups of the back ends do not filter what comes through this load balancer ({ $filters }).
balancers-open-why-groups = The groups of the load balancer and of the back ends let any address in ({ $filters }).
balancers-open-advice = If not everybody needs it, bind a group to the load balancer that names its clients. If it is open on purpose, name it under "allow" in the configuration.
balancers-open-advice-groups = Narrow { $rules } to the clients of the listener. If it is open on purpose, name it under "allow" in the configuration.
