"""Templates that rules refer to."""

from __future__ import annotations

import pytest

from auditor.fetcher import actions
from auditor.model.rules import AddressTemplate, ProtocolService, ServiceTemplate, TemplateGroup
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
        [one.template_id for one in snapshot.address_templates],
        [one.template_id for one in snapshot.service_templates],
        [one.template_id for one in snapshot.template_groups],
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
    assert any(missing in found for found in ids(snapshot))


def test_member_that_is_gone_is_a_gap_of_that_template() -> None:
    made = region()
    group = made.address_template_group("ipm-gone", made.address_template("10.0.0.0/8"))
    snapshot = read(cloud_with(made, allow("tcp", "22", group)))
    assert [(one.template_id, codes(one.gaps)) for one in snapshot.address_templates] == [
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
    known: list[AddressTemplate | ServiceTemplate | TemplateGroup] = [
        *snapshot.address_templates,
        *snapshot.service_templates,
        *snapshot.template_groups,
    ]
    unknown = [one.template_id for one in known if one.gaps]
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
