"""One direction of one stack: what the report says of it, held against every kind of packet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from tests.oracle import grid, guide
from tests.oracle.account import COULD_BE_A_NETWORK, Account, Key, Net, Stacks
from tests.oracle.board import Board, Json, Land, Regions, named
from tests.oracle.grid import Place, Service, Table
from tests.oracle.lines import EVERY_PORT, Says, api_server, everything, outcomes, unread, walk
from tests.oracle.spans import V4_WORLD

RANKS = ("critical", "high", "medium", "low", "info")
CONTROL = (2375, 2376, 2379, 2380, 6443, 10250, 10255, 10257, 10259)


class Side:
    """One direction of one stack: every kind of packet held against what the report says of it."""

    def __init__(
        self,
        account: Account,
        ground: Land,
        key: Key,
        direction: str,
        stack: Json,
        findings: list[Json],
        truth: Stacks,
    ) -> None:
        role, attachment, groups = key
        self.binds_groups = bool(groups) or key in truth.blocks
        self.is_public_entrance = role == "endpoint" and truth.exposure(key) == "internet"
        self.is_secondary = attachment == "secondary"
        lines = account.lines(groups, direction)
        if not groups:
            lines = [unread("")] if truth.undocumented(key) else [everything()]
        if key in truth.blocks:
            lines = [api_server(truth.blocks[key])]
        self.is_open = truth.is_open(key)
        if (role, direction) == ("endpoint", "egress"):
            lines, self.is_open = [], False
        self.lines, self.ground, self.findings = lines, ground, findings
        self.rows = {name: row for name, row in guide.ROWS.items() if (row.role, row.direction) == (role, direction)}
        self.permitted = [row for row in guide.PERMITTED if (row.role, row.direction) == (role, direction)]
        judged = [one for one in stack["requirements"] if one["direction"] == direction]
        self.told = {one["id"]: one for one in judged}
        self.is_certain = all(line.is_plain for line in lines)
        board = Board()
        for line in lines:
            opened = [(protocol, EVERY_PORT) for protocol in line.open_services]
            board.number(line.entries, line.spans)
            board.number(opened, ())
        for row in (*self.rows.values(), *self.permitted):
            board.number(((row.protocol.lower(), row.ports),), ())
        board.number((("tcp", ((32768, 32768),)), ("udp", ((32768, 32768),))), (V4_WORLD,))
        board.number(tuple(guide.LIGHT.items()), ())
        for net in (ground.container, ground.cluster, ground.home, Net(COULD_BE_A_NETWORK)):
            board.number((), net.spans)
        board.number((("tcp", tuple((port, port) for port in CONTROL)),), ())
        self.regions = {
            (name, part): Regions(board, one[part])
            for name, one in self.told.items()
            for part in ("required", "missing")
        }
        self.excess = Regions(board, stack["excess"][direction])
        self.packets = [Regions(board, one["packets"]) for one in findings]
        self.board = board
        self.places, self.services = grid.places(board.addresses), grid.services(board.services)
        self.table = Table(lines, self.places, self.services)

    def applies(self, row: guide.Row) -> bool:
        """Whether a row asks anything of the stack: nothing has to pass on a secondary interface."""
        return not self.is_secondary and (self.ground.applies or row.net != guide.CONTAINER)

    def complaints(self) -> Iterator[str]:
        yield from self.board.malformed
        if sorted(self.told) != sorted(self.rows):
            yield f"requirements {sorted(self.told)}"
            return
        score = _Score(self)
        for service in self.services:
            for place in self.places:
                if grid.exists(service, place):
                    yield from score.take(service, place, self.table.says(service, place))
        yield from score.conclusions()


class _Score:
    """What was seen of the packets of one side so far."""

    def __init__(self, side: Side) -> None:
        self.side = side
        self.passed: Counter[str] = Counter()
        self.missed: Counter[str] = Counter()
        self.open: Counter[str] = Counter()
        self.worst: dict[str, str] = {}
        self.deniers: dict[str, set[tuple[str, int | None]]] = {name: set() for name in side.rows}
        self.reached: set[int] = set()
        self.needed: set[int] = set()
        self.matched: set[int] = set()
        self.control_open: set[int] = set()

    def take(self, service: Service, place: Place, says: list[Says]) -> Iterator[str]:
        side = self.side
        result = outcomes(side.lines, says)
        self._note_rules(says)
        permitted = Says.NO
        for name, row in side.rows.items():
            belongs = side.ground.says(row.net, place.point) if row.names(service.protocol, service.port) else Says.NO
            permitted = max(permitted, belongs, key=lambda said: said.value)
            yield from self._note_row(name, row, (service, place), belongs, result)
            if belongs is Says.YES and result == {"deny"}:
                self._note_deniers(name, says)
        for row in side.permitted:
            if row.names(service.protocol, service.port):
                permitted = max(permitted, side.ground.says(row.net, place.point), key=lambda said: said.value)
        excess = (side.is_open or result == {"allow"}) and permitted is Says.NO
        if ((service, place) in side.excess) is not excess:
            yield f"excess is not {excess} of {named(service, place)}, which is {sorted(result)}"
        yield from self._note_findings(service, place, result, excess=excess)

    def _note_row(
        self, name: str, row: guide.Row, packet: tuple[Service, Place], belongs: Says, result: frozenset[str]
    ) -> Iterator[str]:
        side = self.side
        applies = side.applies(row)
        missing = applies and belongs is Says.YES and result == {"deny"}
        if (packet in side.regions[name, "required"]) is not (belongs is Says.YES):
            yield f"{name} does not require {named(*packet)} as it should"
        if (packet in side.regions[name, "missing"]) is not missing:
            yield f"{name}: missing is not {missing} of {named(*packet)}, which is {sorted(result)}"
        if missing:
            self.missed[name] += 1
            weight = side.ground.weight(row, *packet)
            self.worst[name] = min(self.worst.get(name, "info"), weight, key=RANKS.index)
        elif belongs is Says.YES and result == {"allow"}:
            self.passed[name] += 1
        elif (belongs is Says.YES) or (belongs is Says.MAYBE and result != {"allow"}):
            self.open[name] += 1

    def _note_deniers(self, name: str, says: list[Says]) -> None:
        lines = self.side.lines
        for place, said in walk(says):
            if lines[place].action == "deny":
                self.deniers[name].add((lines[place].group, lines[place].index))
            if said is Says.YES:
                return
        self.deniers[name].add(("", None))

    def _note_rules(self, says: list[Says]) -> None:
        """A rule with an unreadable action leaves the rules below it neither useless nor useful."""
        lines = self.side.lines
        self.matched.update(place for place, said in enumerate(says) if said is Says.YES)
        below_unreadable = False
        for place, said in enumerate(says):
            if said is Says.NO:
                continue
            self.reached.add(place)
            rest = outcomes(lines[place + 1 :], says[place + 1 :])
            if below_unreadable or rest != {lines[place].action}:
                self.needed.add(place)
            if said is Says.YES and lines[place].action != "?":
                return
            below_unreadable |= said is Says.YES

    def _note_findings(self, service: Service, place: Place, result: frozenset[str], *, excess: bool) -> Iterator[str]:
        side = self.side
        holding = [
            one
            for one, packets in zip(side.findings, side.packets, strict=True)
            if one["name"] == "excess-access" and (service, place) in packets
        ]
        if len(holding) != (excess and side.binds_groups):
            yield f"{len(holding)} excess findings hold {named(service, place)}"
        for name in side.rows:
            blocked = any(
                (service, place) in packets
                for one, packets in zip(side.findings, side.packets, strict=True)
                if one["requirement_id"] == name
            )
            if blocked is not ((service, place) in side.regions[name, "missing"]):
                yield f"the finding on {name} is wrong about {named(service, place)}"

    def conclusions(self) -> Iterator[str]:
        for name in self.side.rows:
            yield from self._status(name)
        yield from self._useless()
        yield from self._excess_weights()

    def _status(self, name: str) -> Iterator[str]:
        side, told = self.side, self.side.told[name]
        expected = "met" if not self.missed[name] else "partial" if self.passed[name] else "blocked"
        expected = "unknown" if self.open[name] else expected
        if not side.applies(side.rows[name]):
            expected = "not-applicable"
        if told["status"] != expected:
            yield f"{name} is {told['status']}, in truth {expected}"
        found = [one for one in side.findings if one["requirement_id"] == name]
        if len(found) != bool(self.missed[name]):
            yield f"{len(found)} findings on {name}"
        for one in found:
            told_rank, rank = RANKS.index(one["severity"]), RANKS.index(self.worst[name])
            if told_rank > rank or (told_rank < rank and not (side.ground.home.open or side.ground.container.open)):
                yield f"{name} weighs {one['severity']}, in truth {self.worst[name]}"
            evidence = {(rule["security_group_id"], rule["index"]) for rule in one["evidence"]}
            if one["default_deny"]:
                evidence.add(("", None))
            if side.is_certain and evidence != self.deniers[name]:
                yield f"{name} is denied by {sorted(self.deniers[name], key=str)}, not {sorted(evidence, key=str)}"

    def _useless(self) -> Iterator[str]:
        lines = self.side.lines
        truth: Counter[tuple[str, str, int | None]] = Counter()
        for place, line in enumerate(lines):
            if line.is_plain and place in self.matched:
                if place not in self.reached:
                    truth["shadowed-rule", line.group, line.index] += 1
                elif place not in self.needed:
                    truth["redundant-rule", line.group, line.index] += 1
        told = Counter(
            (one["name"], one["evidence"][0]["security_group_id"], one["evidence"][0]["index"])
            for one in self.side.findings
            if one["name"] in ("shadowed-rule", "redundant-rule")
        )
        if told != truth:
            yield f"useless rules: too many {told - truth}, too few {truth - told}"

    def _excess_weights(self) -> Iterator[str]:
        for one in self.side.findings:
            if one["name"] == "excess-access":
                if self.side.ground.lacks_ipv6 and all(
                    ":" in block for part in one["packets"] for block in part["cidrs"]
                ):
                    if one["severity"] != "info":
                        yield f"{one['subject']} of IPv6, which the VPC does not have, weighs {one['severity']}"
                    continue
                worst = RANKS.index("medium") if one["subject"].startswith("any/") else RANKS.index("info")
                is_any = one["subject"].startswith("any/")
                if one["subject"] == "any/control" and one["direction"] == "ingress":
                    worst = 0
                if is_any and self.side.is_public_entrance:
                    worst = 0
                if RANKS.index(one["severity"]) > worst:
                    yield f"{one['subject']} weighs {one['severity']}"
