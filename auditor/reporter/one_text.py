"""A finding or a gap as one text, for formats that have one field for all of it; before escaping."""

from __future__ import annotations

from auditor.model.findings import Finding
from auditor.model.gaps import Gap
from auditor.reporter.phrasing import Phrasing
from auditor.reporter.sentences import Sentences


def finding_text(finding: Finding, sentences: Sentences) -> str:
    """The cluster, what is wrong there and what to do."""
    said = sentences.finding(finding)
    text = sentences.phrasing.text("formats-finding", title=said.title, message=said.message, advice=said.advice)
    cluster = sentences.cluster(finding.region, finding.cluster_id)
    return sentences.phrasing.text("formats-of-cluster", cluster=cluster, text=text)


def gap_text(gap: Gap, sentences: Sentences) -> str:
    """What is unknown, why, what hangs on it and what to do."""
    said = sentences.gap(gap)
    message = ended(said.message, sentences.phrasing)
    text = sentences.phrasing.text(
        "formats-gap", title=said.title, message=message, unknown=said.unknown, advice=said.advice
    )
    return sentences.phrasing.text("formats-waived", text=text, waiver=said.waiver) if said.waiver else text


def ended(text: str, phrasing: Phrasing) -> str:
    """A text with a full stop, which the words of the cloud may lack, so that another sentence can follow."""
    return text if text.endswith((".", "。", "!", "?", "！", "？")) else phrasing.text("formats-ended", text=text)
