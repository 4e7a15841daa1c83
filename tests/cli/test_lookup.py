"""Which node, pool, interface or add-on of a cluster a word names."""

from __future__ import annotations

from dataclasses import replace

import pytest

from auditor.cli import lookup
from auditor.comparator.stacks import stacks
from auditor.errors import ConfigError
from auditor.model.clusters import Attachment
from auditor.model.outcomes import Flow
from auditor.model.rules import Direction
from auditor.model.services import Protocol
from auditor.pipeline import ExplainTarget, explain
from tests.builders import add_on, cluster, group, node, pod_interface, policy, pool, secondary, snapshot, super_pool

BANK = cluster(
    replace(node("ins-1", "sg-a"), name="web", addresses=("10.0.1.7",)),
    pools=(replace(pool("np-1", "sg-a"), name="workers"),),
    interfaces=(
        secondary("eni-1", "ins-1", "sg-b", addresses=("10.0.2.7", "fd00::7")),
        pod_interface("eni-2", "sg-c", node_id="ins-1", addresses=("10.0.3.7",)),
        replace(pod_interface("eni-3", "sg-c", addresses=("10.0.4.7", "10.0.1.7")), name="batch-1"),
    ),
    pod_bindings=(add_on("sg-c"), super_pool("np-9", "sg-c", name="burst")),
)


@pytest.mark.parametrize(
    ("word", "identifier"),
    [
        ("ins-1", "ins-1"),
        ("web", "ins-1"),
        ("10.0.1.7", "ins-1"),
        ("workers", "np-1"),
        ("eni-1", "eni-1"),
        ("10.0.2.7", "eni-1"),
        ("fd00::7", "eni-1"),
        ("10.0.3.7", "eni-2"),
        ("batch-1", "eni-3"),
        ("10.0.4.7", "eni-3"),
        ("eniipamd", "eniipamd"),
        ("np-9", "np-9"),
        ("burst", "np-9"),
        ("eni-4", None),
        ("10.0.9.9", None),
    ],
)
def test_a_word_names_a_node_a_pool_an_interface_or_an_add_on(word: str, identifier: str | None) -> None:
    assert lookup.machine(BANK, word) == identifier


def test_an_address_of_two_interfaces_is_ambiguous() -> None:
    twins = replace(BANK, interfaces=(*BANK.interfaces, secondary("eni-4", "ins-1", "sg-b", addresses=("10.0.2.7",))))
    with pytest.raises(ConfigError, match="commands-ambiguous-node"):
        lookup.machine(twins, "10.0.2.7")


def test_an_unknown_word_is_told_with_similar_interfaces() -> None:
    assert "eni-1" in str(lookup.no_such_machine(BANK, "eni-7").facts["candidates"])


@pytest.mark.parametrize(
    ("word", "attachments"),
    [
        ("ins-1", [Attachment.PRIMARY, Attachment.SECONDARY, Attachment.PODS]),
        ("eni-1", [Attachment.SECONDARY]),
        ("eni-2", [Attachment.PODS]),
        ("eniipamd", [Attachment.PODS]),
        ("np-9", [Attachment.SUPER_NODE_PODS]),
        ("np-1", [Attachment.PRIMARY]),
    ],
)
def test_a_flow_is_tried_on_every_stack_of_what_was_named(word: str, attachments: list[Attachment]) -> None:
    groups = [group(name) for name in ("sg-a", "sg-b", "sg-c")]
    flow = Flow(direction=Direction.INGRESS, protocol=Protocol.TCP, port=80, peer="10.0.1.9")
    explained = explain(snapshot([BANK], groups), policy(), ExplainTarget(cluster=BANK, node=word), flow)
    assert [explanation.attachment for explanation in explained.explanations] == attachments


def test_every_stack_has_bearers_that_a_word_can_name() -> None:
    for stack in stacks(BANK):
        assert [lookup.machine(BANK, bearer) for bearer in stack.bearers] == list(stack.bearers)
