"""A code without words would end the first run that finds it: every code has its words in every place that says it."""

from __future__ import annotations

import pytest

from auditor.model.codes import Code, GapKind, Severity
from auditor.reporter import github, sarif
from auditor.reporter.text import gaps
from auditor.reporter.text.findings import FindingWords
from auditor.words import Lang, catalogue


def test_every_code_of_a_finding_has_its_sentences() -> None:
    assert set(FindingWords._BY_CODE) == set(Code)


@pytest.mark.parametrize("lang", Lang)
def test_every_code_is_explained_in_every_language(lang: Lang) -> None:
    parts = [f"codes-{code}-{part}" for code in (*Code, *GapKind) for part in ("title", "what", "example", "fix")]
    assert [part for part in parts if not catalogue(lang).has(part)] == []


def test_code_scanning_knows_the_weight_of_every_code_and_severity() -> None:
    assert set(sarif._RULES) == set(Code)
    assert set(sarif._LEVELS) == set(Severity)
    assert set(github._LEVELS) == set(Severity)


def test_every_kind_of_gap_has_a_title() -> None:
    assert set(gaps._TITLES) == set(GapKind)


CAUSES = sorted(
    {"no-keys", "role", "missing", "cloud", "unexpected", "network", "partial"}
    | {*gaps._NOT_AUDITABLE.values(), *gaps._UNDECIDED.values(), *gaps._UNREAD.values()}
    | {*gaps._TITLES.values()} - {"unread"}
    | {cause for cause, _ in gaps._CAUSES}
)


@pytest.mark.parametrize("lang", Lang)
def test_every_cause_of_a_gap_has_advice(lang: Lang) -> None:
    assert [cause for cause in CAUSES if not catalogue(lang).has(f"gaps-advice-{cause}")] == []
