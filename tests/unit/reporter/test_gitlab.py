from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from auditor.model.findings import Result
from auditor.reporter.identity import gap_fingerprints
from auditor.words import Lang
from tests.golden.samples import RESULTS
from tests.schemas.rendering import NAMES, rendered, results

CODE_QUALITY = Draft202012Validator(
    {
        "type": "array",
        "items": {
            "type": "object",
            "required": ["description", "check_name", "fingerprint", "severity", "location"],
            "properties": {
                "description": {"type": "string", "minLength": 1},
                "check_name": {"type": "string", "minLength": 1},
                "fingerprint": {"type": "string", "minLength": 1},
                "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
                "location": {
                    "type": "object",
                    "required": ["path", "lines"],
                    "properties": {
                        "path": {"type": "string", "pattern": r"^(?!/|\./)."},
                        "lines": {
                            "type": "object",
                            "required": ["begin"],
                            "properties": {"begin": {"type": "integer", "minimum": 1}},
                        },
                    },
                },
            },
        },
    }
)
"""What GitLab's documentation of Code Quality reports asks of each issue."""


def _issues(result: Result, lang: Lang = Lang.EN) -> list[dict[str, Any]]:
    issues: list[dict[str, Any]] = json.loads(rendered("gitlab", result, lang))
    return issues


@pytest.mark.parametrize("lang", Lang)
@pytest.mark.parametrize("name", NAMES)
def test_every_issue_has_what_gitlab_asks_for(name: str, lang: Lang) -> None:
    assert [error.message for error in CODE_QUALITY.iter_errors(_issues(results()[name], lang))] == []


@pytest.mark.parametrize("name", NAMES)
def test_no_fingerprint_comes_twice(name: str) -> None:
    prints = [issue["fingerprint"] for issue in _issues(results()[name])]
    assert len(set(prints)) == len(prints)


def test_gaps_that_differ_in_their_words_alone_are_told_apart_and_the_first_keeps_its_identity() -> None:
    gap = RESULTS["estate"].gaps[0]
    again = replace(gap, message="in other words")
    first, second = gap_fingerprints((gap, again))
    assert (first,) == gap_fingerprints((gap,))
    assert first != second


def test_severities_and_places() -> None:
    issues = _issues(RESULTS["gate"])
    assert [issue["severity"] for issue in issues[:5]] == ["critical", "critical", "critical", "blocker", "critical"]
    assert sorted((issue["location"]["path"], issue["location"]["lines"]["begin"]) for issue in issues[:3]) == [
        ("network/cluster.tf", 7),
        ("sgaudit.yaml", 1),
        ("sgaudit.yaml", 1),
    ]
    assert issues[3]["location"] == {"path": "network/中国 [a]/main.tf", "lines": {"begin": 12}}
    assert issues[4]["location"] == {"path": "sgaudit.yaml", "lines": {"begin": 1}}


def test_a_waived_finding_is_no_issue() -> None:
    waived = [finding.fingerprint for finding in RESULTS["estate"].findings if finding.waiver]
    assert waived
    assert not set(waived) & {issue["fingerprint"] for issue in _issues(RESULTS["estate"])}


def test_the_issue_names_cluster_problem_and_fix() -> None:
    issue = _issues(RESULTS["estate"])[3]
    assert issue["check_name"] == "TSG201 excess-access"
    assert issue["description"].startswith(
        'cls-prod0001 "prod": Open to any address: Control plane and node agents. Allowed in, but not permitted'
    )
    assert issue["description"].endswith(
        'If it is open on purpose, add it under "allow" in the configuration. '
        'Verdict on cls-prod0001 "prod": NON-COMPLIANT. '
        "Account 100000000001. Read 2026-02-20 23:59 UTC, 9 days ago."
    )
