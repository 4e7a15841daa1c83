"""Every sgaudit command line in the deployment files is one that the program takes."""

from __future__ import annotations

import re
import shlex
from typing import Any

import pytest
from ruamel.yaml import YAML

from auditor.cli.app import parse
from tests.deploy.tools import FOLDER, TOP, text

FILES = sorted(path.name for path in FOLDER.iterdir())
LINE = re.compile(
    r"(?<![\w/~:.-])(?:/usr/local/bin/)?sgaudit ((?:audit|gate|baseline|permissions|fetch|merge|notify)\b[^;|>\n]*)"
)
"""A command up to what a shell takes as its end."""


def _commands() -> list[list[str]]:
    whole = [text(name) for name in FILES] + [(TOP / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")]
    lines = [found.replace('"$@"', "") for file in whole for found in LINE.findall(file)]
    return [shlex.split(line.split('" prints')[0].rstrip('"')) for line in lines] + _of_the_cron_jobs()


def _of_the_cron_jobs() -> list[list[str]]:
    documents = [document for name in FILES if name.startswith("kubernetes") for document in _documents(name)]
    jobs = [document for document in documents if document["kind"] == "CronJob"]
    pods = [job["spec"]["jobTemplate"]["spec"]["template"]["spec"] for job in jobs]
    return [container["args"] for pod in pods for container in pod["containers"] if "args" in container]


def _documents(name: str) -> list[Any]:
    return list(YAML(typ="safe", pure=True).load_all(text(name)))


def test_the_files_are_those_that_are_documented() -> None:
    assert FILES == [
        "Dockerfile",
        "github-workflow.yml",
        "gitlab-ci.yml",
        "kubernetes-cronjob.yaml",
        "kubernetes-fleet.yaml",
        "prometheus-rules.test.yml",
        "prometheus-rules.yml",
        "sgaudit-nightly.sh",
        "sgaudit.cron",
        "sgaudit.service",
        "sgaudit.timer",
    ]


@pytest.mark.parametrize("command", _commands(), ids=" ".join)
def test_the_program_takes_the_command(command: list[str]) -> None:
    assert parse(command, {}).command.name.split()[0] == command[0]


def test_none_is_overlooked() -> None:
    assert sorted(command[0] for command in _commands()) == [
        "audit",
        "audit",
        "audit",
        "audit",
        "baseline",
        "baseline",
        "gate",
        "gate",
        "merge",
        "notify",
        "notify",
        "permissions",
        "permissions",
    ]


def test_no_file_holds_a_key_or_an_address_of_a_registry() -> None:
    for name in FILES:
        assert not re.search(r"AKID\w{12}|BEGIN [A-Z ]*PRIVATE KEY", text(name))
        assert not re.search(r"(?:FROM|image:|default:)\s+\S+\.\S+/", text(name))
        assert "http://" not in text(name)
