"""Results in which everything that other people write holds the same bad text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import cache

from auditor.comparator.compare import compare
from auditor.model.baseline import Policy, Waiver
from auditor.model.changes import Change, ChangedResource, Place
from auditor.model.clusters import NodeKind, NodePool, NotCovered
from auditor.model.codes import Code, GapKind, Part
from auditor.model.findings import Result
from auditor.model.gaps import Gap
from auditor.model.rules import (
    Action,
    AddressTemplate,
    AddressTemplatePeer,
    Direction,
    Member,
    Membership,
    Rule,
    SecurityGroup,
    UnreadablePeer,
)
from auditor.model.services import Protocol, services
from auditor.model.snapshot import Snapshot
from tests.golden.policy import BASELINE
from tests.golden.samples import EVERYWHERE, REGION, TODAY, allow, cluster, nodes, tcp

TEXTS: Mapping[str, str] = {
    "escape": "\x1b[31mred\x1b[0m \x9b2J \x1b]8;;http://evil.example\x1b\\here\x1b]8;;\x1b\\",
    "bidi": "\u202eevil\u202c \u2066x\u2069 \u200e \u061c \u2028 \u2029",
    "script": '<script>alert(1)</script><img src=x onerror=alert(1)>"\' onmouseover="alert(1)',
    "comment": "--> <!-- ]]> <![CDATA[ </summary></details></textarea></style>",
    "pipes": "| a | `b` | **c** | ~~~ | ``` \\| $x$ _y_",
    "link": "[x](javascript:alert(1)) ![y](http://evil.example/y.png) <http://evil.example> https://evil.example",
    "mention": "@everyone #1 GH-1 www.evil.example",
    "equals": '=HYPERLINK("http://evil.example")',
    "plus": "+1+cmd|' /C calc'!A0",
    "minus": "-2+3",
    "at": "@SUM(A1)",
    "tab": "\t=1+1",
    "wide": "＝1+1",
    "command": "::error file=a,title=b::c %0a::stop-commands::x\r\n::add-mask::y",
    "runner": "##[error]x ##vso[task.setvariable variable=a]b",
    "nul": "a\x00b\ud800c\udfffd\ufffee\uffff",
    "long": "x" * 10_000,
    "rtl": "مرحبا שלום " + "\u0301" * 20 + " 👩‍💻🏳️‍🌈 長い名前 \U000e0041",
    "braces": "{0} {{x}} ${{ github.token }} %s %(x)s {$x}",
    "newlines": "a\nb\r\nc\n# d\n- e\n\n    f",
}
"""One kind of trouble each."""


@cache
def result(name: str) -> Result:
    """A gate's result with waivers and gaps, the text of ``TEXTS`` in every name, description, message and reason."""
    return _changed(compare(_snapshot(TEXTS[name]), _policy(TEXTS[name]), TODAY), TEXTS[name])


def _snapshot(text: str) -> Snapshot:
    pool = NodePool(node_pool_id="np-hostile1", kind=NodeKind.NATIVE, security_groups=("sg-hostile1",), name=text)
    machines = tuple(replace(node, name=text) for node in nodes("ins-bad", 2, "sg-hostile1"))
    bad = cluster(
        "cls-hostile1", text, nodes=machines, node_pools=(pool,), not_covered=(NotCovered(kind=text, count=2),)
    )
    group = SecurityGroup(
        region=REGION,
        security_group_id="sg-hostile1",
        name=text,
        ingress=_rules(text),
        egress=(),
        gaps=(_gap("sg-hostile1/ingress/2", text),),
    )
    return Snapshot(
        regions=(REGION,),
        parts=tuple(Part),
        clusters=(bad,),
        security_groups=(group,),
        address_templates=(
            AddressTemplate(region=REGION, template_id="ipm-hostile", name=text, entries=("203.0.113.0/24",)),
        ),
        memberships=(
            Membership(
                region=REGION,
                security_group_id="sg-hostile1",
                members=(Member(instance_id="ins-foreign", name=text, addresses=("10.0.9.9",)),),
            ),
        ),
        gaps=(_gap(f"thing {text}", text),),
    )


def _rules(text: str) -> tuple[Rule, ...]:
    unreadable = Rule(
        index=0, action=Action.ALLOW, peer=UnreadablePeer(text=text), service=tcp((443, 443)), description=text
    )
    rules = (
        allow(tcp((22, 22)), EVERYWHERE, text),
        allow(tcp((9100, 9100)), AddressTemplatePeer(template_id="ipm-hostile"), text),
        unreadable,
        allow(tcp((22, 22)), "198.51.100.7", text),
    )
    return tuple(replace(rule, index=place) for place, rule in enumerate(rules))


def _gap(resource: str, text: str) -> Gap:
    return Gap(
        kind=GapKind.UNREADABLE,
        region=REGION,
        resource=resource,
        service="vpc",
        action="DescribeSecurityGroupPolicies",
        code=f"Code {text[:30]}",
        message=text,
        request_id=text[:30],
    )


def _policy(text: str) -> Policy:
    waiver = Waiver(
        waiver_id=f"W {text[:40]}",
        finding=Code.EXCESS_ACCESS,
        clusters=("*",),
        direction=Direction.INGRESS,
        services=services(Protocol.TCP, ((9100, 9100),)),
        cidrs=("203.0.113.0/24",),
        reason=text,
        owner=text,
        expires=date(2026, 12, 31),
    )
    return Policy(baseline=replace(BASELINE, name=text, source=f"configs/{text}"), waivers=(waiver,))


def _changed(compared: Result, text: str) -> Result:
    prints = tuple(finding.fingerprint for finding in compared.findings)
    resource = ChangedResource(
        address=f"tencentcloud_security_group.{text}",
        actions=(text[:20],),
        effect=text,
        findings=prints[:2],
        place=Place(file=f"{text}/main.tf", line=3),
    )
    change = Change(introduced=prints[:2], resolved=(), unchanged=prints[2:], resources=(resource,))
    return replace(compared, change=change)
