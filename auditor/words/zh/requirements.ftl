# 节点的各项要求：sgaudit explain CLUSTER --node NODE。

requirements-binding = { $cluster }：{ $who }，绑定 { $groups }
requirements-title = { $title }（{ $direction }）
requirements-where = { $what }；{ $where }；指纹 { $id }
requirements-acl = { $title }；指纹 { $id }
requirements-answer-acl = 不是安全组的问题，而是网络 ACL 的问题：见其拦截的流量。
requirements-answer-met = 不是安全组的问题：各项要求均已放通。
requirements-answer-none = 此处没有适用的要求，因此不能排除安全组的问题：请用 --direction、--protocol、--port 和 --peer 查询具体流量。
requirements-answer-blocked = 可能是安全组的问题：见未放通的要求。
requirements-answer-unknown = 有内容无法检查，不能排除安全组的问题。
