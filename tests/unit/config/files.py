"""Files for one test, and what loading them complains of."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent
from typing import TypeAlias

import pytest

from auditor.config import baseline, settings
from auditor.config.settings import Settings
from auditor.errors import ConfigError
from auditor.model.baseline import Baseline

OWN_BASELINE = """
    name: own
    requirements:
      - id: web
        role: node
        direction: ingress
        protocol: tcp
        ports: "443"
        cidrs: [198.51.100.0/24]
        networks: [container]
        severity: high
        title: {zh: 网站}
        reason: {en: Customers}
        tiers:
          - {ports: 443, cidrs: [198.51.100.7], severity: critical}
          - {protocol: udp, severity: low}
          - {networks: [subnets], severity: info, reason: {en: Nothing breaks}}
    excess:
      classes:
        - {name: control, title: {en: C}, services: [{protocol: tcp, ports: "6443"}]}
        - {name: rest, title: {en: R}, services: [{protocol: all}]}
      severities:
        ingress:
          any: {control: critical, rest: medium}
          public: {control: high, rest: low}
          private: {control: low, rest: low}
          vpc: {control: low, rest: info}
        egress:
          any: {control: medium, rest: medium}
          public: {control: low, rest: low}
          private: {control: low, rest: low}
          vpc: {control: info, rest: info}
"""
"""The text of a small baseline that extends none."""

Complaint: TypeAlias = tuple[int, str, str]
"""Line, key path, message."""


def written(folder: Path, text: str, name: str = "sgaudit.yaml") -> Path:
    """The path of a new file with ``text``, its margin taken off."""
    path = folder / name
    path.write_text(dedent(text).lstrip("\n"), encoding="utf-8")
    return path


def load_settings(folder: Path, text: str) -> Settings:
    """The settings of a file with ``text``."""
    return settings.load(written(folder, text), {})


def load_baseline(folder: Path, text: str) -> Baseline:
    """The baseline of a file with ``text``."""
    return baseline.load(written(folder, text, "ours.yaml"))


def complaints(load: Callable[[Path, str], object], folder: Path, text: str) -> list[Complaint]:
    """Every mistake that loading ``text`` finds, in the order in which it is told."""
    with pytest.raises(ConfigError) as caught:
        load(folder, text)
    errors = getattr(caught.value, "mistakes", (caught.value,))
    assert all({"file", "line", "key", "expected"} <= error.facts.keys() for error in errors)
    assert all(Path(str(error.facts["file"])).name in ("sgaudit.yaml", "ours.yaml") for error in errors)
    return [(int(error.facts["line"]), str(error.facts["key"]), error.message_id) for error in errors]
