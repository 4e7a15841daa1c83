# 网络 ACL 相关的审计结果。标题不带句号，其余以句号结尾。

acls-title = 被网络 ACL 拦截：{ $requirement }
acls-message-ingress = { $acl } 的入站规则 { $entries } 拦截了进入 { $subnet } 的以下流量：{ $packets }。
acls-message-egress = { $acl } 的出站规则 { $entries } 拦截了从 { $subnet } 发出的以下流量：{ $packets }。
acls-why = 无论安全组是否放通，网络 ACL 对进出子网的全部流量都生效。
acls-advice-ingress = 在 { $acl } 的入站规则 { $first } 之前添加一条规则，允许{ $packets }；也可以收窄该规则。网络 ACL 是无状态的，回包还需要出站规则放通，本工具不判断回包。
acls-advice-egress = 在 { $acl } 的出站规则 { $first } 之前添加一条规则，允许{ $packets }；也可以收窄该规则。网络 ACL 是无状态的，回包还需要入站规则放通，本工具不判断回包。
acls-ports = 该规则为三元组规则，官方文档未说明其端口是源端口还是目的端口，此处按目的端口判断。
