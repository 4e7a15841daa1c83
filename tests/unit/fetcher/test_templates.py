"""Parameter templates that rules refer to, how their rows are parsed, and the counts of rules that name them."""

from __future__ import annotations

from typing import Any

import pytest

from auditor.fetcher import actions, templates
from auditor.fetcher.actions import ADDRESS_TEMPLATES
from auditor.fetcher.json_fields import CallSite
from auditor.model.gaps import Gap
from auditor.model.rules import AddressTemplate, ProtocolService, SecurityGroup, ServiceTemplate, TemplateGroup
from auditor.model.services import Protocol
from auditor.model.snapshot import Snapshot
from tests.loopback.estate import Estate, Region
from tests.loopback.rules import Row, allow
from tests.unit.fetcher.fake_cloud import FakeCloud, codes, read

LISTS = (
    actions.ADDRESS_TEMPLATES,
    actions.ADDRESS_TEMPLATE_GROUPS,
    actions.SERVICE_TEMPLATES,
    actions.SERVICE_TEMPLATE_GROUPS,
)


def region() -> Region:
    made = Estate().region()
    made.vpc("10.0.0.0/16")
    made.subnet("vpc-00000001", "10.0.1.0/24")
    return made


def cloud_with(made: Region, *rules: Row) -> FakeCloud:
    """A cluster whose one worker binds a group of these rules."""
    rows = made.cluster("vpc-00000001", cluster_cidr="172.16.0.0/16")
    rows.worker("subnet-00000001", [made.group(rules)])
    return FakeCloud(made.estate)


def ids(snapshot: Snapshot) -> tuple[list[str], list[str], list[str]]:
    return (
        [template.template_id for template in snapshot.address_templates],
        [template.template_id for template in snapshot.service_templates],
        [template.template_id for template in snapshot.template_groups],
    )


def test_no_list_is_read_where_no_rule_refers_to_a_template() -> None:
    cloud = cloud_with(region(), allow("tcp", "22", "10.0.0.0/8"))
    read(cloud)
    assert [cloud.count(action) for action in LISTS] == [0, 0, 0, 0]


def test_lists_that_rules_refer_to_alone_are_read() -> None:
    made = region()
    cloud = cloud_with(made, allow("tcp", "22", made.address_template("10.0.0.0/8")))
    assert ids(read(cloud)) == (["ipm-00000001"], [], [])
    assert [cloud.count(action) for action in LISTS] == [1, 0, 0, 0]
    assert cloud.params(actions.ADDRESS_TEMPLATES) == [{"Offset": "0", "Limit": "100"}]


def test_templates_that_no_rule_refers_to_are_left_out_with_their_gaps() -> None:
    made = region()
    made.address_template("nonsense")
    cloud = cloud_with(made, allow("tcp", "22", made.address_template("10.0.0.0/8")))
    snapshot = read(cloud)
    assert (ids(snapshot)[0], snapshot.all_gaps()) == (["ipm-00000002"], ())


def test_group_of_address_templates_brings_its_members() -> None:
    made = region()
    first, second = made.address_template("10.0.0.0/8"), made.address_template("10.1.0.1 - 10.1.0.9")
    cloud = cloud_with(made, allow("tcp", "22", made.address_template_group(first, second)))
    snapshot = read(cloud)
    assert ids(snapshot) == ([first, second], [], ["ipmg-00000001"])
    assert snapshot.template_groups[0].members == (first, second)
    assert snapshot.address_templates[1].entries == ("10.1.0.1-10.1.0.9",)
    assert [cloud.count(action) for action in LISTS] == [1, 1, 0, 0]


def test_group_of_service_templates_brings_its_members() -> None:
    made = region()
    group = made.service_template_group(made.service_template("tcp:80", "udp:53"))
    snapshot = read(cloud_with(made, allow(group, "", "10.0.0.0/8")))
    assert ids(snapshot) == ([], ["ppm-00000001"], [group])
    assert snapshot.service_templates[0].entries == (
        ProtocolService(protocol=Protocol.TCP, ports=((80, 80),)),
        ProtocolService(protocol=Protocol.UDP, ports=((53, 53),)),
    )


def test_service_templates_that_a_group_carries_serve_where_the_list_lacks_them() -> None:
    made = region()
    group = made.service_template_group(made.service_template("tcp:80"))
    made.service_templates.clear()
    snapshot = read(cloud_with(made, allow(group, "", "10.0.0.0/8")))
    assert snapshot.service_templates[0].entries == (ProtocolService(protocol=Protocol.TCP, ports=((80, 80),)),)
    assert snapshot.all_gaps() == ()


def test_list_of_templates_is_right_where_a_group_carries_something_else() -> None:
    made = region()
    template = made.service_template("tcp:80")
    group = made.service_template_group(template)
    made.service_template_groups[0]["ServiceTemplateSet"] = [{"ServiceTemplateId": template, "ServiceSet": ["tcp:22"]}]
    snapshot = read(cloud_with(made, allow(group, "", "10.0.0.0/8")))
    assert snapshot.service_templates[0].entries == (ProtocolService(protocol=Protocol.TCP, ports=((80, 80),)),)


@pytest.mark.parametrize(
    ("rule", "missing"),
    [
        (allow("tcp", "22", "ipm-gone"), "ipm-gone"),
        (allow("tcp", "22", "ipmg-gone"), "ipmg-gone"),
        (allow("ppm-gone", "", "10.0.0.0/8"), "ppm-gone"),
        (allow("ppmg-gone", "", "10.0.0.0/8"), "ppmg-gone"),
    ],
)
def test_template_that_is_gone_is_a_gap(rule: Row, missing: str) -> None:
    snapshot = read(cloud_with(region(), rule))
    assert codes(snapshot.all_gaps()) == [(missing, "TemplateNotFound")]
    assert any(missing in template_id for template_id in ids(snapshot))


def test_member_that_is_gone_is_a_gap_of_that_template() -> None:
    made = region()
    group = made.address_template_group("ipm-gone", made.address_template("10.0.0.0/8"))
    snapshot = read(cloud_with(made, allow("tcp", "22", group)))
    assert [(template.template_id, codes(template.gaps)) for template in snapshot.address_templates] == [
        ("ipm-00000001", []),
        ("ipm-gone", [("ipm-gone", "TemplateNotFound")]),
    ]


@pytest.mark.parametrize("action", LISTS)
def test_denied_list_is_a_gap_of_the_region_and_of_what_depends_on_it(action: actions.ApiAction) -> None:
    made = region()
    addresses = made.address_template_group(made.address_template("10.0.0.0/8"))
    services = made.service_template_group(made.service_template("tcp:80"))
    cloud = cloud_with(made, allow(services, "", addresses))
    cloud.deny(action)
    snapshot = read(cloud)
    assert codes(snapshot.gaps) == [("ap-guangzhou", "UnauthorizedOperation")]
    assert snapshot.gaps[0].message.endswith(f"grant the CAM action {action.permission}")
    templates_read: list[AddressTemplate | ServiceTemplate | TemplateGroup] = [
        *snapshot.address_templates,
        *snapshot.service_templates,
        *snapshot.template_groups,
    ]
    unknown = [template.template_id for template in templates_read if template.gaps]
    assert (
        unknown
        == {
            "DescribeAddressTemplates": ["ipm-00000001"],
            "DescribeAddressTemplateGroups": ["ipmg-00000001"],
            "DescribeServiceTemplates": [],
            "DescribeServiceTemplateGroups": ["ppmg-00000001"],
        }[action.name]
    )


def test_lists_are_read_to_the_last_page() -> None:
    made = region()
    for number in range(150):
        made.address_template(f"10.0.{number}.0/24")
    cloud = cloud_with(made, allow("tcp", "22", "ipm-00000150"))
    assert read(cloud).address_templates[0].entries == ("10.0.149.0/24",)
    assert sorted(params["Offset"] for params in cloud.params(actions.ADDRESS_TEMPLATES)) == ["0", "100"]


def test_templates_that_are_wanted_besides_are_read_where_the_region_has_them() -> None:
    made = region()
    group = made.address_template_group(made.address_template("10.0.0.0/8"))
    service = made.service_template("tcp:80")
    cloud = cloud_with(made, allow("tcp", "22", "10.0.0.0/8"))
    snapshot = read(cloud, also=(group, service, "ipm-elsewhere", "ppmg-elsewhere", "sg-elsewhere"))
    assert ids(snapshot) == (["ipm-00000001"], [service], [group])
    assert snapshot.all_gaps() == ()


ORIGIN = CallSite(region="ap-guangzhou", action=ADDRESS_TEMPLATES)


def addresses(**fields: object) -> AddressTemplate:
    row = {"AddressTemplateId": "ipm-a", "AddressTemplateName": "office", **fields}
    return templates.parse_address_template(row, ORIGIN)


def services(**fields: object) -> ServiceTemplate:
    return templates.parse_service_template({"ServiceTemplateId": "ppm-a", **fields}, ORIGIN)


def test_addresses_come_as_blocks_addresses_and_ranges() -> None:
    template = addresses(
        AddressSet=["192.168.0.0/16", "192.128.8.8/17", "10.0.0.1 - 10.0.0.9", "10.0.0.7", "2402::/16"]
    )
    assert template.entries == ("192.168.0.0/16", "192.128.0.0/17", "10.0.0.1-10.0.0.9", "10.0.0.7", "2402::/16")
    assert (template.name, template.gaps) == ("office", ())


@pytest.mark.parametrize("plain", [{}, {"AddressSet": None}, {"AddressSet": []}])
def test_list_with_remarks_serves_where_the_plain_one_is_empty(plain: dict[str, Any]) -> None:
    extra = {"AddressExtraSet": [{"Address": "10.0.0.0/8", "Description": "x"}, {"Address": "11.0.0.1"}]}
    assert addresses(**plain, **extra).entries == ("10.0.0.0/8", "11.0.0.1")


def test_unreadable_address_is_a_gap_and_the_rest_is_kept() -> None:
    template = addresses(AddressSet=["10.0.0.0/8", "intranet", None])
    assert template.entries == ("10.0.0.0/8",)
    assert [(gap.resource, gap.code) for gap in template.gaps] == [
        ("ipm-a/1", "UnreadableEntry"),
        ("ipm-a/2", "UnreadableEntry"),
    ]
    assert template.gaps[0].message == "entry 1 of ipm-a is 'intranet': what it stands for is unknown"


@pytest.mark.parametrize("fields", [{}, {"AddressSet": []}, {"AddressSet": None, "AddressExtraSet": None}])
def test_template_without_entries_could_be_any_address(fields: dict[str, Any]) -> None:
    template = addresses(**fields)
    assert (template.entries, [gap.code for gap in template.gaps]) == ((), ["EmptyTemplate"])


def test_services_are_read_entry_by_entry() -> None:
    template = services(ServiceSet=["tcp:8080", "udp:99", "icmp:8"])
    assert template.entries == (
        ProtocolService(protocol=Protocol.TCP, ports=((8080, 8080),)),
        ProtocolService(protocol=Protocol.UDP, ports=((99, 99),)),
    )
    assert [gap.resource for gap in template.gaps] == ["ppm-a/2"]


def test_services_with_remarks_serve_where_the_plain_list_is_missing() -> None:
    template = services(ServiceExtraSet=[{"Service": "tcp:80"}])
    assert template.entries == (ProtocolService(protocol=Protocol.TCP, ports=((80, 80),)),)


def test_service_template_without_entries_could_be_anything() -> None:
    assert [gap.code for gap in services(ServiceSet=[]).gaps] == ["EmptyTemplate"]


def test_group_of_address_templates_goes_by_its_ids_where_its_objects_disagree() -> None:
    row = {
        "AddressTemplateGroupId": "ipmg-a",
        "AddressTemplateGroupName": "offices",
        "AddressTemplateIdSet": ["ipm-x", "ipm-y"],
        "AddressTemplateSet": [{"AddressTemplateId": "ipm-z"}],
    }
    group = templates.parse_address_template_group(row, ORIGIN)
    assert (group.template_id, group.name, group.members, group.gaps) == ("ipmg-a", "offices", ("ipm-x", "ipm-y"), ())


@pytest.mark.parametrize("ids", [{}, {"AddressTemplateIdSet": None}, {"AddressTemplateIdSet": []}])
def test_group_without_ids_could_be_any_address(ids: dict[str, Any]) -> None:
    row = {"AddressTemplateGroupId": "ipmg-a", "AddressTemplateSet": [{"AddressTemplateId": "ipm-z"}], **ids}
    group = templates.parse_address_template_group(row, ORIGIN)
    assert (group.members, [gap.code for gap in group.gaps]) == ((), ["UnreadableMembers"])


def test_group_that_holds_a_group_never_leads_round_in_circles() -> None:
    row = {"AddressTemplateGroupId": "ipmg-a", "AddressTemplateIdSet": ["ipm-x", "ipmg-a"]}
    group = templates.parse_address_template_group(row, ORIGIN)
    assert (group.members, [gap.code for gap in group.gaps]) == (("ipm-x",), ["UnreadableMembers"])


def test_group_of_service_templates_falls_back_on_what_it_carries() -> None:
    carried: dict[str, Any] = {"ServiceTemplateSet": [{"ServiceTemplateId": "ppm-x"}]}
    row: dict[str, Any] = {"ServiceTemplateGroupId": "ppmg-a", "ServiceTemplateIdSet": None, **carried}
    group = templates.parse_service_template_group(row, ORIGIN)
    assert (group.members, group.gaps) == (("ppm-x",), ())
    row["ServiceTemplateIdSet"] = ["ppm-y"]
    assert templates.parse_service_template_group(row, ORIGIN).members == ("ppm-y",)


@pytest.mark.parametrize("item", [None, "ppm-y", {"ServiceTemplateId": ""}, {"ServiceTemplateId": 7}])
def test_group_of_service_templates_says_what_it_carries_unreadably(item: object) -> None:
    row = {"ServiceTemplateGroupId": "ppmg-a", "ServiceTemplateSet": [{"ServiceTemplateId": "ppm-x"}, item]}
    group = templates.parse_service_template_group(row, ORIGIN)
    assert (group.members, {gap.code for gap in group.gaps}) == (("ppm-x",), {"WrongShape"})


@pytest.mark.parametrize("members", ["ppm-x", {}, 7, ["ppm-x", None], ["ppm-x", "x"]])
def test_id_list_that_cannot_be_read_is_not_replaced_by_what_the_group_carries(members: object) -> None:
    row = {"ServiceTemplateIdSet": members, "ServiceTemplateSet": [{"ServiceTemplateId": "ppm-x"}]}
    group = templates.parse_service_template_group({"ServiceTemplateGroupId": "ppmg-a", **row}, ORIGIN)
    assert (group.members, [gap.code for gap in group.gaps]) == ((), ["UnreadableMembers"])


@pytest.mark.parametrize("row", ["128.0.0.0/2", None, 7, {}])
def test_entry_with_remarks_that_cannot_be_read_is_a_gap(row: object) -> None:
    rows = {"AddressTemplateId": "ipm-a", "AddressExtraSet": [{"Address": "10.0.0.0/8"}, row]}
    template = templates.parse_address_template(rows, ORIGIN)
    assert (template.entries, len(template.gaps)) == (("10.0.0.0/8",), 1)


ZEROS = {
    "IngressIPv4TotalCount": 0,
    "IngressIPv6TotalCount": 0,
    "EgressIPv4TotalCount": 0,
    "EgressIPv6TotalCount": 0,
}


def region_with_templates() -> Region:
    made = Estate().region()
    made.vpc("10.0.0.0/16")
    subnet = made.subnet("vpc-00000001", "10.0.1.0/24")
    addresses = made.address_template("10.0.0.1", "10.0.0.2", "10.0.0.3", template_id="ipm-00000001")
    made.address_template_group(
        addresses, made.address_template("10.0.0.9", template_id="ipm-00000002"), group_id="ipmg-0000001"
    )
    made.service_template("tcp:80", "tcp:443", template_id="ppm-00000001")
    made.group([], name="nodes")
    made.cluster("vpc-00000001", cluster_cidr="172.16.0.0/16").worker(subnet, ["sg-00000001"])
    return made


def fetched(made: Region, *rules: dict[str, object], promised: int) -> SecurityGroup:
    policies = made.policies["sg-00000001"]
    policies["Ingress"] = [{**rule, "PolicyIndex": index} for index, rule in enumerate(rules)]
    policies["PolicyStatistics"] = {**ZEROS, "IngressIPv4TotalCount": promised}
    (group,) = read(FakeCloud(made.estate)).security_groups
    return group


PLAIN = allow("tcp", "22", "10.0.0.0/8")
ADDRESSES = {**PLAIN, "CidrBlock": "", "AddressTemplate": {"AddressId": "ipm-00000001", "AddressGroupId": ""}}
ADDRESS_GROUP = {**PLAIN, "CidrBlock": "", "AddressTemplate": {"AddressId": "", "AddressGroupId": "ipmg-0000001"}}
SERVICES = {"ServiceTemplate": {"ServiceId": "ppm-00000001", "ServiceGroupId": ""}, "Protocol": "", "Port": ""}
BOTH = {**ADDRESSES, **SERVICES}


@pytest.mark.parametrize("promised", [0, 1, 2, 4])
def test_address_template_counts_once_or_once_an_address(promised: int) -> None:
    assert isinstance(fetched(region_with_templates(), PLAIN, ADDRESSES, promised=promised).ingress, tuple)


@pytest.mark.parametrize("promised", [3, 5, 6])
def test_count_that_no_way_of_counting_gives_is_a_gap_of_that_direction_alone(promised: int) -> None:
    group = fetched(region_with_templates(), PLAIN, ADDRESSES, promised=promised)
    assert isinstance(group.ingress, Gap)
    assert (group.ingress.resource, group.ingress.code) == ("sg-00000001/ingress", "PartialAnswer")
    assert group.ingress.message == f"2 of {promised} ingress rules of sg-00000001 came: the others are unknown"
    assert isinstance(group.egress, tuple)


@pytest.mark.parametrize(("promised", "read_as"), [(1, tuple), (2, Gap), (3, tuple)])
def test_the_only_address_template_counts_once_or_three_times(promised: int, read_as: type) -> None:
    assert isinstance(fetched(region_with_templates(), ADDRESSES, promised=promised).ingress, read_as)


@pytest.mark.parametrize("promised", [1, 2, 3, 6])
def test_both_templates_of_a_rule_count_once_or_once_an_entry_each(promised: int) -> None:
    assert isinstance(fetched(region_with_templates(), BOTH, promised=promised).ingress, tuple)


@pytest.mark.parametrize(("promised", "read_as"), [(1, tuple), (4, tuple), (3, Gap)])
def test_group_of_templates_counts_as_all_that_its_templates_hold(promised: int, read_as: type) -> None:
    assert isinstance(fetched(region_with_templates(), ADDRESS_GROUP, promised=promised).ingress, read_as)


def test_template_that_was_not_wholly_read_leaves_the_count_open() -> None:
    made = region_with_templates()
    made.address_templates[0]["AddressSet"] = ["10.0.0.1", "no address"]
    made.address_templates[0]["AddressExtraSet"] = None
    assert isinstance(fetched(made, ADDRESSES, promised=17).ingress, tuple)
