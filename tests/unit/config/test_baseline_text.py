"""Baselines written out again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from auditor.config import baseline
from auditor.config.baseline_dump import dump
from tests.unit.config.files import load_baseline, written


@pytest.mark.parametrize("name", ["tke-default", "tke-hardened", "tke-least"])
def test_what_is_written_loads_to_the_same_baseline(tmp_path: Path, name: str) -> None:
    original = baseline.load(name)
    again = baseline.load(written(tmp_path, dump(original), "again.yaml"))
    assert replace(again, source=original.source) == original


def test_a_row_is_written_as_people_write_it(tmp_path: Path) -> None:
    text = dump(
        load_baseline(
            tmp_path,
            """
            name: ours
            extends: tke-hardened
            requirements:
              - {id: a, role: node, direction: ingress, protocol: udp, ports: "53,5353-5355", cidrs: ["2001:db8::/32"],
                 severity: low, title: {en: "DNS: \\"ours\\"", zh: 域名}, reason: {en: "yes"},
                 tiers: [{networks: [subnets, container], severity: high}]}
            allow:
              - {id: b, clusters: ["cls-*"], role: master, direction: egress, protocol: icmpv6, networks: [cluster],
                 reason: "line one\\nline two"}
            """,
        )
    )
    row = """
  - id: a
    row: ""
    role: node
    direction: ingress
    protocol: udp
    ports: "53,5353-5355"
    cidrs: ["2001:db8::/32"]
    severity: low
    tiers:
      - protocol: udp
        ports: "53,5353-5355"
        networks: [subnets, container]
        severity: high
    title:
      en: "DNS: \\"ours\\""
      zh: 域名
    reason:
      en: "yes"
      zh: "yes"
"""
    allowed = """
  - id: b
    clusters: ["cls-*"]
    role: master
    direction: egress
    protocol: icmpv6
    networks: [cluster]
    reason: "line one\\u000aline two"
    owner: ""
"""
    assert row in text
    assert allowed in text
    assert text.startswith("name: ours\nrequirements:\n  - id: node-ingress-container\n    row: ")


def test_services_of_one_role_stay_that_roles(tmp_path: Path) -> None:
    text = dump(baseline.load())
    control = """
    - name: control
      title:
        en: Control plane and node agents
        zh: 控制面与节点组件
      services:
        - protocol: tcp
          ports: "2375-2376,2379-2380,6443,10249-10252,10255-10259,17443,50055,60001-60002,61678"
          role: node
        - protocol: tcp
          ports: "443,2375-2376,2379-2380,6443,10249-10252,10255-10259,17443,50055,60001-60002,61678"
          role: master
"""
    assert control in text
