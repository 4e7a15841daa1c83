"""Snapshots that are written and read, and files that are refused."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import jsonschema
import pytest

from auditor.errors import ConfigError
from auditor.fetcher import snapshot_file
from auditor.model.clusters import (
    Attachment,
    Cluster,
    Entrance,
    EntranceKind,
    Interface,
    Network,
    NetworkMode,
    Networks,
    Node,
    NodeKind,
    NotCovered,
    Role,
)
from auditor.model.codes import GapKind
from auditor.model.gaps import Gap
from auditor.model.load_balancers import Listener, LoadBalancer, Target
from auditor.model.rules import (
    AclEntry,
    Action,
    AddressTemplate,
    CidrPeer,
    Direction,
    Member,
    Membership,
    NetworkAcl,
    ProtocolService,
    Rule,
    SecurityGroup,
    ServiceTemplate,
    SubnetAcl,
    TemplateGroup,
)
from auditor.model.services import Protocol
from auditor.model.snapshot import Account, Snapshot
from auditor.words import Lang, catalogue
from tests import builders
from tests.estates import everything
from tests.loopback.estate import Estate
from tests.unit.fetcher.fake_cloud import FakeCloud, read

Edit = Callable[[dict[str, Any]], object]

GAP = Gap(kind=GapKind.UNREAD, region="ap-a", resource="sg-a/egress", code="PartialAnswer", message="half of it came")
SNAPSHOT = Snapshot(
    regions=("ap-a",),
    account=Account(id="100000000001"),
    read_at=datetime(2026, 11, 22, 1, 7, tzinfo=UTC),
    clusters=(
        Cluster(
            region="ap-a",
            cluster_id="cls-a",
            name="店铺",
            cluster_type="MANAGED_CLUSTER",
            status="Running",
            network_mode=NetworkMode.GLOBAL_ROUTER,
            vpc_id="vpc-a",
            networks=Networks(container=Network(cidrs=("172.16.0.0/16",))),
            nodes=(
                Node(
                    node_id="ins-a",
                    role=Role.NODE,
                    kind=NodeKind.REGULAR,
                    security_groups=("sg-a",),
                    addresses=("10.0.0.1",),
                ),
            ),
            interfaces=(
                Interface(
                    interface_id="eni-a",
                    attachment=Attachment.SECONDARY,
                    role=Role.NODE,
                    security_groups=(),
                    node_id="ins-a",
                    subnet_id="subnet-a",
                    addresses=("10.0.0.2",),
                ),
            ),
            entrances=(
                Entrance(kind=EntranceKind.PUBLIC, address="203.0.113.8", security_groups=(), acl=("198.51.100.0/24",)),
            ),
            not_covered=(NotCovered(kind="super-node", count=2),),
        ),
    ),
    load_balancers=(
        LoadBalancer(
            region="ap-a",
            load_balancer_id="lb-a",
            vpc_id="vpc-a",
            security_groups=("sg-a",),
            is_public=True,
            addresses=("203.0.113.9",),
            snat_addresses=("10.0.0.3",),
            listeners=(
                Listener(
                    listener_id="lbl-a",
                    kind="TCP",
                    protocol=Protocol.TCP,
                    ports=(80, 80),
                    targets=(Target(kind="cvm", ports=(30080, 30080), instance_id="ins-a"),),
                ),
            ),
        ),
    ),
    network_acls=(
        NetworkAcl(
            region="ap-a",
            network_acl_id="acl-a",
            vpc_id="vpc-a",
            entries=(
                AclEntry(
                    direction=Direction.INGRESS,
                    priority=1,
                    action=Action.DENY,
                    cidr="192.0.2.0/24",
                    protocol=Protocol.TCP,
                    ports=((22, 22),),
                    own_cidr="10.0.0.0/24",
                    peer_ports=((1, 2),),
                ),
            ),
        ),
    ),
    subnet_acls=(SubnetAcl(region="ap-a", subnet_id="subnet-a", cidrs=("10.0.0.0/24",), network_acl_id="acl-a"),),
    security_groups=(
        SecurityGroup(
            region="ap-a",
            security_group_id="sg-a",
            ingress=(
                Rule(
                    index=0,
                    action=Action.ALLOW,
                    peer=CidrPeer(cidr="10.0.0.0/8"),
                    service=ProtocolService(protocol=Protocol.TCP, ports=((80, 80),)),
                ),
            ),
            egress=GAP,
        ),
    ),
    address_templates=(AddressTemplate(region="ap-a", template_id="ipm-a", entries=("10.0.0.1-10.0.0.9",)),),
    service_templates=(
        ServiceTemplate(
            region="ap-a", template_id="ppm-a", entries=(ProtocolService(protocol=Protocol.UDP, ports=((53, 53),)),)
        ),
    ),
    template_groups=(TemplateGroup(region="ap-a", template_id="ipmg-a", members=("ipm-a",)),),
    memberships=(
        Membership(
            region="ap-a", security_group_id="sg-a", members=(Member(instance_id="ins-a", addresses=("10.0.0.1",)),)
        ),
    ),
    gaps=(GAP,),
)


def edited(edit: Edit) -> str:
    document = json.loads(snapshot_file.dump(SNAPSHOT))
    edit(document)
    return json.dumps(document)


def complaint(text: str) -> ConfigError:
    with pytest.raises(ConfigError) as caught:
        snapshot_file.load(text, "old.json")
    return caught.value


def test_snapshot_survives_being_written() -> None:
    assert snapshot_file.load(snapshot_file.dump(SNAPSHOT), "a.json") == SNAPSHOT


def test_real_run_survives_being_written() -> None:
    made = Estate()
    region = made.region()
    vpc_id = region.vpc("10.0.0.0/16")
    subnet_id = region.subnet(vpc_id, "10.0.1.0/24")
    rows = region.cluster(vpc_id, cluster_cidr="172.16.0.0/16")
    rows.worker(subnet_id, [region.group(name="=HYPERLINK()\x1b[31m")])
    rows.native_pool(None, [subnet_id])
    snapshot = read(FakeCloud(made))
    assert snapshot_file.load(snapshot_file.dump(snapshot), "a.json") == snapshot


def test_file_is_one_line_with_sorted_keys() -> None:
    text = snapshot_file.dump(SNAPSHOT)
    assert text.startswith('{"schema":"sgaudit-snapshot/1","snapshot":{"account":{"id":"100000000001","name":""},"addr')
    assert ',"read_at":"2026-11-22T01:07:00Z",' in text
    assert text.endswith(',"tool":"tke-sg-auditor"}\n')
    assert text.count("\n") == 1
    assert '"name":"店铺"' in text
    assert text == snapshot_file.dump(SNAPSHOT)
    document = json.loads(text)
    assert list(document["snapshot"]) == sorted(document["snapshot"])


def test_file_with_another_layout_is_read_too() -> None:
    document = json.loads(snapshot_file.dump(SNAPSHOT))
    assert snapshot_file.load(json.dumps(document, indent=2, ensure_ascii=False) + "\n", "a.json") == SNAPSHOT
    turned = {key: document[key] for key in reversed(document)}
    assert snapshot_file.load(json.dumps(turned, indent="\t"), "a.json") == SNAPSHOT


def test_keys_beside_the_snapshot_are_ignored() -> None:
    text = edited(lambda document: document.update(tool=3, comment="edited by hand"))
    assert snapshot_file.load(text, "a.json") == SNAPSHOT


def test_lone_surrogate_is_written_as_a_mark() -> None:
    text = snapshot_file.dump(Snapshot(regions=(), gaps=(replace(GAP, message="half \ud800"),)))
    assert snapshot_file.load(text, "a.json").gaps == (replace(GAP, message="half \ufffd"),)


def test_keys_that_have_a_default_may_be_left_out() -> None:
    minimal = '{"schema": "sgaudit-snapshot/1", "snapshot": {"regions": []}}'
    assert snapshot_file.load(minimal, "a.json") == Snapshot(regions=())


@pytest.mark.parametrize(
    ("text", "line"),
    [("", 1), ("{", 1), ('{\n "schema": \n', 3), ('{"a":1} x', 1)],
)
def test_damaged_file_is_named_with_its_line(text: str, line: int) -> None:
    error = complaint(text)
    assert (error.message_id, error.facts["file"], error.facts["line"]) == ("snapshot-damaged", "old.json", line)


@pytest.mark.parametrize(
    ("text", "message_id"),
    [
        ('{"schema": NaN}', "files-json-number"),
        ("[" * 100_000, "files-json-too-deep"),
        ('{"schema": 1, "schema": 2}', "files-json-duplicate-key"),
        (f'{{"schema": {"1" * 5000}}}', "files-json-number"),
    ],
)
def test_json_that_two_readers_read_differently_is_refused(text: str, message_id: str) -> None:
    error = complaint(text)
    assert (error.message_id, error.facts["file"]) == (message_id, "old.json")


def test_cut_file_is_damaged_wherever_it_was_cut() -> None:
    text = snapshot_file.dump(SNAPSHOT)
    for end in range(0, len(text) - 2, 97):
        assert complaint(text[:end]).message_id == "snapshot-damaged"


@pytest.mark.parametrize("text", ["[]", "{}", "3", '"x"', '{"schema": 1}'])
def test_file_without_a_schema_is_told_from_a_snapshot(text: str) -> None:
    error = complaint(text)
    assert (error.message_id, error.facts["expected"]) == ("snapshot-no-schema", "sgaudit-snapshot/1")


def test_foreign_file_is_called_by_its_name() -> None:
    error = complaint('{"schema": "sgaudit-report/1", "findings": []}')
    assert (error.message_id, error.facts["found"]) == ("snapshot-foreign", "sgaudit-report/1")


@pytest.mark.parametrize("version", ["0", "2", "1.1", ""])
def test_other_version_is_named(version: str) -> None:
    error = complaint(edited(lambda document: document.update(schema=f"sgaudit-snapshot/{version}")))
    assert (error.message_id, error.facts["found"]) == ("snapshot-version", f"sgaudit-snapshot/{version}")


def group(document: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = document["snapshot"]["security_groups"][0]
    return found


def rule(document: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = group(document)["ingress"][0]
    return found


@pytest.mark.parametrize(
    ("edit", "message_id", "key"),
    [
        (lambda d: d.pop("snapshot"), "snapshot-missing-key", "snapshot"),
        (lambda d: d.update(snapshot=[]), "snapshot-missing-key", "snapshot"),
        (lambda d: d["snapshot"].pop("regions"), "snapshot-missing-key", "snapshot.regions"),
        (lambda d: d["snapshot"].update(regions="ap-a"), "snapshot-wrong-type", "snapshot.regions"),
        (lambda d: d["snapshot"].update(gap=[]), "snapshot-unknown-key", "snapshot.gap"),
        (lambda d: rule(d).pop("action"), "snapshot-missing-key", "snapshot.security_groups[0].ingress[0].action"),
        (
            lambda d: rule(d).update(action="let"),
            "snapshot-unknown-word",
            "snapshot.security_groups[0].ingress[0].action",
        ),
        (lambda d: rule(d).update(index="0"), "snapshot-wrong-type", "snapshot.security_groups[0].ingress[0].index"),
        (lambda d: rule(d).update(index=-1), "snapshot-bad-number", "snapshot.security_groups[0].ingress[0].index"),
        (
            lambda d: group(d).update(security_group_id="sg-a\nrm -rf ~"),
            "snapshot-bad-id",
            "snapshot.security_groups[0].security_group_id",
        ),
        (lambda d: group(d).update(region="ap-a;id"), "snapshot-bad-id", "snapshot.security_groups[0].region"),
        (lambda d: d["snapshot"].update(regions=["--ap"]), "snapshot-bad-id", "snapshot.regions[0]"),
        (
            lambda d: d["snapshot"]["clusters"][0]["nodes"][0].update(security_groups=["sg-$(id)"]),
            "snapshot-bad-id",
            "snapshot.clusters[0].nodes[0].security_groups[0]",
        ),
        (
            lambda d: rule(d).update(peer={"kind": "group", "security_group_id": "sg-b\u2028"}),
            "snapshot-bad-id",
            "snapshot.security_groups[0].ingress[0].peer.security_group_id",
        ),
        (lambda d: rule(d).update(note=1), "snapshot-unknown-key", "snapshot.security_groups[0].ingress[0].note"),
        (
            lambda d: rule(d)["peer"].update(cidr="10.0.0/8"),
            "snapshot-bad-address",
            "snapshot.security_groups[0].ingress[0].peer.cidr",
        ),
        (
            lambda d: rule(d)["peer"].update(cidr=8),
            "snapshot-wrong-type",
            "snapshot.security_groups[0].ingress[0].peer.cidr",
        ),
        (
            lambda d: rule(d)["peer"].update(kind="vpc"),
            "snapshot-unknown-word",
            "snapshot.security_groups[0].ingress[0].peer.kind",
        ),
        (
            lambda d: rule(d)["service"].update(ports=[[80, 79]]),
            "snapshot-bad-ports",
            "snapshot.security_groups[0].ingress[0].service.ports[0]",
        ),
        (
            lambda d: rule(d)["service"].update(ports=[[0, 65536]]),
            "snapshot-bad-ports",
            "snapshot.security_groups[0].ingress[0].service.ports[0]",
        ),
        (
            lambda d: rule(d)["service"].update(ports=[]),
            "snapshot-bad-ports",
            "snapshot.security_groups[0].ingress[0].service.ports",
        ),
        (
            lambda d: rule(d)["service"].update(protocol="sctp"),
            "snapshot-unknown-word",
            "snapshot.security_groups[0].ingress[0].service.protocol",
        ),
        (lambda d: group(d).update(egress=None), "snapshot-wrong-type", "snapshot.security_groups[0].egress"),
        (
            lambda d: group(d)["egress"].update(kind="TSG000"),
            "snapshot-unknown-word",
            "snapshot.security_groups[0].egress.kind",
        ),
        (
            lambda d: d["snapshot"]["clusters"][0]["networks"]["container"].update(cidrs=["172.16"]),
            "snapshot-bad-address",
            "snapshot.clusters[0].networks.container.cidrs[0]",
        ),
        (
            lambda d: d["snapshot"]["clusters"][0]["nodes"][0].update(addresses=["10.0.0.0/8"]),
            "snapshot-bad-address",
            "snapshot.clusters[0].nodes[0].addresses[0]",
        ),
        (
            lambda d: d["snapshot"]["clusters"][0]["interfaces"][0].update(addresses=["10.0.0.0/8"]),
            "snapshot-bad-address",
            "snapshot.clusters[0].interfaces[0].addresses[0]",
        ),
        (
            lambda d: d["snapshot"]["clusters"][0]["interfaces"][0].update(interface_id="eni-a;id"),
            "snapshot-bad-id",
            "snapshot.clusters[0].interfaces[0].interface_id",
        ),
        (
            lambda d: d["snapshot"]["clusters"][0]["entrances"][0].update(acl=["everyone"]),
            "snapshot-bad-address",
            "snapshot.clusters[0].entrances[0].acl[0]",
        ),
        (
            lambda d: d["snapshot"]["load_balancers"][0].update(addresses=["x"]),
            "snapshot-bad-address",
            "snapshot.load_balancers[0].addresses[0]",
        ),
        (
            lambda d: d["snapshot"]["load_balancers"][0].update(snat_addresses=["10.0.0.0/24"]),
            "snapshot-bad-address",
            "snapshot.load_balancers[0].snat_addresses[0]",
        ),
        (
            lambda d: d["snapshot"]["load_balancers"][0]["listeners"][0].update(ports=[80, 79]),
            "snapshot-bad-ports",
            "snapshot.load_balancers[0].listeners[0].ports",
        ),
        (
            lambda d: d["snapshot"]["load_balancers"][0]["listeners"][0]["targets"][0].update(ports=[1, 65536]),
            "snapshot-bad-ports",
            "snapshot.load_balancers[0].listeners[0].targets[0].ports",
        ),
        (
            lambda d: d["snapshot"]["load_balancers"].append(d["snapshot"]["load_balancers"][0]),
            "snapshot-double",
            "snapshot.load_balancers",
        ),
        (
            lambda d: d["snapshot"]["network_acls"][0]["entries"][0].update(cidr=""),
            "snapshot-bad-address",
            "snapshot.network_acls[0].entries[0].cidr",
        ),
        (
            lambda d: d["snapshot"]["network_acls"][0]["entries"][0].update(own_cidr="x"),
            "snapshot-bad-address",
            "snapshot.network_acls[0].entries[0].own_cidr",
        ),
        (
            lambda d: d["snapshot"]["network_acls"][0]["entries"][0].update(peer_ports=[[-1, 2]]),
            "snapshot-bad-ports",
            "snapshot.network_acls[0].entries[0].peer_ports[0]",
        ),
        (
            lambda d: d["snapshot"]["subnet_acls"][0].update(cidrs=["x"]),
            "snapshot-bad-address",
            "snapshot.subnet_acls[0].cidrs[0]",
        ),
        (
            lambda d: d["snapshot"]["clusters"][0]["not_covered"][0].update(count=-1),
            "snapshot-bad-number",
            "snapshot.clusters[0].not_covered[0].count",
        ),
        (
            lambda d: d["snapshot"]["address_templates"][0]["entries"].append("x"),
            "snapshot-bad-address",
            "snapshot.address_templates[0].entries[1]",
        ),
        (
            lambda d: d["snapshot"]["service_templates"][0]["entries"][0].update(ports=[[-1, 3]]),
            "snapshot-bad-ports",
            "snapshot.service_templates[0].entries[0].ports[0]",
        ),
        (
            lambda d: d["snapshot"]["memberships"][0]["members"][0].update(addresses=["x"]),
            "snapshot-bad-address",
            "snapshot.memberships[0].members[0].addresses[0]",
        ),
        (
            lambda d: d["snapshot"]["template_groups"][0].update(members=["ipmg-a"]),
            "snapshot-nested-group",
            "snapshot.template_groups[0].members[0]",
        ),
        (
            lambda d: d["snapshot"]["security_groups"].append(group(d)),
            "snapshot-double",
            "snapshot.security_groups",
        ),
        (
            lambda d: d["snapshot"].update(neighbours=d["snapshot"]["clusters"]),
            "snapshot-double",
            "snapshot.clusters",
        ),
    ],
)
def test_edited_file_is_refused_with_the_place(edit: Edit, message_id: str, key: str) -> None:
    error = complaint(edited(edit))
    assert (error.message_id, error.facts["key"], error.facts["file"]) == (message_id, key, "old.json")
    for lang in Lang:
        assert key in catalogue(lang).text(error.message_id, **error.facts)


def test_words_that_could_stand_there_are_named() -> None:
    error = complaint(edited(lambda document: rule(document)["peer"].update(kind="vpc")))
    assert error.facts["expected"] == "'cidr', 'group', 'address-template', 'unreadable'"
    error = complaint(edited(lambda document: rule(document).update(action="let")))
    assert error.facts["expected"] == "'allow', 'deny', 'unreadable'"


def test_every_sentence_is_there_in_both_languages() -> None:
    ids = ("snapshot-damaged", "snapshot-foreign", "snapshot-no-schema", "snapshot-version")
    for lang in Lang:
        for message_id in ids:
            text = catalogue(lang).text(message_id, file="a.json", line=3, detail="cut", found="x/1", expected="y/1")
            assert "a.json" in text


def test_file_fits_its_own_schema() -> None:
    schema = snapshot_file.schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(json.loads(snapshot_file.dump(SNAPSHOT)), schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"schema": "sgaudit-snapshot/1"}, schema)


def test_lone_surrogate_that_a_person_wrote_is_read_as_a_mark() -> None:
    text = snapshot_file.dump(Snapshot(regions=(), gaps=(GAP,))).replace("half of it came", "half \\ud800")
    assert snapshot_file.load(text, "a.json").gaps == (replace(GAP, message="half \ufffd"),)


@pytest.mark.parametrize("block", ["0.0.0.0/8", "0.0.0.0/0", "0.0.0.0/32"])
def test_a_rule_from_a_block_of_zeros_is_from_anywhere_as_in_the_cloud(block: str) -> None:
    group = builders.group("sg-a", builders.rules(("allow", block), ("allow", "10.0.0.0/8")))
    [read] = snapshot_file.load(snapshot_file.dump(builders.snapshot([], [group])), "x.json").security_groups
    assert read.ingress == builders.rules(("allow", "0.0.0.0/0"), ("allow", "10.0.0.0/8"))


@pytest.mark.parametrize("text", ["2026-11-22T01:07:00Z", "2026-11-22T09:07:00.5+08:00"])
def test_the_moment_of_reading_is_kept_in_utc_and_whole_seconds(text: str) -> None:
    read = snapshot_file.load(edited(lambda document: document["snapshot"].update(read_at=text)), "a.json")
    assert read.read_at == datetime(2026, 11, 22, 1, 7, tzinfo=UTC)
    assert '"read_at":"2026-11-22T01:07:00Z"' in snapshot_file.dump(read)


@pytest.mark.parametrize("read_at", ["2026-11-22T01:07:00", "yesterday", "2026-02-30T00:00:00Z", 1763773620, True, {}])
def test_a_moment_without_a_time_zone_or_none_at_all_is_refused(read_at: object) -> None:
    error = complaint(edited(lambda document: document["snapshot"].update(read_at=read_at)))
    assert (error.message_id, error.facts["key"]) == ("snapshot-bad-time", "snapshot.read_at")


@pytest.mark.parametrize("account_id", ["", "10 0", "100000000001\n", "１", "1" * 21])
def test_an_account_is_digits_alone(account_id: str) -> None:
    error = complaint(edited(lambda document: document["snapshot"].update(account={"id": account_id})))
    assert (error.message_id, error.facts["key"]) == ("snapshot-bad-account", "snapshot.account.id")


def test_a_file_from_before_accounts_and_moments_were_kept_has_neither() -> None:
    def strip(document: dict[str, Any]) -> None:
        del document["snapshot"]["account"], document["snapshot"]["read_at"]

    read = snapshot_file.load(edited(strip), "a.json")
    assert (read.account, read.read_at) == (None, None)


AN_ID = "(cls|sg|ins|eks|np|asg|asc|eni|vpc|ipm|ipmg|ppm|ppmg|ap)-[a-z0-9-]+"


def test_every_id_of_a_snapshot_is_checked() -> None:
    """Whatever holds an id of the cloud in a full snapshot, found by what it holds and not by its name."""
    document = json.loads(snapshot_file.dump(read(FakeCloud(everything.build()))))
    places = list(_ids(document["snapshot"], ()))
    assert len(places) > 100
    for path in places:
        bent = json.loads(json.dumps(document))
        holder = bent["snapshot"]
        for part in path[:-1]:
            holder = holder[part]
        holder[path[-1]] += "\nid"
        with pytest.raises(ConfigError) as caught:
            snapshot_file.load(json.dumps(bent), "a.json")
        assert caught.value.message_id == "snapshot-bad-id", path


def _ids(value: object, path: tuple[str | int, ...]) -> Iterator[tuple[str | int, ...]]:
    if isinstance(value, dict):
        for key in value.keys() - {"gaps"}:
            yield from _ids(value[key], (*path, key))
    elif isinstance(value, list):
        for place, item in enumerate(value):
            yield from _ids(item, (*path, place))
    elif isinstance(value, str) and path[-1] not in ("name", "kind") and re.fullmatch(AN_ID, value):
        yield path
