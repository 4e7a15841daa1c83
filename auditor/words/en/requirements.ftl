# The requirements of a node: sgaudit explain CLUSTER --node NODE.

requirements-binding = { $cluster }: { $who }, bound to { $groups }
requirements-title = { $title } ({ $direction })
requirements-where = { $what }; { $where }; ID { $id }
requirements-acl = { $title }; ID { $id }
requirements-answer-acl = The cause is not the security group but a network ACL: see the packets that it blocks.
requirements-answer-met = The security group is not the cause: every requirement is met.
requirements-answer-none = No requirement applies here, so the security group may still be the cause: ask about a flow with --direction, --protocol, --port and --peer.
requirements-answer-blocked = The security group may be the cause: see the blocked requirements.
requirements-answer-unknown = Something could not be checked, so the security group may still be the cause.
