from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from typing import Any

import jsonschema
import pytest
from pydantic import BaseModel

from auditor.errors import ExitCode
from auditor.model.snapshot import SnapshotSource
from auditor.reporter import json_report, models, report_reader
from auditor.reporter.models import json_schema
from auditor.reporter.options import RenderOptions
from auditor.words import Lang
from tests.golden.samples import RESULTS, TODAY

OPTIONS = RenderOptions(tool_version="9.9.9", today=TODAY, exit_code=ExitCode.FINDINGS)


def rendered(name: str, options: RenderOptions = OPTIONS) -> dict[str, Any]:
    found = json.loads("".join(json_report.render(RESULTS[name], options)))
    assert isinstance(found, dict)
    return found


ESTATE = rendered("estate")


SOMETIMES = {"asked", "ports", "accounts", "change", "since", "shard", "parts", "expected", "pairs"}
"""The fields that a report leaves out where they do not apply."""


def closed(schema: Any) -> Any:  # noqa: ANN401 - JSON
    """The schema with no room for a field that it does not list, and demanding every field that a report has always."""
    if isinstance(schema, list):
        return [closed(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    inner = {name: closed(item) for name, item in schema.items()}
    if "properties" not in schema:
        return inner
    return {**inner, "additionalProperties": False, "required": sorted(schema["properties"].keys() - SOMETIMES)}


@cache
def _validator() -> jsonschema.Draft202012Validator:
    schema = closed(json_schema())
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


@pytest.mark.parametrize("name", RESULTS)
def test_a_report_has_every_field_of_its_schema_and_no_other(name: str) -> None:
    _validator().validate(rendered(name))


@pytest.mark.parametrize("name", RESULTS)
def test_a_later_run_can_read_a_report(name: str) -> None:
    earlier = report_reader.load("".join(json_report.render(RESULTS[name], OPTIONS)), "report.json")
    assert [finding.fingerprint for finding in earlier.findings] == [
        finding.fingerprint for finding in RESULTS[name].findings
    ]


READ = {
    report_reader.ReadReport: models.Report,
    report_reader.ReadCluster: models.ClusterPart,
    report_reader.ReadNotCovered: models.NotCoveredPart,
    report_reader.ReadStack: models.StackPart,
    report_reader.ReadUndecided: models.UndecidedPart,
    report_reader.ReadFinding: models.FindingPart,
    report_reader.ReadGap: models.GapPart,
}


@pytest.mark.parametrize(("reads", "writes"), READ.items())
def test_the_reader_reads_only_fields_that_a_report_has(reads: type[BaseModel], writes: type[Any]) -> None:
    names = {field.alias or name for name, field in reads.model_fields.items()}
    assert names <= writes.__annotations__.keys()


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(json_schema())


def test_a_reader_ignores_a_field_of_a_later_version() -> None:
    jsonschema.validate({**ESTATE, "later": 1}, json_schema())
    assert report_reader.load(json.dumps({**ESTATE, "later": 1}), "report.json").complete is False


def test_the_object_has_the_parts_that_users_script_against() -> None:
    assert set(ESTATE) == {
        "schema", "tool", "baseline", "complete", "gaps", "summary", "clusters", "findings", "waivers",
        "account", "read_at", "fail_on", "source", "filter", "lang", "regions", "requirements", "group_names",
    }  # fmt: skip
    assert ESTATE["schema"] == "sgaudit-report/1"
    assert ESTATE["tool"] == {"name": "tke-sg-auditor", "version": "9.9.9"}
    assert ESTATE["baseline"] == {"name": "sample", "digest": "sha256:" + "5a" * 32}
    assert ESTATE["complete"] is False


def test_each_cluster_names_the_baseline_that_it_was_compared_with() -> None:
    assert {(item["baseline"]["name"], item["baseline"]["digest"]) for item in ESTATE["clusters"]} == {
        ("sample", "sha256:" + "5a" * 32)
    }


def test_findings_of_a_run_without_a_history_were_first_seen_at_no_time_and_are_worse_than_none() -> None:
    assert {(item["first_seen"], item["previous"]) for item in ESTATE["findings"]} == {(None, None)}


def test_the_report_says_whose_estate_it_is_and_when_and_whence_it_was_read() -> None:
    assert ESTATE["account"] == {"id": "100000000001", "name": ""}
    assert (ESTATE["read_at"], ESTATE["fail_on"], ESTATE["source"]) == ("2026-02-20T23:59:00Z", "medium", "live")
    for part in ("clusters", "gaps", "findings"):
        assert {item["account"] for item in ESTATE[part]} == {"100000000001"}


def test_an_unknown_account_and_moment_are_null() -> None:
    told = rendered("hostile", replace(OPTIONS, fail_on=None, source=SnapshotSource.CASSETTE))
    assert (told["account"], told["read_at"], told["fail_on"], told["source"]) == (None, None, "never", "cassette")
    assert {item["account"] for item in told["findings"]} == {None}


def test_the_summary_counts_what_was_audited_and_found() -> None:
    assert ESTATE["summary"] == {
        "clusters": 4,
        "nodes": 21,
        "masters": 3,
        "security_groups": 5,
        "findings": {"critical": 1, "high": 5, "medium": 5, "low": 0, "info": 5},
        "waived": 1,
    }


def test_a_finding_carries_packets_evidence_and_words() -> None:
    finding = ESTATE["findings"][0]
    assert {name: finding[name] for name in ("code", "name", "severity", "region", "cluster_id", "role")} == {
        "code": "TSG201",
        "name": "excess-access",
        "severity": "critical",
        "region": "ap-guangzhou",
        "cluster_id": "cls-prod0001",
        "role": "node",
    }
    assert finding["packets"][0]["protocol"] == "tcp"
    assert finding["packets"][0]["ports"] == [[10250, 10250]]
    assert finding["evidence"] == [
        {
            "kind": "rule",
            "id": None,
            "security_group_id": "sg-prod0001",
            "direction": "ingress",
            "index": 3,
            "action": "allow",
            "description": "temp debug, remove me",
            "blocker": False,
        }
    ]
    assert finding["witness"] == {"protocol": "tcp", "port": 10250, "address": "203.0.113.1"}
    assert finding["direction"] == "ingress"
    assert finding["requirement_id"] is None
    assert finding["waiver"] is None


def test_a_waived_finding_carries_its_waiver() -> None:
    assert [finding["waiver"] for finding in ESTATE["findings"] if finding["waiver"]] == [
        {
            "id": "W-7",
            "reason": "office network, login by certificate",
            "owner": "sre@example.com",
            "expires": "2026-03-10",
        }
    ]
    assert ESTATE["waivers"] == [{"id": "W-7", "state": "expiring"}, {"id": "W-1", "state": "expired"}]


def test_ports_are_left_out_where_every_port_is_meant() -> None:
    stack = next(found for found in ESTATE["clusters"] if found["cluster_id"] == "cls-healthy1")["stacks"][0]
    required = {one["id"]: one["required"] for one in stack["requirements"]}
    assert required["node-ingress-container"] == [{"protocol": "all", "cidrs": ["172.16.0.0/16"]}]
    assert required["node-ingress-nodeport"] == [{"protocol": "tcp", "ports": [[30000, 32768]], "cidrs": ["0.0.0.0/0"]}]


def test_a_gap_carries_the_call_and_what_hangs_on_it() -> None:
    gap = ESTATE["gaps"][0]
    assert gap["kind"] == "TSG901"
    assert gap["action"] == "DescribeSecurityGroupPolicies"
    assert gap["message"] == "you are not authorized to perform operation (vpc:DescribeSecurityGroupPolicies)"
    assert gap["unknown"] == "The traffic that sg-denied01 allows for 4 nodes could not be fully checked."


def test_what_is_not_covered_says_why() -> None:
    prod = next(found for found in ESTATE["clusters"] if found["cluster_id"] == "cls-prod0001")
    assert prod["not_covered"][1] == {
        "kind": "registered-node",
        "count": 1,
        "why": "It is outside Tencent Cloud and has no security group.",
        "security_groups": [],
        "part": None,
    }


def test_a_change_is_there_for_a_gate_alone() -> None:
    assert rendered("gate")["change"]["resolved"] == ["00000000000000ff"]
    assert "change" not in ESTATE


def test_keys_and_codes_stay_and_words_change_with_the_language() -> None:
    chinese = rendered("estate", replace(OPTIONS, lang=Lang.ZH))
    words = {"brief", "title", "message", "why", "affected", "rules", "advice"}
    for english, other in zip(ESTATE["findings"], chinese["findings"], strict=True):
        assert {name: english[name] for name in english.keys() - words} == {
            name: other[name] for name in other.keys() - words
        }
    assert chinese["findings"][0]["title"] == "对任意地址开放：控制面与节点组件"


def test_keys_are_sorted_and_a_line_feed_ends_the_text() -> None:
    text = "".join(json_report.render(RESULTS["estate"], OPTIONS))
    assert text.endswith("}\n")
    assert text == json.dumps(json.loads(text), ensure_ascii=False, sort_keys=True, indent=2) + "\n"


def test_width_colour_and_verbosity_change_nothing() -> None:
    loud = replace(OPTIONS, width=200, colour=True, verbose=True, exit_code=ExitCode.OK)
    assert "".join(json_report.render(RESULTS["estate"], loud)) == "".join(
        json_report.render(RESULTS["estate"], OPTIONS)
    )


def test_a_hostile_name_is_valid_utf8_and_comes_back_but_for_its_surrogate() -> None:
    text = "".join(json_report.render(RESULTS["hostile"], OPTIONS))
    name = json.loads(text.encode())["clusters"][0]["name"]
    assert name == RESULTS["hostile"].clusters[0].cluster.name.replace("\ud800", "\\ud800")
