# 修复方案可能遇到的问题。

repair-unreadable-rule = 需要修改的列表中，规则 { $number } 有无法识别的内容，无法以此格式写出。请先在控制台更正该规则，或使用 --format table。
repair-unproved = 为 { $cluster } 的{ $direction ->
        [egress] 出站
       *[ingress] 入站
    }规则找到的修改未能通过自身的证明，因此不予显示。这是程序的缺陷：请附上快照（sgaudit fetch -o）反馈。
repair-unread-list = { $group } 的{ $direction ->
        [egress] 出站
       *[ingress] 入站
    }规则未能读取，而规则集同时管理两个方向：一旦执行会清除这些规则。请使用 --format tccli，它只修改另一个方向。
