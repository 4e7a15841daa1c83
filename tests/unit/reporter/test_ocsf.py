from __future__ import annotations

import json
from typing import Any

import pytest
from py_ocsf_models.events.findings.compliance_finding import ComplianceFinding

from auditor.model.findings import Result
from auditor.words import Lang
from tests.diagonal import diagonal
from tests.golden.samples import RESULTS
from tests.schemas.rendering import NAMES, ocsf_dictionary, ocsf_schema, rendered, results


def _events(result: Result, lang: Lang = Lang.EN) -> list[dict[str, Any]]:
    events: list[dict[str, Any]] = json.loads(rendered("ocsf", result, lang))
    return events


@diagonal(("name", "lang"), NAMES, Lang, share=2)
def test_every_event_is_valid_against_the_published_schema(name: str, lang: Lang) -> None:
    for event in _events(results()[name], lang):
        assert [error.message for error in ocsf_schema().iter_errors(event)] == []


@pytest.mark.parametrize("name", NAMES)
def test_every_event_is_one_to_a_reader_of_the_field(name: str) -> None:
    for event in _events(results()[name]):
        assert ComplianceFinding.model_validate(event).class_uid == 2003


@pytest.mark.parametrize("name", NAMES)
def test_no_field_is_deprecated(name: str) -> None:
    fields = ocsf_dictionary()["classes"]["compliance_finding"]["attributes"]
    for event in _events(results()[name]):
        assert list(_deprecated(event, fields)) == []


def _deprecated(value: dict[str, Any], fields: dict[str, Any]) -> list[str]:
    found = []
    for name, held in value.items():
        field = fields[name]
        found += [name] if "@deprecated" in field else []
        inner = ocsf_dictionary()["objects"].get(field.get("object_type"), {}).get("attributes")
        if not inner:
            continue
        for item in held if isinstance(held, list) else [held]:
            found += _deprecated(item, inner)
    return found


def test_the_schema_that_events_are_held_against_refuses_what_it_does_not_know() -> None:
    event = _events(RESULTS["estate"])[0]
    assert not ocsf_schema().is_valid({**event, "verdict_word": "x"})
    assert not ocsf_schema().is_valid({name: held for name, held in event.items() if name != "finding_info"})


def test_findings_fail_gaps_warn_and_compliant_clusters_pass() -> None:
    events = _events(RESULTS["estate"])
    told = [(event["compliance"]["status_id"], event["compliance"]["control"]) for event in events]
    assert told.count((2, "TSG901")) == 1
    assert [status for status, control in told if control == "TSG000"] == [2, 1, 3, 2]
    assert sum(status == 3 for status, control in told if control != "TSG000") == 17
    assert len(told) == 17 + 3 + 4


def test_a_waived_finding_is_suppressed_and_says_by_whom() -> None:
    waived = [event for event in _events(RESULTS["estate"]) if event["status_id"] == 3]
    assert [event["unmapped"]["waiver"] for event in waived] == [
        {
            "id": "W-7",
            "reason": "office network, login by certificate",
            "owner": "sre@example.com",
            "expires": "2026-03-10",
        }
    ]


def test_a_known_finding_is_updated_not_created() -> None:
    known = [event for event in _events(RESULTS["gate"]) if event["activity_id"] == 2]
    assert len(known) == 8
    for event in known:
        assert event["type_uid"] == 200302
        assert event["finding_info"]["last_seen_time"] == 1772353800000
        assert "created_time" not in event["finding_info"]


def test_two_gaps_that_differ_in_words_alone_have_two_identities() -> None:
    identities = [event["finding_info"]["uid"] for event in _events(results()["crowded"])]
    assert len(set(identities)) == 200
