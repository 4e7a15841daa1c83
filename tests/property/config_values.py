"""Random baselines, findings and broken YAML for the properties of ``config``."""

from __future__ import annotations

from hypothesis import strategies as st

from auditor.config.yaml_reader import Plain
from auditor.model import addresses
from auditor.model.packets import PacketSet, packets, union
from auditor.model.services import PORTS, Protocol, services

printable = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30)
words = printable.map(str.strip).filter(bool)
identifiers = st.from_regex(r"[a-z][a-z0-9.-]{0,8}", fullmatch=True)
severities = st.sampled_from(["critical", "high", "medium", "low", "info"])
at_least_medium = st.sampled_from(["critical", "high", "medium"])
networks = st.sampled_from(["container", "cluster", "subnets"])
ports = st.one_of(
    st.integers(0, PORTS - 1),
    st.lists(st.tuples(st.integers(0, PORTS - 1), st.integers(0, 50)), min_size=1, max_size=3).map(
        lambda runs: ",".join(f"{first}-{min(PORTS - 1, first + more)}" for first, more in runs)
    ),
)
addresses_v4 = st.tuples(st.ip_addresses(v=4), st.integers(0, 32)).map(lambda pair: f"{pair[0]}/{pair[1]}")
addresses_v6 = st.tuples(st.ip_addresses(v=6), st.integers(0, 128)).map(lambda pair: f"{pair[0]}/{pair[1]}")

blocks = st.one_of(addresses_v4, addresses_v6)


@st.composite
def service_keys(draw: st.DrawFn) -> dict[str, Plain]:
    """``protocol`` and perhaps ``ports``."""
    protocol = draw(st.sampled_from(["tcp", "udp", "icmp", "icmpv6", "gre", "other", "all"]))
    found: dict[str, Plain] = {"protocol": protocol}
    if protocol in ("tcp", "udp") and draw(st.booleans()):
        found["ports"] = draw(ports)
    return found


@st.composite
def flow_keys(draw: st.DrawFn) -> dict[str, Plain]:
    """A service with networks or blocks, of a family in which it can exist."""
    found = draw(service_keys())
    family = {"icmp": addresses_v4, "icmpv6": addresses_v6}.get(str(found["protocol"]), blocks)
    cidrs: list[Plain] = list(draw(st.lists(family, min_size=1, max_size=3)))
    named: list[Plain] = list(draw(st.lists(networks, max_size=2)))
    return {**found, "cidrs": cidrs, "networks": named}


@st.composite
def tier_keys(draw: st.DrawFn) -> dict[str, Plain]:
    """A tier that says where or what, or neither."""
    where = draw(st.sampled_from(["flow", "networks", "nothing"]))
    found: dict[str, Plain] = {"severity": draw(severities)}
    if where == "flow":
        found |= draw(flow_keys())
    elif where == "networks":
        found["networks"] = [draw(networks)]
    return found


@st.composite
def row_keys(draw: st.DrawFn, row_id: str) -> dict[str, Plain]:
    """A row of a baseline."""
    tiers: list[Plain] = list(draw(st.lists(tier_keys(), max_size=2)))
    return {
        "id": row_id,
        "role": draw(st.sampled_from(["node", "master"])),
        "direction": draw(st.sampled_from(["ingress", "egress"])),
        **draw(flow_keys()),
        "severity": draw(severities),
        "title": {draw(st.sampled_from(["en", "zh"])): draw(words)},
        "reason": {"en": draw(words), "zh": draw(words)},
        "row": draw(st.just("") | printable),
        "tiers": tiers,
    }


@st.composite
def allow_keys(draw: st.DrawFn, entry_id: str) -> dict[str, Plain]:
    """An allow entry."""
    found: dict[str, Plain] = {
        "id": entry_id,
        "direction": draw(st.sampled_from(["ingress", "egress"])),
        **draw(flow_keys()),
        "reason": draw(st.just("") | printable),
    }
    if draw(st.booleans()):
        found["role"] = draw(st.sampled_from(["node", "master"]))
    if draw(st.booleans()):
        found["clusters"] = ["cls-*", draw(words)]
    return found


@st.composite
def class_keys(draw: st.DrawFn, name: str) -> dict[str, Plain]:
    """A class of services, some of them perhaps on one role alone."""
    entries: list[Plain] = []
    for _ in range(draw(st.integers(1, 3))):
        role = draw(st.sampled_from([{}, {"role": "node"}, {"role": "master"}]))
        entries.append({**draw(service_keys()), **role})
    return {"name": name, "title": {"en": draw(words)}, "services": entries}


@st.composite
def baselines(draw: st.DrawFn) -> dict[str, Plain]:
    """A baseline file that extends none."""
    ids = draw(st.lists(identifiers, min_size=2, max_size=5, unique=True))
    names = [name for name in draw(st.lists(identifiers, max_size=2, unique=True)) if name not in ("control", "other")]
    classes: list[Plain] = [draw(class_keys(name)) for name in ("control", *names)]
    classes.append({"name": "other", "title": {"zh": "其他"}, "services": [{"protocol": "all"}]})
    return {
        "name": draw(identifiers),
        "requirements": [draw(row_keys(row_id)) for row_id in ids[1:]],
        "allow": [draw(allow_keys(ids[0]))],
        "excess": {"classes": classes, "severities": draw(_table(("control", *names, "other")))},
    }


@st.composite
def _table(draw: st.DrawFn, names: tuple[str, ...]) -> dict[str, Plain]:
    table: dict[str, Plain] = {}
    for direction in ("ingress", "egress"):
        reaches: dict[str, Plain] = {
            reach: {name: draw(at_least_medium if reach == "any" else severities) for name in names}
            for reach in ("any", "public", "private", "vpc")
        }
        table[direction] = reaches
    table["ingress"]["any"]["control"] = "critical"  # type: ignore[index, call-overload]
    return table


@st.composite
def packet_sets(draw: st.DrawFn) -> PacketSet:
    """Packets as findings have them: a few boxes of both families."""
    found = []
    for _ in range(draw(st.integers(1, 4))):
        first, more = draw(st.integers(0, PORTS - 1)), draw(st.integers(0, 300))
        service = services(draw(st.sampled_from(Protocol)), ((first, min(PORTS - 1, first + more)),))
        found.append(packets(service, addresses.union(tuple(draw(st.lists(blocks, min_size=1, max_size=3))))))
    return union(found)


plain_values: st.SearchStrategy[Plain] = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**17), 10**17) | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(printable.filter(lambda key: key != "<<"), inner, max_size=4)
    ),
    max_leaves=12,
)
