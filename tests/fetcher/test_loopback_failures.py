"""Every action fails in every way: a gap names the action, and only the facts that depend on it are unknown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias

import pytest

from auditor.fetcher import actions
from auditor.fetcher.actions import ACTIONS, ApiAction
from auditor.fetcher.fetch import FetchRequest, fetch
from auditor.model.gaps import Gap
from auditor.model.rules import SecurityGroup
from auditor.model.snapshot import Snapshot
from tests.diagonal import diagonal
from tests.estates import everything
from tests.loopback import faults
from tests.loopback.client import transport
from tests.loopback.server import LoopbackServer

Facet: TypeAlias = Callable[[Snapshot], object]


def _rules(group: SecurityGroup) -> object:
    return group.security_group_id, group.ingress, group.egress


FACETS: dict[str, Facet] = {
    "clusters": lambda read: [cluster.cluster_id for cluster in read.clusters],
    "nodes": lambda read: [(node.node_id, node.role) for cluster in read.clusters for node in cluster.nodes],
    "bindings": lambda read: [node.security_groups for cluster in read.clusters for node in cluster.nodes],
    "pools": lambda read: [pool.node_pool_id for cluster in read.clusters for pool in cluster.node_pools],
    "next nodes": lambda read: [pool.security_groups for cluster in read.clusters for pool in cluster.node_pools],
    "next pods": lambda read: [cluster.pod_bindings for cluster in read.clusters],
    "entrances": lambda read: [cluster.entrances for cluster in read.clusters],
    "not covered": lambda read: [cluster.not_covered for cluster in read.clusters],
    "container": lambda read: [cluster.networks.container for cluster in read.clusters],
    "vpc": lambda read: [cluster.networks.vpc for cluster in read.clusters],
    "subnets": lambda read: [cluster.networks.subnets for cluster in read.clusters],
    "surroundings": lambda read: [cluster.networks.surroundings for cluster in read.clusters],
    "rules": lambda read: [_rules(group) for group in read.security_groups],
    "names": lambda read: [(group.security_group_id, group.name) for group in read.security_groups],
    "addresses": lambda read: read.address_templates,
    "services": lambda read: read.service_templates,
    "template groups": lambda read: read.template_groups,
    "members": lambda read: read.memberships,
    "load balancers": lambda read: read.load_balancers,
    "network ACLs": lambda read: (read.subnet_acls, read.network_acls),
    "interfaces": lambda read: [cluster.interfaces for cluster in read.clusters],
}
"""What a snapshot says, part by part."""

_NODES = {"nodes", "bindings", "next pods", "members", "subnets", "rules", "names", "interfaces"}
_POOLS = {"pools", "next nodes", "next pods", "not covered", "subnets", "rules", "names", "members", "interfaces"}

DEPENDS: dict[ApiAction, set[str]] = {
    actions.REGIONS: set(),
    actions.CLUSTERS: set(FACETS),
    actions.EKS_CLUSTERS: {"container", "subnets", "interfaces", "rules", "names", "members"},
    actions.CLUSTER_INSTANCES: {*_NODES, "not covered"},
    actions.CLUSTER_INSTANCES_2022: {*_NODES, "not covered"},
    actions.CLUSTER_NODE_POOLS: {"subnets"},
    actions.NODE_POOLS_2022: _POOLS,
    actions.CLUSTER_AS_GROUPS: {"pools", "next nodes", "subnets", "rules", "names", "members"},
    actions.ADDON_VALUES: {"next pods", "rules", "names", "members"},
    actions.CLUSTER_ENDPOINTS: {"entrances", "rules", "names", "members"},
    actions.CLUSTER_ENDPOINT_STATUS: set(),
    actions.IPAMD: {"container", "subnets", "interfaces", "not covered", "rules", "names", "members"},
    actions.INSTANCES: {"nodes", "bindings", "subnets", "rules", "names", "members"},
    actions.LAUNCH_CONFIGURATIONS: {"next nodes", "rules", "names", "members"},
    actions.AUTO_SCALING_GROUPS: {"next nodes", "subnets", "rules", "names", "members", "pools"},
    actions.SECURITY_GROUPS: {"names"},
    actions.SECURITY_GROUP_POLICIES: {"rules", "members", "addresses", "services", "template groups"},
    actions.NETWORK_INTERFACES: {"members", "interfaces", "not covered", "rules", "names"},
    actions.ADDRESS_TEMPLATES: {"addresses"},
    actions.ADDRESS_TEMPLATE_GROUPS: {"template groups", "addresses"},
    actions.SERVICE_TEMPLATES: {"services"},
    actions.SERVICE_TEMPLATE_GROUPS: {"template groups", "services"},
    actions.VPCS: {"vpc", "surroundings"},
    actions.SUBNETS: {"container", "subnets", "surroundings"},
    actions.ASSISTANT_CIDRS: {"vpc", "surroundings"},
    actions.NETWORK_ACLS: {"network ACLs"},
    actions.NETWORK_ACL_ENTRIES: {"network ACLs"},
    actions.LOAD_BALANCERS: {"load balancers", "rules", "names", "members"},
    actions.LISTENERS: {"load balancers"},
    actions.TARGETS: {"load balancers"},
    actions.TARGET_GROUP_INSTANCES: {"load balancers"},
}
"""What may be unknown once an action fails. The region service has a stand-in, the older pool list a newer one."""

LATER: dict[ApiAction, tuple[tuple[str, str], ...]] = {actions.EKS_CLUSTERS: (("vpc", "DescribeNetworkInterfaces"),)}
"""Other actions whose answers can then not be understood: whose an interface in an unknown subnet is."""

FAILURES: dict[str, tuple[faults.Fault, *tuple[str, ...]]] = {
    "denied": (faults.deny, "UnauthorizedOperation"),
    "throttled for ever": (faults.throttle, "RequestLimitExceeded"),
    "internal error": (faults.internal_error, "InternalError"),
    "502": (faults.status(502), "HTTP502"),
    "time-out": (faults.silence, "ReadTimeout"),
    "cut body": (faults.cut_body, "ChunkedEncodingError"),
    "html": (faults.html, "Html"),
    "wrong content type": (faults.content_type("text/html"), "WrongContentType"),
    "not json": (faults.not_json, "NotJson"),
    "no fields": (faults.no_fields, "UnexpectedAnswer", "PartialAnswer"),
    "null fields": (faults.null_fields, "UnexpectedAnswer", "PartialAnswer"),
}

PASSING: dict[str, faults.Fault] = {
    "throttle": faults.throttle,
    "status-502": faults.status(502),
    "cut-body": faults.cut_body,
    "html": faults.html,
    "not-json": faults.not_json,
}


def each_action_and(names: Iterable[str]) -> pytest.MarkDecorator:
    """Every action with every name; an ordinary run tries each action once, and each name with several actions."""
    names = list(names)
    return diagonal(
        ("action", "failure"),
        DEPENDS,
        names,
        share=len(names),
        name=lambda value: (
            f"{value.service}-{value.version[:4]}-{value.name}" if isinstance(value, ApiAction) else value
        ),
    )


@pytest.fixture(scope="module")
def running() -> Iterator[LoopbackServer]:
    with LoopbackServer(everything.build(), quotas=False) as server:
        yield server


@pytest.fixture(scope="module")
def whole(running: LoopbackServer) -> Snapshot:
    running.faults.clear()
    return read(running)


@pytest.fixture
def server(running: LoopbackServer) -> LoopbackServer:
    running.faults.clear()
    running.log.calls.clear()
    return running


def read(server: LoopbackServer, *, attempts: int = 2, patience: float = 5) -> Snapshot:
    with transport(server.endpoint, attempts=attempts, patience=patience) as live:
        return fetch(live, FetchRequest(regions=("all",)))


def inject(server: LoopbackServer, action: ApiAction, fault: faults.Fault, times: int | None = None) -> None:
    server.inject(fault, action.name, version=action.version, service=action.service, times=times)


def test_every_action_but_the_stand_in_and_the_optional_one_is_here() -> None:
    assert set(DEPENDS) == set(ACTIONS) - {actions.TKE_REGIONS, actions.CALLER_IDENTITY}


@each_action_and(FAILURES)
def test_failure_is_a_gap_and_spares_what_does_not_depend_on_it(
    server: LoopbackServer, whole: Snapshot, action: ApiAction, failure: str
) -> None:
    fault, *codes = FAILURES[failure]
    inject(server, action, fault)
    snapshot = read(server, patience=0.6) if fault is faults.silence else read(server)
    gaps = snapshot.all_gaps()
    assert any(gap.code in codes for gap in gaps) or action is actions.REGIONS
    assert {(gap.service, gap.action) for gap in gaps} <= {(action.service, action.name), *LATER.get(action, ())}
    changed = {name for name, facet in FACETS.items() if facet(snapshot) != facet(whole)}
    acls = {"network ACLs"} if "subnets" in DEPENDS[action] else set()
    assert changed <= DEPENDS[action] | acls


@pytest.mark.parametrize("turn", range(len(PASSING)), ids=lambda turn: f"turn-{turn}")
def test_failures_that_pass_leave_no_trace(server: LoopbackServer, whole: Snapshot, turn: int) -> None:
    """The first call of every action fails, each in its way; in as many turns as there are ways each action has all."""
    for place, action in enumerate(DEPENDS):
        inject(server, action, list(PASSING.values())[(place + turn) % len(PASSING)], times=1)
    assert read(server) == whole
    assert [injection.action for injection in server.faults if injection.seen < 2] == []


def test_denied_call_is_made_once(server: LoopbackServer) -> None:
    inject(server, actions.VPCS, faults.deny)
    read(server, attempts=5)
    assert len(server.log.of("DescribeVpcs")) == 1


def test_both_lists_of_regions_denied_leave_nothing_but_gaps(server: LoopbackServer) -> None:
    server.inject(faults.deny, "DescribeRegions")
    snapshot = read(server)
    assert snapshot.clusters == ()
    assert {gap.action for gap in snapshot.all_gaps()} == {"DescribeRegions"}


def test_legacy_list_that_is_gone_is_no_gap(server: LoopbackServer) -> None:
    inject(server, actions.CLUSTER_AS_GROUPS, faults.refuse("InvalidAction"))
    snapshot = read(server)
    assert snapshot.all_gaps() == ()
    assert "asg-00000003" not in {pool.node_pool_id for cluster in snapshot.clusters for pool in cluster.node_pools}


def test_unreadable_binding_is_a_gap_and_never_an_empty_list(server: LoopbackServer) -> None:
    inject(server, actions.INSTANCES, faults.deny)
    bound = [
        node.security_groups for cluster in read(server).clusters for node in cluster.nodes if node.node_id[:3] == "ins"
    ]
    assert len(bound) == 6
    assert all(isinstance(binding, Gap) for binding in bound)


def test_unreadable_rules_are_a_gap_and_never_an_empty_list(server: LoopbackServer) -> None:
    inject(server, actions.SECURITY_GROUP_POLICIES, faults.status(502))
    groups = read(server).security_groups
    ids = ["sg-gate0001", "sg-mast0001", "sg-moni0001", "sg-node0001", "sg-pods0001", "sg-seco0001"]
    assert [group.security_group_id for group in groups] == ids
    assert all(isinstance(group.ingress, Gap) and isinstance(group.egress, Gap) for group in groups)
