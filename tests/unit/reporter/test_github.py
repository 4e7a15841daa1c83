from __future__ import annotations

import re
from collections import Counter

import pytest

from auditor.errors import ExitCode
from auditor.reporter.github import MOST
from auditor.words import Lang
from tests.golden.samples import RESULTS
from tests.schemas.rendering import NAMES, crowded, rendered, results

COMMAND = re.compile(r"::(error|warning|notice) (?:file=([^,:]+),(?:line=[0-9]+,)?)?title=([^,:]+)::(.*)")
"""How the runner reads a line: properties end at the first ``::``, none of them holds a bare comma or colon."""


@pytest.mark.parametrize("lang", Lang)
@pytest.mark.parametrize("name", NAMES)
def test_every_line_is_a_command_with_its_place_and_title(name: str, lang: Lang) -> None:
    result = results()[name]
    lines = rendered("github", result, lang).split("\n")
    assert lines.pop() == ""
    told = [COMMAND.fullmatch(line) for line in lines]
    assert all(told)
    levels = Counter(match.group().split(" ")[0] for match in told if match)
    assert all(count <= MOST for level, count in levels.items() if level != "::notice")
    counted = sum(finding.waiver is None for finding in result.findings)
    assert 1 <= len(told) <= 1 + len(result.gaps) + counted + 1


def test_the_rest_of_many_annotations_is_counted() -> None:
    lines = rendered("github", crowded(200)).splitlines()
    assert len(lines) == 1 + MOST + 1
    assert lines[-1].startswith("::notice title=sgaudit::190 more annotations are left out")


def test_the_first_line_sums_up_so_that_silence_never_means_success() -> None:
    assert rendered("github", RESULTS["compliant"], exit_code=ExitCode.OK) == (
        "::notice title=sgaudit::Clusters: 1; unwaived findings: 0; could not be checked: 0; exit code: 0. "
        "compliant: cls-healthy1. Account unknown. Time of reading unknown.\n"
    )
    assert rendered("github", crowded(2), Lang.ZH, exit_code=ExitCode.INCOMPLETE).startswith(
        "::notice title=sgaudit::0 个集群，0 个未豁免的问题，2 处无法判定；退出码 3。账号未知。读取时间未知。\n"
    )


def test_gaps_come_first_then_the_worst() -> None:
    levels = [line.split(" ")[0] for line in rendered("github", RESULTS["estate"]).splitlines()]
    assert levels[:10] == ["::notice", *["::error"] * 9]
    assert levels[10:] == ["::warning"] * 5 + ["::notice"] * 5


def test_a_line_break_of_ours_stays_one_in_the_annotation() -> None:
    line = rendered("github", RESULTS["estate"]).splitlines()[4]
    assert line.startswith(
        "::error file=sgaudit.yaml,title=TSG201 critical%3A Open to any address%3A "
        'Control plane and node agents::cls-prod0001 "prod"%0AAllowed in, but not permitted'
    )
    assert line.endswith("%0AID: e81442d80108d274")


def test_in_a_gate_the_annotation_is_at_the_block_of_the_resource() -> None:
    lines = rendered("github", RESULTS["gate"]).splitlines()
    assert lines[1].startswith("::error file=network/cluster.tf,line=7,title=TSG901")
    assert lines[4].startswith("::error file=network/中国 [a]/main.tf,line=12,title=TSG201")
    resource = 'module.net["a"].tencentcloud_security_group_rule_set.web (network/中国 [a]/main.tf:12)'
    assert f"%0AIntroduced by {resource}.%0A" in lines[4]
    assert lines[5].startswith("::error file=sgaudit.yaml,title=TSG101")


def test_what_was_there_before_a_change_is_a_count_where_only_what_it_introduces_counts() -> None:
    gate = RESULTS["gate"]
    assert gate.change is not None
    lines = rendered("github", gate, introduced_only=True).splitlines()
    text = "\n".join(lines)
    assert all(fingerprint in text for fingerprint in gate.change.introduced)
    assert not any(fingerprint in text for fingerprint in gate.change.unchanged)
    assert (
        lines[-1] == "::notice title=sgaudit::8 findings were there before (--all). 1 thing that could not be "
        "checked is not affected by the change."
    )
