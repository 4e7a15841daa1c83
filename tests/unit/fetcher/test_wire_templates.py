"""Parameter templates as vpc lists them."""

from __future__ import annotations

from typing import Any

import pytest

from auditor.fetcher import templates
from auditor.fetcher.actions import ADDRESS_TEMPLATES
from auditor.fetcher.json_fields import CallSite
from auditor.model.rules import AddressTemplate, ProtocolService, ServiceTemplate
from auditor.model.services import Protocol

ORIGIN = CallSite(region="ap-guangzhou", action=ADDRESS_TEMPLATES)


def addresses(**fields: object) -> AddressTemplate:
    row = {"AddressTemplateId": "ipm-a", "AddressTemplateName": "office", **fields}
    return templates.address_template(row, ORIGIN)


def services(**fields: object) -> ServiceTemplate:
    return templates.service_template({"ServiceTemplateId": "ppm-a", **fields}, ORIGIN)


def test_addresses_come_as_blocks_addresses_and_ranges() -> None:
    found = addresses(AddressSet=["192.168.0.0/16", "192.128.8.8/17", "10.0.0.1 - 10.0.0.9", "10.0.0.7", "2402::/16"])
    assert found.entries == ("192.168.0.0/16", "192.128.0.0/17", "10.0.0.1-10.0.0.9", "10.0.0.7", "2402::/16")
    assert (found.name, found.gaps) == ("office", ())


@pytest.mark.parametrize("plain", [{}, {"AddressSet": None}, {"AddressSet": []}])
def test_list_with_remarks_serves_where_the_plain_one_is_empty(plain: dict[str, Any]) -> None:
    extra = {"AddressExtraSet": [{"Address": "10.0.0.0/8", "Description": "x"}, {"Address": "11.0.0.1"}]}
    assert addresses(**plain, **extra).entries == ("10.0.0.0/8", "11.0.0.1")


def test_unreadable_address_is_a_gap_and_the_rest_is_kept() -> None:
    found = addresses(AddressSet=["10.0.0.0/8", "intranet", None])
    assert found.entries == ("10.0.0.0/8",)
    assert [(gap.resource, gap.code) for gap in found.gaps] == [
        ("ipm-a/1", "UnreadableEntry"),
        ("ipm-a/2", "UnreadableEntry"),
    ]
    assert found.gaps[0].message == "entry 1 of ipm-a is 'intranet': what it stands for is unknown"


@pytest.mark.parametrize("fields", [{}, {"AddressSet": []}, {"AddressSet": None, "AddressExtraSet": None}])
def test_template_without_entries_could_be_any_address(fields: dict[str, Any]) -> None:
    found = addresses(**fields)
    assert (found.entries, [gap.code for gap in found.gaps]) == ((), ["EmptyTemplate"])


def test_services_are_read_entry_by_entry() -> None:
    found = services(ServiceSet=["tcp:8080", "udp:99", "icmp:8"])
    assert found.entries == (
        ProtocolService(protocol=Protocol.TCP, ports=((8080, 8080),)),
        ProtocolService(protocol=Protocol.UDP, ports=((99, 99),)),
    )
    assert [gap.resource for gap in found.gaps] == ["ppm-a/2"]


def test_services_with_remarks_serve_where_the_plain_list_is_missing() -> None:
    found = services(ServiceExtraSet=[{"Service": "tcp:80"}])
    assert found.entries == (ProtocolService(protocol=Protocol.TCP, ports=((80, 80),)),)


def test_service_template_without_entries_could_be_anything() -> None:
    assert [gap.code for gap in services(ServiceSet=[]).gaps] == ["EmptyTemplate"]


def test_group_of_address_templates_goes_by_its_ids_where_its_objects_disagree() -> None:
    row = {
        "AddressTemplateGroupId": "ipmg-a",
        "AddressTemplateGroupName": "offices",
        "AddressTemplateIdSet": ["ipm-x", "ipm-y"],
        "AddressTemplateSet": [{"AddressTemplateId": "ipm-z"}],
    }
    found = templates.address_template_group(row, ORIGIN)
    assert (found.template_id, found.name, found.members, found.gaps) == ("ipmg-a", "offices", ("ipm-x", "ipm-y"), ())


@pytest.mark.parametrize("ids", [{}, {"AddressTemplateIdSet": None}, {"AddressTemplateIdSet": []}])
def test_group_without_ids_could_be_any_address(ids: dict[str, Any]) -> None:
    row = {"AddressTemplateGroupId": "ipmg-a", "AddressTemplateSet": [{"AddressTemplateId": "ipm-z"}], **ids}
    found = templates.address_template_group(row, ORIGIN)
    assert (found.members, [gap.code for gap in found.gaps]) == ((), ["UnreadableMembers"])


def test_group_that_holds_a_group_never_leads_round_in_circles() -> None:
    row = {"AddressTemplateGroupId": "ipmg-a", "AddressTemplateIdSet": ["ipm-x", "ipmg-a"]}
    found = templates.address_template_group(row, ORIGIN)
    assert (found.members, [gap.code for gap in found.gaps]) == (("ipm-x",), ["UnreadableMembers"])


def test_group_of_service_templates_falls_back_on_what_it_carries() -> None:
    carried: dict[str, Any] = {"ServiceTemplateSet": [{"ServiceTemplateId": "ppm-x"}]}
    row: dict[str, Any] = {"ServiceTemplateGroupId": "ppmg-a", "ServiceTemplateIdSet": None, **carried}
    found = templates.service_template_group(row, ORIGIN)
    assert (found.members, found.gaps) == (("ppm-x",), ())
    row["ServiceTemplateIdSet"] = ["ppm-y"]
    assert templates.service_template_group(row, ORIGIN).members == ("ppm-y",)


@pytest.mark.parametrize("item", [None, "ppm-y", {"ServiceTemplateId": ""}, {"ServiceTemplateId": 7}])
def test_group_of_service_templates_says_what_it_carries_unreadably(item: object) -> None:
    row = {"ServiceTemplateGroupId": "ppmg-a", "ServiceTemplateSet": [{"ServiceTemplateId": "ppm-x"}, item]}
    found = templates.service_template_group(row, ORIGIN)
    assert (found.members, {gap.code for gap in found.gaps}) == (("ppm-x",), {"WrongShape"})


@pytest.mark.parametrize("members", ["ppm-x", {}, 7, ["ppm-x", None], ["ppm-x", "x"]])
def test_id_list_that_cannot_be_read_is_not_replaced_by_what_the_group_carries(members: object) -> None:
    row = {"ServiceTemplateIdSet": members, "ServiceTemplateSet": [{"ServiceTemplateId": "ppm-x"}]}
    found = templates.service_template_group({"ServiceTemplateGroupId": "ppmg-a", **row}, ORIGIN)
    assert (found.members, [gap.code for gap in found.gaps]) == ((), ["UnreadableMembers"])


@pytest.mark.parametrize("row", ["128.0.0.0/2", None, 7, {}])
def test_entry_with_remarks_that_cannot_be_read_is_a_gap(row: object) -> None:
    rows = {"AddressTemplateId": "ipm-a", "AddressExtraSet": [{"Address": "10.0.0.0/8"}, row]}
    found = templates.address_template(rows, ORIGIN)
    assert (found.entries, len(found.gaps)) == (("10.0.0.0/8",), 1)
