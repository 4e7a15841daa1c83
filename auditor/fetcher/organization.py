"""Lists the accounts of an organization, for the configuration file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from auditor.fetcher.accounts import HOME_REGION, caller_account
from auditor.fetcher.actions import ApiAction
from auditor.fetcher.json_fields import label
from auditor.fetcher.paging import Listing, read_all
from auditor.fetcher.transport import Caller
from auditor.model.gaps import Gap

ORGANIZATION_MEMBERS = ApiAction(
    service="organization",
    version="2021-03-31",
    name="DescribeOrganizationMembers",
    rate=20,
    needs="the accounts of an organization",
    optional=True,
)
_MEMBERS = Listing(
    action=ORGANIZATION_MEMBERS,
    rows="Items",
    row_id="MemberUin",
    counts=("Total",),
    page=50,
    numbers=True,
)
_CONFIRMED = "Confirmed"


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganizationMember:
    """An account of an organization. ``is_confirmed``: it has accepted that the organization accesses it."""

    id: str
    name: str
    is_confirmed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Organization:
    """The accounts of an organization by id; ``own`` is the account that asks, empty if the answer did not name it.

    With ``gaps`` some accounts may be missing.
    """

    own: str
    members: tuple[OrganizationMember, ...]
    gaps: tuple[Gap, ...]


def read_organization(caller: Caller, product: str = "") -> Organization:
    """List the accounts of the organization that the caller manages, the account of the caller among them.

    ``product`` is the trusted service that a delegated administrator has to name. Raises FetchError where a call is
    refused. Whether the API lists the managing account itself is not documented, so it is added if it is missing.
    """
    params = {"Product": product} if product else {}
    rows = read_all(caller, _MEMBERS, HOME_REGION, params, resource="organization")
    own = caller_account(caller)
    members = {str(row["MemberUin"]): _member(row) for row in rows.rows}
    if own:
        members.setdefault(own, OrganizationMember(id=own, name="", is_confirmed=True))
    ordered = sorted(members.values(), key=lambda member: (len(member.id), member.id))
    return Organization(own=own, members=tuple(ordered), gaps=rows.gaps)


def _member(row: Mapping[str, Any]) -> OrganizationMember:
    return OrganizationMember(
        id=str(row["MemberUin"]),
        name=label(row, "Name").strip(),
        is_confirmed=label(row, "PermissionStatus") == _CONFIRMED,
    )
