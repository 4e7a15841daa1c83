"""Reads the attributes of planned load balancers, listeners and back ends into the values of the model."""

from __future__ import annotations

from dataclasses import replace

from auditor.model.load_balancers import (
    LISTENER_PROTOCOLS,
    HealthCheck,
    HealthCheckSource,
    Listener,
    LoadBalancer,
    Target,
)
from auditor.model.services import WHOLE_PORT_RANGE, PortRange, Protocol
from auditor.whatif import rule_fields
from auditor.whatif.terraform.plan import Json, ResourceChange
from auditor.whatif.terraform.references import INSTANCE, References, placeholder
from auditor.whatif.terraform.values import UnknownValue, at, blocks, last_id, read, text

TARGETS = "targets"
_SOURCES = {"0": HealthCheckSource.BALANCER, "1": HealthCheckSource.RESERVED}


def listener_id(tree: Json) -> str:
    """The id of a listener in the Terraform state."""
    return text(at(tree, ("listener_id",))) or last_id(text(at(tree, ("id",))))


def new_balancer(change: ResourceChange, vpc_id: str, **decided: Json) -> LoadBalancer:
    """A load balancer that the plan makes. ``decided`` are its groups, pass to target and gaps."""
    version = text(change.after.get("address_ip_version")).upper()
    return LoadBalancer(
        region="",
        load_balancer_id=placeholder(change.address),
        name=text(change.after.get("clb_name")),
        vpc_id=vpc_id,
        is_public=text(change.after.get("network_type")).upper() != "INTERNAL" or has_public_address(change),
        ip_version=6 if version.startswith("IPV6") else 4,
        nat64=version.startswith("IPV6") and version != "IPV6FULLCHAIN",
        cross_region=is_cross_region(change, vpc_id),
        snat_addresses=snat_addresses(change),
        listeners=(),
        **decided,
    )


def has_public_address(change: ResourceChange) -> bool:
    """Whether an internal load balancer gets a public address."""
    return bool(text(change.after.get("eip_address_id")))


def is_cross_region(change: ResourceChange, vpc_id: str) -> bool:
    """Whether the back ends are outside the VPC, so that pass to target has no effect on them."""
    return text(change.after.get("target_region_info_vpc_id")) not in ("", vpc_id)


def snat_addresses(change: ResourceChange) -> tuple[str, ...]:
    """The addresses that back ends see instead of the clients, as far as the plan names them."""
    items = blocks(change.after.get("snat_ips")) if change.after.get("snat_pro") else ()
    return tuple(address for item in items if (address := text(item.get("ip"))))


def lacks_snat_addresses(change: ResourceChange) -> bool:
    """Whether a load balancer uses addresses of its own that the plan does not tell."""
    items = blocks(change.after.get("snat_ips"))
    return bool(change.after.get("snat_pro")) and not (items and all(text(item.get("ip")) for item in items))


def new_listener(change: ResourceChange) -> Listener:
    """A listener that the plan makes, without back ends."""
    kind = text(change.after.get("protocol")).upper()
    port = _number(change.after.get("port"))
    return Listener(
        listener_id=placeholder(change.address),
        name=text(change.after.get("listener_name")),
        kind=kind,
        protocol=LISTENER_PROTOCOLS.get(kind, Protocol.TCP),
        ports=(port, max(port, _number(change.after.get("end_port")))),
        targets=(),
    )


def health_check(tree: Json, unknown: Json) -> HealthCheck | None:
    """The health check of a listener or of a forwarding rule; ``None`` if it is switched off.

    An argument that is not written has a default of the API that no document settles, so its value is unknown.
    """
    if at(tree, ("health_check_switch",)) is False:
        return None
    kind = text(at(tree, ("health_check_type",))).upper()
    own = LISTENER_PROTOCOLS.get(text(at(tree, ("protocol",))).upper(), Protocol.TCP)
    port = read(tree, unknown, ("health_check_port",))
    number = 0 if isinstance(port, UnknownValue) else _number(port.value)
    return HealthCheck(
        source=_SOURCES.get(text(at(tree, ("health_source_ip_type",))), HealthCheckSource.UNKNOWN),
        protocol=None if kind == "PING" else own if kind in ("", "CUSTOM") else Protocol.TCP,
        port=number or None,
    )


def targets(tree: Json, listener: Listener, check: HealthCheck | None) -> tuple[Target, ...]:
    """The back ends in an attachment, in the order in which it lists them."""
    return tuple(_target(item, listener, check) for item in blocks(at(tree, (TARGETS,))))


def planned_targets(
    references: References, change: ResourceChange, listener: Listener, check: HealthCheck | None
) -> tuple[tuple[Target, ...], bool]:
    """The back ends in an attachment after the change, and whether these are all of them.

    The blocks are a set, so an unknown machine can be matched with its block only if all have the same port.
    """
    value = read(change.after, change.change.after_unknown, (TARGETS,))
    if isinstance(value, UnknownValue):
        return (), False
    planned = targets(change.after, listener, check)
    unknown = [_unknown_names(references, change, position) for position in range(len(planned))]
    known_ports = not any(names - {"instance_id"} for names in unknown)
    if any(unknown) and not (known_ports and len({target.ports for target in planned}) == 1):
        return planned, False
    paths = [(TARGETS, position, "instance_id") for position in range(len(planned))]
    machines = [references.value(change, path, INSTANCE) for path in paths]
    traced = (
        replace(target, instance_id=machine or "") if names else target
        for target, machine, names in zip(planned, machines, unknown, strict=True)
    )
    return tuple(traced), all(machine is not None for machine in machines)


def _unknown_names(references: References, change: ResourceChange, position: int) -> set[str]:
    """The arguments of a back end that are unknown until apply, without those that are certainly not written."""
    marks = at(change.change.after_unknown, (TARGETS, position))
    names = ("instance_id", "eni_ip", "port")
    unknown = {name for name in names if marks is True or (isinstance(marks, dict) and marks.get(name))}
    return {name for name in unknown if references.configured(change, (TARGETS, position, name)) is not False}


def _target(item: Json, listener: Listener, check: HealthCheck | None) -> Target:
    machine, address, port = text(item.get("instance_id")), text(item.get("eni_ip")), _number(item.get("port"))
    ports: PortRange = (port, min(port + listener.ports[1] - listener.ports[0], WHOLE_PORT_RANGE[0][1]))
    return Target(
        kind="eni" if address else "cvm",
        ports=ports,
        weight=_number(item["weight"]) if item.get("weight") is not None else None,
        instance_id=machine,
        addresses=rule_fields.single_address(address),
        health_check=check,
    )


def is_same_back_end(target: Target, other: Target) -> bool:
    """Whether two back ends are the same machine or address at the same ports."""
    if target.ports != other.ports:
        return False
    if other.instance_id:
        return target.instance_id == other.instance_id
    return bool(set(target.addresses) & set(other.addresses))


def _number(value: Json) -> int:
    """A port or a weight; 0 for every other value."""
    digits = text(value)
    number = int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 6 else 0
    return number if number <= WHOLE_PORT_RANGE[0][1] else 0
