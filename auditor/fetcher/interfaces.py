"""Reads the network interfaces of VPCs and parses their rows (vpc/NetworkInterface).

Input: the ids of VPCs. Result: the rows of each VPC; :mod:`auditor.fetcher.interface_owners` finds the
clusters that the interfaces belong to. Fields that cannot be read are gaps; nothing here raises for a failed call.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

from auditor.fetcher import actions, json_fields, node_parsing
from auditor.fetcher.json_fields import CallSite, Defects
from auditor.fetcher.paging import Listing
from auditor.fetcher.region_reader import Lookup, RegionReader
from auditor.model import identifiers
from auditor.model.clusters import Binding, Exposure
from auditor.model.codes import GapKind
from auditor.model.gaps import Gap

EKS = "eks"
"""``Business`` of interfaces of serverless Pods and of native nodes, in lower case (vpc/NetworkInterface)."""

LISTING = Listing(
    action=actions.NETWORK_INTERFACES,
    rows="NetworkInterfaceSet",
    row_id="NetworkInterfaceId",
    prefixes=identifiers.INTERFACE,
)
BY_ID = Lookup(listing=LISTING, parameter="NetworkInterfaceIds", unknown="groups")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadInterface:
    """One row of vpc/DescribeNetworkInterfaces; ``gaps`` names the fields that could not be read."""

    interface_id: str
    name: str
    security_groups: Binding
    subnet_id: str
    addresses: tuple[str, ...]
    exposure: Exposure
    gaps: tuple[Gap, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedInterface:
    """An interface with what tells its owner.

    ``machine_id``: the machine that it is attached to, or empty. ``business``: in lower case. ``primary``: the value as
    it came. ``owner_gaps``: why the machine or the business is unknown.
    """

    interface: ReadInterface
    machine_id: str
    business: str
    primary: object
    owner_gaps: tuple[Gap, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class InterfaceList:
    """The interfaces of a VPC; with ``gaps`` some may be missing. No gap names a cluster."""

    interfaces: tuple[ListedInterface, ...]
    gaps: tuple[Gap, ...] = ()


def parse_interface(row: Mapping[str, Any], call_site: CallSite) -> ReadInterface:
    """Parse an interface with its private addresses, including those of Pods."""
    interface_id = json_fields.label(row, "NetworkInterfaceId")
    unknown = "its groups and addresses could not be fully read"
    defects = Defects(call_site=call_site, resource=interface_id, unknown=unknown)
    for key, expected in (("SubnetId", "an id"), ("PrivateIpAddressSet", "a list of addresses")):
        if row.get(key) in (None, ""):
            defects.add(key, row.get(key), expected)
    return ReadInterface(
        interface_id=interface_id,
        name=json_fields.label(row, "NetworkInterfaceName"),
        security_groups=node_parsing.parse_binding(row, ("GroupSet",), call_site, interface_id),
        subnet_id=json_fields.identifier(row, "SubnetId", defects, identifiers.SUBNET),
        addresses=parse_addresses(row, defects),
        exposure=_parse_exposure(row, defects),
        gaps=defects.gaps,
    )


def parse_listed(row: Mapping[str, Any], call_site: CallSite) -> ListedInterface:
    """Parse an interface with what tells its owner."""
    interface_id = json_fields.label(row, "NetworkInterfaceId")
    defects = Defects(call_site=call_site, resource=interface_id, unknown="whose it is, is unknown")
    if "Attachment" not in row:
        defects.add("Attachment", None, "an attachment, or null for none")
    machine_id = parse_attachment(row, defects)
    business = json_fields.text(row, "Business", defects).lower()
    return ListedInterface(
        interface=parse_interface(row, call_site),
        machine_id=machine_id,
        business=business,
        primary=row.get("Primary"),
        owner_gaps=defects.gaps,
    )


def parse_addresses(row: Mapping[str, Any], defects: Defects) -> tuple[str, ...]:
    """The private addresses of an interface, IPv4 and IPv6."""
    texts = [
        *(
            json_fields.raw_field(item, "PrivateIpAddress")
            for item in json_fields.mappings(row, "PrivateIpAddressSet", defects)
        ),
        *(json_fields.raw_field(item, "Address") for item in json_fields.mappings(row, "Ipv6AddressSet", defects)),
    ]
    return json_fields.addresses_of(texts, defects)


def parse_attachment(row: Mapping[str, Any], defects: Defects) -> str:
    """The machine that an interface is attached to; empty without an attachment, or with an empty attachment."""
    attachment = json_fields.mapping(row, "Attachment", defects)
    if any(attachment.values()) and attachment.get("InstanceId") in (None, ""):
        defects.add("Attachment", attachment, "an attachment with an InstanceId")
    return json_fields.identifier(attachment, "InstanceId", defects)


def _parse_exposure(row: Mapping[str, Any], defects: Defects) -> Exposure:
    """Whether any address of an interface is public; a blocked public address (``IsWanIpBlocked``) counts.

    Unknown without an IPv4 address, or where an IPv4 address has no PublicIpAddress. An IPv6 address of the VPC is
    public only with bandwidth; then it has a PublicIpAddress.
    """
    ipv4 = json_fields.mappings(row, "PrivateIpAddressSet", defects)
    items = (*ipv4, *json_fields.mappings(row, "Ipv6AddressSet", defects))
    public = [text for item in items if (text := json_fields.text(item, "PublicIpAddress", defects))]
    if json_fields.addresses_of(public, defects):
        return Exposure.INTERNET
    is_read = bool(ipv4) and all("PublicIpAddress" in item for item in ipv4)
    return Exposure.NONE_FOUND if is_read and not defects.gaps else Exposure.UNKNOWN


def start_lists(reader: RegionReader, vpc_ids: Iterable[str]) -> Mapping[str, Future[InterfaceList]]:
    """Start reading the interfaces of each VPC, one list a VPC. The result is by VPC."""
    return {vpc_id: reader.start(_read_list, reader, vpc_id) for vpc_id in sorted(vpc_ids)}


def _read_list(reader: RegionReader, vpc_id: str) -> InterfaceList:
    params = {"Filters": [{"Name": "vpc-id", "Values": [vpc_id]}]}
    unknown = f"which network interfaces nodes and Pods in {vpc_id} have is"
    rows = reader.rows(LISTING, params, unknown=unknown, resource=vpc_id)
    call_site = reader.call_site(LISTING.action)
    own = tuple(parse_listed(row, call_site) for row in rows.rows if row.get("VpcId") == vpc_id)
    if len(own) == len(rows.rows):
        return InterfaceList(interfaces=own, gaps=rows.gaps)
    # Rows of other VPCs, or of none, show that the filter did not act as documented.
    others = len(rows.rows) - len(own)
    message = f"{others} of {len(rows.rows)} interfaces that came for {vpc_id} are not of it: others may be missing"
    gap = call_site.gap(vpc_id, "WrongRows", message, GapKind.UNREAD)
    return InterfaceList(interfaces=own, gaps=(*rows.gaps, gap))
