"""Reports of sample results, and the schemas of others that they are held against."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft7Validator, Draft202012Validator
from ocsf_json_schema import OcsfJsonSchemaEmbedded, get_ocsf_schema

from auditor import pipeline, resources
from auditor.comparator.compare import compare
from auditor.config import baseline
from auditor.errors import ExitCode
from auditor.fetcher import cassette
from auditor.fetcher.cassette import Replay
from auditor.fetcher.fetch import FetchRequest, fetch
from auditor.fetcher.transport import replay_transport
from auditor.model.baseline import Policy
from auditor.model.codes import GapKind
from auditor.model.findings import Result
from auditor.model.gaps import Gap
from auditor.model.snapshot import Account, Snapshot
from auditor.reporter import REPORTERS, merged_report
from auditor.reporter.merged_report import Expected, MergePart
from auditor.reporter.options import RenderOptions
from auditor.words import Lang
from tests.golden.policy import BASELINE
from tests.golden.samples import REGION, RESULTS, TODAY, many

OPTIONS = RenderOptions(
    tool_version="1.2.3",
    today=TODAY,
    exit_code=ExitCode.FINDINGS,
    finished_at=datetime(2026, 3, 1, 8, 30, tzinfo=UTC),
    seconds=12.5,
)


def rendered(name: str, result: Result, lang: Lang = Lang.EN, **more: object) -> str:
    """One report."""
    options = replace(OPTIONS, lang=lang, **more)  # type: ignore[arg-type]
    return "".join(REPORTERS[name](result, options))


@cache
def demo() -> Result:
    """The built-in recording, read through the real client and held against the default baseline."""
    recorded = cassette.load(resources.recording("demo"), "demo")
    regions = {interaction.request.region for interaction in recorded.interactions} - {""}
    snapshot = fetch(replay_transport(Replay(recorded)), FetchRequest(regions=tuple(sorted(regions))))
    return pipeline.compare(snapshot, Policy(baseline=baseline.load("tke-default")), TODAY)


@cache
def crowded(gaps: int = 2_000) -> Result:
    """Nothing but gaps, far more than a comment holds."""
    found = tuple(
        Gap(
            kind=GapKind.UNREAD,
            region=REGION,
            resource=f"sg-{number:08}",
            service="vpc",
            action="DescribeSecurityGroupPolicies",
            code="UnauthorizedOperation",
            message="you are not authorized",
            request_id=f"request-{number}",
        )
        for number in range(gaps)
    )
    return compare(Snapshot(regions=(REGION,), gaps=found), Policy(baseline=BASELINE), TODAY)


@cache
def merged() -> Result:
    """Two JSON reports of different accounts as one, rebuilt from their texts, and a shard that is missing."""
    estate = RESULTS["estate"]
    of_another = replace(demo(), snapshot=replace(demo().snapshot, account=Account(id="100000000002", name="lab")))
    parts = [
        merged_report.read_part(rendered("json", result), f"{number}.json")
        for number, result in enumerate((estate, of_another))
    ]
    reports = [
        replace(part, report={**part.report, "shard": {"index": 0, "count": 2}})
        for part in parts
        if isinstance(part, MergePart)
    ]
    return pipeline.merge(reports, [merged_report.damaged("2.json", "union-not-json")], Expected(today=TODAY))


@cache
def results() -> Mapping[str, Result]:
    """Everything that a format is held against, by name."""
    return {**RESULTS, "demo": demo(), "many": many(20, 5), "crowded": crowded(200), "merged": merged()}


NAMES = (*RESULTS, "demo", "many", "crowded", "merged")


@cache
def sarif_schema() -> Draft7Validator:
    """The official schema of SARIF 2.1.0, with its formats (``uri-reference``, ``date-time``)."""
    text = (Path(__file__).parent / "sarif-schema-2.1.0.json").read_text(encoding="utf-8")
    return Draft7Validator(json.loads(text), format_checker=Draft7Validator.FORMAT_CHECKER)


@cache
def ocsf_dictionary() -> dict[str, Any]:
    """OCSF 1.8.0, compiled, as its authors publish it."""
    found: dict[str, Any] = get_ocsf_schema(version="1.8.0")
    return found


@cache
def ocsf_schema() -> Draft202012Validator:
    """The JSON Schema of a Compliance Finding with the cloud profile: no unknown field passes."""
    whole = OcsfJsonSchemaEmbedded(ocsf_dictionary())
    return Draft202012Validator(whole.get_class_schema("compliance_finding", profiles=["cloud"]))
