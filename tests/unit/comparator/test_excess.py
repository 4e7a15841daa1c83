"""How severe packets are that no requirement asks for: by the service, the reach and the role of the stack."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from auditor.comparator.compare import compare
from auditor.model.clusters import Role
from auditor.model.codes import Severity
from auditor.model.rules import Direction
from tests import builders


@pytest.mark.parametrize(("role", "severity"), [(Role.MASTER, Severity.CRITICAL), (Role.NODE, Severity.MEDIUM)])
def test_a_service_class_of_a_role_counts_for_stacks_of_that_role_alone(role: Role, severity: Severity) -> None:
    """TCP 10250 is of the class of control ports, which is critical, or else of the class of all services."""
    classes = (replace(builders.CONTROL, roles=(Role.MASTER,)), builders.ADMIN, builders.OTHER)
    policy = builders.policy(builders.EGRESS)
    table = replace(builders.EXCESS, classes=classes)
    policy = replace(policy, baseline=replace(policy.baseline, excess=table))
    kubelet = builders.group("sg-a", builders.rules(("allow", "0.0.0.0/0", "tcp", "10250")))
    live = builders.snapshot([builders.cluster(builders.node("ins-a", "sg-a", role=role))], [kubelet])
    findings = compare(live, policy, date(2026, 11, 22)).findings
    assert [finding.severity for finding in findings if finding.direction is Direction.INGRESS] == [severity]
