"""Whatever a snapshot holds comes back from its file."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from auditor.fetcher import snapshot_file, snapshot_reader
from auditor.model.clusters import (
    Binding,
    Cluster,
    Network,
    NetworkMode,
    Networks,
    Node,
    NodeKind,
    NodePool,
    NotCovered,
    Role,
)
from auditor.model.codes import GapKind
from auditor.model.gaps import Gap
from auditor.model.rules import (
    Action,
    AddressTemplate,
    AddressTemplatePeer,
    CidrPeer,
    GroupPeer,
    Member,
    Membership,
    Peer,
    ProtocolService,
    Rule,
    Rules,
    SecurityGroup,
    Service,
    ServiceTemplate,
    ServiceTemplateRef,
    TemplateGroup,
    UnreadablePeer,
    UnreadableService,
)
from auditor.model.services import Protocol
from auditor.model.snapshot import Snapshot

words = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
ids = st.from_regex("[a-c][a-c-]{0,3}", fullmatch=True)
points = st.ip_addresses().map(str)
routed = st.ip_addresses(v=4).filter(lambda address: int(address) != 0)  # 0.0.0.0/24 of a rule is read as any address
blocks = routed.map(lambda address: f"{address}/24") | st.ip_addresses(v=6).map(str) | points


def tuples(strategy: st.SearchStrategy[object], most: int = 2) -> st.SearchStrategy[tuple[object, ...]]:
    return st.lists(strategy, max_size=most).map(tuple)


gaps = st.builds(
    Gap,
    region=words,
    cluster_id=words,
    resource=words,
    service=words,
    action=words,
    code=words,
    message=words,
    request_id=words,
    kind=st.sampled_from(GapKind),
)
some_gaps = tuples(gaps, 1)
bindings: st.SearchStrategy[Binding] = tuples(ids) | gaps  # type: ignore[assignment]
ports = st.tuples(st.integers(0, 65535), st.integers(0, 65535)).map(lambda pair: (min(pair), max(pair)))
protocol_services = st.builds(
    ProtocolService,
    protocol=st.sampled_from(Protocol) | st.none(),
    ports=st.lists(ports, min_size=1, max_size=2).map(tuple),
)
services: st.SearchStrategy[Service] = (
    protocol_services
    | st.builds(ServiceTemplateRef, template_id=ids)
    | st.builds(UnreadableService, text=words, protocol=st.sampled_from(Protocol) | st.none())
)
peers: st.SearchStrategy[Peer] = (
    st.builds(CidrPeer, cidr=blocks)
    | st.builds(GroupPeer, security_group_id=ids)
    | st.builds(AddressTemplatePeer, template_id=ids)
    | st.builds(UnreadablePeer, text=words)
)
rules = st.builds(
    Rule,
    index=st.integers(0, 200),
    action=st.sampled_from(Action),
    peer=peers,
    service=services,
    description=words,
)
directions: st.SearchStrategy[Rules] = tuples(rules, 3) | gaps  # type: ignore[assignment]
groups = st.builds(
    SecurityGroup,
    region=ids,
    security_group_id=ids,
    name=words,
    description=words,
    project_id=ids | st.just(""),
    version=words,
    ingress=directions,
    egress=directions,
    gaps=some_gaps,
)
networks = st.builds(Network, cidrs=tuples(blocks), gaps=some_gaps)
nodes = st.builds(
    Node,
    node_id=ids,
    role=st.sampled_from(Role),
    kind=st.sampled_from(NodeKind),
    security_groups=bindings,
    instance_id=ids | st.just(""),
    name=words,
    node_pool_id=ids | st.just(""),
    addresses=tuples(points),
)
pools = st.builds(
    NodePool,
    node_pool_id=ids,
    kind=st.sampled_from(NodeKind),
    security_groups=bindings,
    name=words,
    launch_configuration_id=ids | st.just(""),
)
clusters = st.builds(
    Cluster,
    region=ids,
    cluster_id=ids,
    name=words,
    cluster_type=words,
    status=words,
    network_mode=st.sampled_from(NetworkMode),
    vpc_id=ids | st.just(""),
    networks=st.builds(Networks, container=networks, vpc=networks, subnets=networks, surroundings=networks),
    nodes=tuples(nodes),
    node_pools=tuples(pools),
    not_covered=tuples(st.builds(NotCovered, kind=words, count=st.integers(0, 9), security_groups=tuples(ids))),
    gaps=some_gaps,
)
members = st.builds(
    Member,
    instance_id=ids | st.just(""),
    interface_id=ids | st.just(""),
    name=words,
    business=words,
    addresses=tuples(points),
)
snapshots = st.builds(
    Snapshot,
    regions=tuples(ids),
    clusters=st.lists(clusters, max_size=1).map(tuple),
    security_groups=st.lists(groups, max_size=2, unique_by=lambda one: (one.region, one.security_group_id)).map(tuple),
    address_templates=tuples(
        st.builds(AddressTemplate, region=ids, template_id=ids, name=words, entries=tuples(blocks), gaps=some_gaps), 1
    ),
    service_templates=tuples(
        st.builds(
            ServiceTemplate, region=ids, template_id=ids, name=words, entries=tuples(protocol_services), gaps=some_gaps
        ),
        1,
    ),
    template_groups=tuples(
        st.builds(
            TemplateGroup, region=ids, template_id=st.just("ipmg-a"), name=words, members=tuples(ids), gaps=some_gaps
        ),
        1,
    ),
    memberships=tuples(
        st.builds(Membership, region=ids, security_group_id=ids, members=tuples(members), gaps=some_gaps), 1
    ),
    gaps=some_gaps,
)


@given(snapshots)
def test_file_gives_back_the_snapshot_and_writes_the_same_bytes_again(snapshot: Snapshot) -> None:
    text = snapshot_file.dump(snapshot)
    again = snapshot_file.load(text, "a.json")
    assert again == snapshot == snapshot_reader.read(text.encode(), snapshot_file.SCHEMA)
    assert snapshot_file.dump(again) == text


@given(snapshots)
def test_indentation_and_order_of_keys_do_not_matter(snapshot: Snapshot) -> None:
    document = json.loads(snapshot_file.dump(snapshot))
    turned = json.dumps(dict(reversed(document.items())))
    assert snapshot_file.load(turned, "a.json") == snapshot
