# The requirements of a node: sgaudit explain CLUSTER --node NODE.

requirements-binding = { $cluster }: { $who }, bound to { $groups }
requirements-title = { $title } ({ $direction })
requirements-where = { $what }; { $where }; id { $id }
requirements-acl = { $title }; id { $id }
requirements-answer-acl = It is not the security group, but a network ACL: see the packets that it stops.
requirements-answer-met = It is not the security group: every requirement is met.
requirements-answer-blocked = It can be the security group: see the blocked requirements.
requirements-answer-unknown = Something could not be checked, so the security group is not ruled out.
