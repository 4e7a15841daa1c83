"""The members of an organization: every page, every member, and nobody lost in silence."""

from __future__ import annotations

import pytest

from auditor.errors import FetchError
from auditor.fetcher.actions import CALLER_IDENTITY
from auditor.fetcher.organization import ORGANIZATION_MEMBERS, OrganizationMember, read_organization
from tests.loopback.estate import Estate
from tests.loopback.shapes import member
from tests.unit.fetcher.fake_cloud import FakeCloud


def cloud(members: int) -> FakeCloud:
    estate = Estate(account="100000000001")
    estate.members += [member(str(100000000100 + number), f"team {number}") for number in range(members)]
    return FakeCloud(estate)


def test_every_page_is_read_with_whole_pages_of_fifty() -> None:
    organization = cloud(101)
    read = read_organization(organization)
    assert [each.id for each in read.members] == [
        "100000000001",
        *(str(100000000100 + number) for number in range(101)),
    ]
    assert (read.own, read.gaps) == ("100000000001", ())
    pages = [params for action, _, params in organization.asked if action == "DescribeOrganizationMembers"]
    assert pages == [{"Offset": offset, "Limit": 50} for offset in (0, 50, 100)]


def test_a_member_that_has_not_confirmed_is_listed_as_such() -> None:
    estate = Estate(account="100000000001")
    estate.members.append(member("100000000002", " new ", "UnConfirmed"))
    assert read_organization(FakeCloud(estate)).members == (
        OrganizationMember(id="100000000001", name="", is_confirmed=True),
        OrganizationMember(id="100000000002", name="new", is_confirmed=False),
    )


@pytest.mark.parametrize("uin", [None, "", "uin/7", True, 1.5, ["1"]])
def test_a_row_without_an_account_is_a_gap(uin: object) -> None:
    organization = cloud(2)
    rows = [{**row, "MemberUin": uin} if number else row for number, row in enumerate(organization.estate.members)]
    organization.bend(ORGANIZATION_MEMBERS, lambda _params, answer: {**answer, "Items": rows})
    read = read_organization(organization)
    assert [each.id for each in read.members] == ["100000000001", "100000000100"]
    assert len(read.gaps) == 1


def test_fewer_members_than_the_total_are_a_gap() -> None:
    organization = cloud(3)
    organization.bend(ORGANIZATION_MEMBERS, lambda _params, answer: {**answer, "Total": 4})
    assert [gap.resource for gap in read_organization(organization).gaps] == ["organization"]


def test_an_account_outside_an_organization_is_an_error() -> None:
    with pytest.raises(FetchError) as raised:
        read_organization(cloud(0))
    assert raised.value.facts["code"] == "ResourceNotFound.OrganizationNotExist"


def test_an_unknown_own_account_is_an_error_of_its_own() -> None:
    organization = cloud(1)
    organization.deny(CALLER_IDENTITY)
    with pytest.raises(FetchError) as raised:
        read_organization(organization)
    assert raised.value.facts["action"] == "GetCallerIdentity"
