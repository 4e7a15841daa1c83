"""Names the services behind well-known ports in a few words, as people on call say them: "etcd 2379", "SSH 22"."""

from __future__ import annotations

from auditor.model.intervals import IntervalSet
from auditor.model.regions import ALL_PROTOCOLS, ports_of
from auditor.model.services import EVERYTHING, WHOLE_PORT_RANGE, PortRange, Protocol, services
from auditor.reporter.text.names import Formatter
from auditor.reporter.text.packets import port_text, protocol_text, whole_protocol_text

_NODE_PORTS: PortRange = (30000, 32768)
"""The NodePort range of the guide; Kubernetes allocates ports up to 32767."""

_TCP = {
    21: "FTP",
    22: "SSH",
    23: "Telnet",
    53: "DNS",
    80: "HTTP",
    443: "HTTPS",
    445: "SMB",
    1433: "SQL Server",
    2049: "NFS",
    2375: "Docker API",
    2376: "Docker API",
    2379: "etcd",
    2380: "etcd",
    3306: "MySQL",
    3389: "RDP",
    5432: "PostgreSQL",
    6379: "Redis",
    6443: "API server",
    9100: "node-exporter",
    9200: "Elasticsearch",
    9300: "Elasticsearch",
    10250: "kubelet",
    10255: "kubelet",
    10256: "kube-proxy",
    10257: "controller-manager",
    10259: "scheduler",
    11211: "Memcached",
    27017: "MongoDB",
    60001: "API server",
    60002: "API server",
    61678: "IPAMD",
}
_UDP = {53: "DNS", 161: "SNMP", 3389: "RDP", 4789: "VXLAN", 8472: "VXLAN", 11211: "Memcached"}
_NAMES = {Protocol.TCP: _TCP, Protocol.UDP: _UDP}
_SHOWN = 2
"""How many services a short text names before it counts the rest."""


def service_text(wanted: IntervalSet, phrasing: Formatter) -> str:
    """A set of services in a few words: "kubelet 10250", "TCP 8080-8090 and 3 more", "all traffic"."""
    if wanted == EVERYTHING:
        return protocol_text(ALL_PROTOCOLS, phrasing)
    return phrasing.listed(_parts(wanted, phrasing), _SHOWN)


def has_few_services(wanted: IntervalSet) -> bool:
    """Whether :func:`service_text` names every service of a set, and none of them is a whole protocol with ports."""
    runs = sum(len(ports_of(wanted, protocol)) or 1 for protocol in Protocol if wanted & services(protocol))
    whole = any(services(protocol) <= wanted for protocol in Protocol if protocol.has_ports)
    return runs <= _SHOWN and not whole


def _parts(wanted: IntervalSet, phrasing: Formatter) -> list[str]:
    """The services in words: ports with a name first, then other ports, then whole protocols."""
    named: dict[str, list[str]] = {}
    bare: dict[str, list[str]] = {}
    whole: list[str] = []
    for protocol in Protocol:
        if not wanted & services(protocol):
            continue
        ports = ports_of(wanted, protocol)
        if not protocol.has_ports or ports == WHOLE_PORT_RANGE:
            whole.append(whole_protocol_text(protocol, phrasing))
            continue
        for pair in ports:
            name = _name(protocol, pair)
            target, label = (named, name) if name else (bare, protocol_text(protocol, phrasing))
            target.setdefault(label, []).append(port_text(pair))
    texts = [f"{name} {phrasing.listed(list(dict.fromkeys(ports)), _SHOWN)}" for name, ports in named.items()]
    texts += whole
    return texts + [f"{name} {phrasing.listed(ports, _SHOWN)}" for name, ports in bare.items()]


def _name(protocol: Protocol, pair: PortRange) -> str:
    """The name that all ports of a range have, or an empty text."""
    first, last = pair
    if _NODE_PORTS[0] <= first <= last <= _NODE_PORTS[1]:
        return "NodePort"
    names = _NAMES.get(protocol, {})
    if last - first > len(names):
        return ""
    of_ports = {names.get(port, "") for port in range(first, last + 1)}
    return of_ports.pop() if len(of_ports) == 1 else ""
