"""Reads the network ACLs of subnets, and parses their entries of three and of five fields.

Parses vpc/Subnet.NetworkAclId, NetworkAcl, NetworkAclEntry and NetworkAclQuintupleEntry. Only the ACLs that a subnet
names are looked up. Everything that cannot be read is a gap of the ACL or of the subnet; nothing here raises.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from auditor.fetcher import actions, json_fields, networks
from auditor.fetcher.json_fields import CallSite, Defects
from auditor.fetcher.networks import ReadSubnets
from auditor.fetcher.paging import Listing
from auditor.fetcher.region_reader import Lookup, RegionReader
from auditor.model import addresses, identifiers, rule_syntax
from auditor.model.addresses import ALL_V4
from auditor.model.clusters import Network
from auditor.model.codes import GapKind
from auditor.model.gaps import Gap
from auditor.model.rules import AclEntry, Action, Direction, NetworkAcl, SubnetAcl
from auditor.model.services import PortRange, Protocol

_ACLS = Lookup(
    listing=Listing(
        action=actions.NETWORK_ACLS, rows="NetworkAclSet", row_id="NetworkAclId", prefixes=identifiers.NETWORK_ACL
    ),
    parameter="NetworkAclIds",
    unknown="entries",
)
_QUINTUPLES = Listing(action=actions.NETWORK_ACL_ENTRIES, rows="NetworkAclQuintupleSet", row_id="")

TRIPLE, QUINTUPLE = "TRIPLE", "QUINTUPLE"
"""NetworkAclType: entries of three fields come with the ACL, those of five fields have a list of their own."""

_ACTIONS = {"ACCEPT": Action.ALLOW, "DROP": Action.DENY}


@dataclass(frozen=True, slots=True, kw_only=True)
class SubnetsWithAcls:
    """Subnets as they were read, the network ACL of each subnet that an audited cluster uses, and these ACLs."""

    subnets: ReadSubnets
    subnet_acls: tuple[SubnetAcl, ...] = ()
    network_acls: tuple[NetworkAcl, ...] = field(default=())


def read_subnets(reader: RegionReader, subnet_ids: Iterable[str], audited: frozenset[str]) -> SubnetsWithAcls:
    """Read subnets, and the network ACLs of those that are ``audited``. Must not be called on a thread of the lists."""
    subnets = networks.read_subnets(reader, subnet_ids)
    call_site = reader.call_site(actions.SUBNETS)
    wanted = sorted(audited & subnets.blocks.keys())
    subnet_acls = tuple(
        parse_subnet_acl(subnets.rows[subnet_id], subnets.blocks[subnet_id], call_site)
        if subnet_id in subnets.rows
        else SubnetAcl(region=reader.region, subnet_id=subnet_id, cidrs=(), gaps=subnets.blocks[subnet_id].gaps)
        for subnet_id in wanted
    )
    acl_ids = {subnet.network_acl_id for subnet in subnet_acls} - {""}
    return SubnetsWithAcls(subnets=subnets, subnet_acls=subnet_acls, network_acls=tuple(_read_acls(reader, acl_ids)))


def parse_subnet_acl(row: Mapping[str, Any], blocks: Network, call_site: CallSite) -> SubnetAcl:
    """Parse the network ACL of a subnet. ``blocks`` are its IPv4 blocks; an answer without the id is a gap."""
    subnet_id = json_fields.label(row, "SubnetId")
    unknown = f"what the network ACL of {subnet_id} stops is unknown"
    defects = Defects(call_site=call_site, resource=subnet_id, unknown=unknown)
    acl_id = json_fields.identifier(row, "NetworkAclId", defects, identifiers.NETWORK_ACL)
    if row.get("NetworkAclId") is None:
        defects.add("NetworkAclId", None, "an id or an empty text")
    ipv6 = json_fields.raw_field(row, "Ipv6CidrBlock")
    ipv6_block = json_fields.canonical(ipv6) if ipv6 else None
    if ipv6 and ipv6_block is None:
        defects.add_address(ipv6)
    return SubnetAcl(
        region=call_site.region,
        subnet_id=subnet_id,
        cidrs=(*blocks.cidrs, *((ipv6_block,) if ipv6_block else ())),
        network_acl_id=acl_id,
        gaps=(*blocks.gaps, *defects.gaps),
    )


def _read_acls(reader: RegionReader, acl_ids: Iterable[str]) -> Iterator[NetworkAcl]:
    """The network ACLs of these ids, sorted; those of five fields with a further list each."""
    wanted = sorted(acl_ids)
    result = reader.look_up(_ACLS, wanted)
    call_site = reader.call_site(actions.NETWORK_ACLS)
    reads = {
        acl_id: reader.start(_read_quintuples, reader, row)
        for acl_id, row in sorted(result.rows.items())
        if _kind(row) == QUINTUPLE
    }
    for acl_id in wanted:
        if acl_id in reads:
            yield reads[acl_id].result()
        elif acl_id in result.rows:
            yield parse_triples(result.rows[acl_id], call_site)
        else:
            message = (
                f"a subnet has {acl_id} and {actions.NETWORK_ACLS.permission} does not know it: {_unknown(acl_id)}"
            )
            absent = call_site.gap(acl_id, "NotFound", message, GapKind.UNREAD)
            entries = result.failed.get(acl_id) or absent
            yield NetworkAcl(region=reader.region, network_acl_id=acl_id, entries=entries)


def _kind(row: Mapping[str, Any]) -> str:
    return json_fields.label(row, "NetworkAclType").strip().upper()


def _unknown(acl_id: str) -> str:
    return f"what {acl_id} stops is unknown"


def _read_quintuples(reader: RegionReader, row: Mapping[str, Any]) -> NetworkAcl:
    """Read the entries of five fields. The call has no filter: it refuses one beside the id of the ACL."""
    acl_id = json_fields.label(row, "NetworkAclId")
    rows = reader.rows(_QUINTUPLES, {"NetworkAclId": acl_id}, unknown=f"the entries of {acl_id} are", resource=acl_id)
    if rows.gaps and not rows.rows:
        return _acl(row, reader.region, rows.gaps[0], ())
    acl = parse_quintuples(row, rows.rows, reader.call_site(actions.NETWORK_ACL_ENTRIES))
    return replace(acl, gaps=(*rows.gaps, *acl.gaps))


def parse_triples(row: Mapping[str, Any], call_site: CallSite) -> NetworkAcl:
    """Parse a network ACL with entries of three fields; an unknown type with entries counts as one."""
    acl_id = json_fields.label(row, "NetworkAclId")
    defects = Defects(call_site=call_site, resource=acl_id, unknown=_unknown(acl_id))
    lists = {Direction.INGRESS: "IngressEntries", Direction.EGRESS: "EgressEntries"}
    for key in lists.values():
        if row.get(key) is None:
            defects.add(key, None, "a list")
    if _kind(row) != TRIPLE and not any(row.get(key) for key in lists.values()):
        defects.add("NetworkAclType", row.get("NetworkAclType"), f"{TRIPLE} or {QUINTUPLE}")
    entries = [
        entry
        for direction, key in lists.items()
        for item in json_fields.mappings(row, key, defects)
        if (entry := _triple(item, direction, defects)) is not None
    ]
    return _acl(row, call_site.region, _sorted(entries, defects), defects.gaps)


def parse_quintuples(row: Mapping[str, Any], items: Iterable[Mapping[str, Any]], call_site: CallSite) -> NetworkAcl:
    """Parse a network ACL with entries of five fields, which have their own direction."""
    acl_id = json_fields.label(row, "NetworkAclId")
    defects = Defects(call_site=call_site, resource=acl_id, unknown=_unknown(acl_id))
    entries = [entry for item in items if (entry := _quintuple(item, defects)) is not None]
    return _acl(row, call_site.region, _sorted(entries, defects), defects.gaps)


def _acl(row: Mapping[str, Any], region: str, entries: tuple[AclEntry, ...] | Gap, gaps: tuple[Gap, ...]) -> NetworkAcl:
    return NetworkAcl(
        region=region,
        network_acl_id=json_fields.label(row, "NetworkAclId"),
        name=json_fields.label(row, "NetworkAclName"),
        vpc_id=json_fields.label(row, "VpcId"),
        entries=entries,
        gaps=gaps,
    )


def _triple(item: Mapping[str, Any], direction: Direction, defects: Defects) -> AclEntry | None:
    block = _block(item, ("CidrBlock", "Ipv6CidrBlock"), defects)
    service = _service(item, "Port", block, defects)
    common = _common(item, defects)
    if block is None or service is None or common is None:
        return None
    priority, action = common
    protocol, ports = service
    ids = (json_fields.label(item, key) for key in ("NetworkAclIpv4EntryId", "NetworkAclIpv6EntryId"))
    return AclEntry(
        entry_id=next(filter(None, ids), ""),
        direction=direction,
        priority=priority,
        action=action,
        cidr=block,
        protocol=protocol,
        ports=ports,
    )


def _quintuple(item: Mapping[str, Any], defects: Defects) -> AclEntry | None:
    word = json_fields.text(item, "NetworkAclDirection", defects).upper()
    direction = next((direction for direction in Direction if direction.upper() == word), None)
    if direction is None:
        defects.add("NetworkAclDirection", item.get("NetworkAclDirection"), "INGRESS or EGRESS")
    source = _block(item, ("SourceCidr", "SourceIPv6Cidr"), defects)
    destination = _block(item, ("DestinationCidr", "DestinationIPv6Cidr"), defects)
    service = _service(item, "DestinationPort", destination, defects)
    source_service = _service(item, "SourcePort", destination, defects)
    common = _common(item, defects)
    if direction is None or source is None or destination is None:
        return None
    if service is None or source_service is None or common is None:
        return None
    priority, action = common
    protocol, ports = service
    inwards = direction is Direction.INGRESS
    return AclEntry(
        entry_id=json_fields.label(item, "NetworkAclQuintupleEntryId"),
        direction=direction,
        priority=priority,
        action=action,
        cidr=source if inwards else destination,
        own_cidr=destination if inwards else source,
        protocol=protocol,
        ports=ports,
        peer_ports=source_service[1],
    )


def _block(item: Mapping[str, Any], keys: tuple[str, str], defects: Defects) -> str | None:
    """The block of an entry: of exactly one address family, under the key of that family."""
    blocks = [text for key in keys if (text := json_fields.raw_field(item, key))]
    block = json_fields.canonical(blocks[0]) if len(blocks) == 1 else None
    if block is None:
        defects.add(keys[0], blocks, "one block")
    return block


def _common(item: Mapping[str, Any], defects: Defects) -> tuple[int, Action] | None:
    """The priority and the action of an entry."""
    priority = json_fields.number(item, "Priority", defects)
    action = _ACTIONS.get(json_fields.text(item, "Action", defects).upper())
    if priority is None:
        defects.add("Priority", item.get("Priority"), "a number")
    if action is None:
        defects.add("Action", item.get("Action"), "ACCEPT or DROP")
    return None if priority is None or action is None else (priority, action)


def _service(
    item: Mapping[str, Any], port_key: str, block: str | None, defects: Defects
) -> tuple[Protocol | None, tuple[PortRange, ...]] | None:
    """The protocol of an entry and the ports under ``port_key``; ICMP with an IPv6 block is ICMPv6."""
    protocol_text, port_text = (json_fields.raw_field(item, key) for key in ("Protocol", port_key))
    try:
        service = rule_syntax.service(protocol_text, port_text)
    except ValueError:
        defects.add("Protocol", f"{protocol_text} {port_text}", "a protocol with its ports")
        return None
    protocol = service.protocol
    ports = service.ports if protocol is not None and protocol.has_ports else ()
    if protocol is Protocol.ICMP and block is not None and not addresses.parse(block) <= ALL_V4:
        protocol = Protocol.ICMPV6
    return protocol, ports


def _sorted(entries: list[AclEntry], defects: Defects) -> tuple[AclEntry, ...]:
    """The entries by direction and priority. Two of the same direction, family and priority are a defect."""
    ranks = Counter((entry.direction, addresses.parse(entry.cidr) <= ALL_V4, entry.priority) for entry in entries)
    for (direction, _, priority), count in ranks.items():
        if count > 1:
            defects.add("Priority", priority, f"different for each {direction} entry")
    return tuple(sorted(entries, key=lambda entry: (entry.direction, entry.priority)))
