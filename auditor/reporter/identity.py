"""The provenance and the identifiers of a result, the same in every format.

Provenance is the account, the time of the read and its source. Identifiers are the fingerprints of gaps and verdicts,
and the places that formats for code reviews demand.
"""

from __future__ import annotations

import hashlib
import shlex
from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from auditor.model.changes import Change, ChangedResource, Place
from auditor.model.clusters import Cluster
from auditor.model.earlier import EarlierFinding
from auditor.model.filters import FindingFilter
from auditor.model.findings import Finding, Result
from auditor.model.gaps import Gap
from auditor.reporter.options import RenderOptions
from auditor.reporter.text.names import Formatter

SHORT_ID = 8
"""The digits of a fingerprint that reports show and every command accepts."""


def account_id(result: Result, item: Cluster | EarlierFinding | Finding | Gap | None = None) -> str | None:
    """The number of the account of the result, or of an item of it; ``None`` where the cloud did not say it.

    A result that unites several accounts has none, each of its items has its own.
    """
    if item is not None:
        return result.account_of(item) or None
    return result.snapshot.account.id if result.snapshot.account is not None else None


def owner(result: Result, cluster: Cluster, phrasing: Formatter) -> str:
    """The account of a cluster with its name; empty unless the result has several accounts."""
    names = {account.id: account.name for account in result.accounts}
    return phrasing.named(cluster.account, names.get(cluster.account, "")) if names else ""


def baselines(result: Result, phrasing: Formatter) -> str:
    """The name of the baseline; the name and the number of clusters of each where there are several."""
    if len(result.baselines) == 1:
        return result.baselines[0].name
    counts = Counter(item.baseline.digest for item in result.clusters if item.exclusion is None)
    return phrasing.listed(
        [
            phrasing.text("terms-baseline-of", baseline=baseline.name, count=counts[baseline.digest])
            for baseline in result.baselines
        ]
    )


def timestamp(moment: datetime | None) -> str | None:
    """A moment in UTC as JSON has it: ``2026-11-22T01:07:00Z``."""
    return None if moment is None else moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def properties(result: Result, options: RenderOptions, cluster: Cluster | None = None) -> dict[str, str | None]:
    """The provenance of a cluster or the run, and the threshold, for formats with a list of properties, in order."""
    return {
        "account": account_id(result, cluster),
        "readAt": timestamp(result.snapshot.read_at),
        "source": options.source.value,
        "failOn": options.fail_on_word,
    }


def line(result: Result, options: RenderOptions, phrasing: Formatter) -> str:
    """The account and the time of the read in two short sentences, and a third about a filter."""
    provenance = phrasing.text(
        "terms-provenance", account=account(result, phrasing), reading=reading(result, options, phrasing)
    )
    narrowed = filter_line(result, phrasing)
    return phrasing.text("formats-with-provenance", text=provenance, provenance=narrowed) if narrowed else provenance


def filter_line(result: Result, phrasing: Formatter) -> str:
    """What the filter leaves out of a report; empty without a filter."""
    if result.filter is None:
        return ""
    total = len(result.every_finding)
    return phrasing.text(
        "terms-filter", options=_filter_options(result.filter), count=total - len(result.findings), all=total
    )


def _filter_options(narrowed: FindingFilter) -> str:
    """The options of the filter as the command line takes them."""
    options: list[tuple[str, str]] = []
    if narrowed.severity is not None:
        options.append(("--severity", narrowed.severity))
    options += [("--code", code) for code in narrowed.codes]
    options += [("--node", node) for node in narrowed.nodes]
    options += [("--role", role) for role in narrowed.roles]
    return shlex.join(word for pair in options for word in pair)


def with_line(text: str, result: Result, options: RenderOptions, phrasing: Formatter) -> str:
    """``text``, which ends with a full stop, followed by :func:`line`."""
    return phrasing.text("formats-with-provenance", text=text, provenance=line(result, options, phrasing))


def account(result: Result, phrasing: Formatter) -> str:
    """``Account 100000000001 "prod"``, ``2 accounts``, or the words for an unknown account."""
    owner = result.snapshot.account
    if result.accounts:
        return phrasing.text("terms-accounts", count=len(result.accounts))
    if owner is None:
        return phrasing.text("terms-account-unknown")
    return phrasing.text("terms-account", account=phrasing.named(owner.id, owner.name))


def reading(result: Result, options: RenderOptions, phrasing: Formatter) -> str:
    """``Snapshot read 2026-11-22 01:07 UTC, 12 days ago``: the age shows that a snapshot is old."""
    read_at = result.snapshot.read_at
    if read_at is None:
        return phrasing.text(f"terms-read-unknown-{options.source}")
    days = (options.today - read_at.date()).days
    moment = read_at.strftime("%Y-%m-%d %H:%M")
    return phrasing.text(f"terms-read-{options.source}", moment=moment, age=_age(days, phrasing))


def _age(days: int, phrasing: Formatter) -> str:
    """The age in days; empty on the same and the next day, which may be the same day in another time zone."""
    return phrasing.text("terms-read-age", days=days) if days > 1 else ""


def gap_fingerprints(gaps: Iterable[Gap]) -> tuple[str, ...]:
    """A distinct fingerprint for each gap, in order: gaps that differ only in their words are numbered.

    Gaps of two accounts may be equal but for the account, unless they belong to a cluster.
    """
    seen: Counter[str] = Counter()
    fingerprints = []
    for gap in gaps:
        first = gap.fingerprint
        if gap.account and not gap.cluster_id:
            first = _digest((gap.account, first))
        fingerprints.append(_digest((first, str(seen[first]))) if seen[first] else first)
        seen[first] += 1
    return tuple(fingerprints)


def verdict_fingerprint(region: str, cluster_id: str, verdict: str) -> str:
    """Sixteen hex digits over a cluster and its verdict."""
    return _digest(("verdict", region, cluster_id, verdict))


def _digest(parts: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(parts).encode("utf-8", "backslashreplace")).hexdigest()[:16]


def causes(change: Change | None) -> dict[str, list[str]]:
    """The resources that introduce a finding, as :func:`located`, by its fingerprint; empty without a change."""
    resources: dict[str, list[str]] = {}
    for resource in change.resources if change else ():
        for fingerprint in resource.findings:
            resources.setdefault(fingerprint, []).append(located(resource))
    return resources


def located(resource: ChangedResource) -> str:
    """The address of a resource with its place, if that is known: ``tencentcloud_vpc.blue (network/main.tf:12)``."""
    return resource.address if resource.place is None else f"{resource.address} ({resource.place})"


class Places:
    """The resources, files and lines that reports for code reviews point at.

    A finding and a gap have the place of the Terraform resource that brings it, all else the file of the options. That
    is a path even where no such file exists, because the formats demand one.
    """

    def __init__(self, result: Result, options: RenderOptions) -> None:
        change = result.change
        self._of_findings: dict[str, Place] = {}
        for resource in change.resources if change else ():
            if resource.place is not None:
                self._of_findings = dict.fromkeys(resource.findings, resource.place) | self._of_findings
        self._of_gaps = dict(change.gap_places) if change else {}
        self._causes = causes(change)
        self.other = Place(file=options.file, line=1)

    def of_finding(self, finding: Finding) -> Place:
        """The place of the first resource that introduces a finding."""
        return self._of_findings.get(finding.fingerprint, self.other)

    def causes_of(self, finding: Finding) -> list[str]:
        """The resources that introduce a finding, as :func:`located`."""
        return self._causes.get(finding.fingerprint, [])

    def of_gap(self, gap: Gap) -> Place:
        """The place of the resource that brings a gap."""
        return self.own_of_gap(gap) or self.other

    def own_of_gap(self, gap: Gap) -> Place | None:
        """The same, ``None`` if no resource with a place brings the gap."""
        return self._of_gaps.get(gap.fingerprint)
