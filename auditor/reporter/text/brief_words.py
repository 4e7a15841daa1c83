"""Writes the problem of a finding in about six words: "kubelet 10250 blocked: nodes go NotReady"."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, ClassVar

from auditor.model.codes import Code
from auditor.model.findings import Finding
from auditor.reporter.text.names import Formatter
from auditor.reporter.text.service_names import has_few_services, service_text

if TYPE_CHECKING:
    from auditor.reporter.text.findings import FindingWords


class BriefWords:
    """Writes the problems of the findings of one result."""

    def __init__(self, findings: FindingWords, phrasing: Formatter) -> None:
        self._findings = findings
        self._phrasing = phrasing

    def what(self, finding: Finding) -> str:
        """The problem in about six words."""
        return self._BY_CODE[finding.code](self, finding)

    def _services(self, finding: Finding) -> str:
        return service_text(finding.packets.services, self._phrasing)

    def _blocked(self, finding: Finding) -> str:
        breaks = self._findings.breaks(finding)
        if has_few_services(finding.packets.services):
            what = self._text(f"flow-{finding.direction}", services=self._services(finding))
        else:
            what = self._findings.requirement_title(finding)
        return self._text("blocked-breaks" if breaks else "blocked", what=what, breaks=breaks)

    def _open(self, finding: Finding) -> str:
        reach, _, _ = finding.subject.partition("/")
        services = self._services(finding)
        return self._text(f"open-{finding.direction}", services=services, reach=self._text(f"reach-{reach or 'any'}"))

    def _balancer_open(self, finding: Finding) -> str:
        return self._text("balancer-open", services=self._services(finding))

    def _path_blocked(self, finding: Finding) -> str:
        return self._text("path-blocked", services=self._services(finding))

    def _acl_blocks(self, finding: Finding) -> str:
        return self._text("acl-blocks", services=self._services(finding))

    def _plain(self, finding: Finding) -> str:
        return self._text(f"code-{finding.code}", count=len(finding.nodes))

    def _text(self, name: str, **facts: str | int) -> str:
        return self._phrasing.text(f"brief-{name}", **facts)

    _BY_CODE: ClassVar[Mapping[Code, Callable[[BriefWords, Finding], str]]] = {
        Code.REQUIRED_TRAFFIC_BLOCKED: _blocked,
        Code.LOAD_BALANCER_PATH_BLOCKED: _path_blocked,
        Code.NETWORK_ACL_BLOCKS: _acl_blocks,
        Code.EXCESS_ACCESS: _open,
        Code.LOAD_BALANCER_OPEN: _balancer_open,
        Code.MIXED_SECURITY_GROUPS: _plain,
        Code.FOREIGN_INSTANCE: _plain,
        Code.NO_SECURITY_GROUP: _plain,
        Code.SHADOWED_RULE: _plain,
        Code.REDUNDANT_RULE: _plain,
        Code.POD_INTERFACE_WITHOUT_GROUP: _plain,
    }
