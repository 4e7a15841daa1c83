"""The meaning of each finding and gap code, for ``sgaudit rules`` and for formats that include their rules."""

from __future__ import annotations

from dataclasses import dataclass

from auditor.model.codes import Code, GapKind
from auditor.words import Lang, catalogue

GUIDE = "https://cloud.tencent.com/document/product/457/9084"
"""The guide that the baseline comes from: 容器服务安全组设置 (security groups of TKE)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeText:
    """A code in words. ``name`` is the stable word of the JSON report, empty for the code of a gap."""

    code: str
    name: str
    title: str
    what: str
    example: str
    fix: str


def code_texts(lang: Lang) -> tuple[CodeText, ...]:
    """Every code that a report can hold, findings first, in order."""
    finding_codes = tuple(code_text(code, lang) for code in Code)
    return finding_codes + tuple(code_text(kind, lang) for kind in GapKind)


def code_text(code: Code | GapKind, lang: Lang) -> CodeText:
    """The words for one code."""
    words = catalogue(lang)
    return CodeText(
        code=code.value,
        name=code.finding_name if isinstance(code, Code) else "",
        title=words.text(f"codes-{code.value}-title"),
        what=words.text(f"codes-{code.value}-what"),
        example=words.text(f"codes-{code.value}-example"),
        fix=words.text(f"codes-{code.value}-fix"),
    )
