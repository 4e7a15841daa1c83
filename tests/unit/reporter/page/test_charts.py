"""The picture's columns: which marks stand in which row over which ports."""

from __future__ import annotations

import pytest

from auditor.model import addresses
from auditor.model.addresses import PRIVATE, PUBLIC
from auditor.model.packets import NOTHING, PacketSet, packets
from auditor.model.rules import Direction
from auditor.model.services import EVERYTHING, Protocol, services
from auditor.reporter.page.chart_data import AddressBands, Band, Layers, Mark, PortProfile, Run, fitted
from auditor.reporter.page.chart_svg import Gallery, Picture, picture, shape
from auditor.reporter.text.names import Formatter
from auditor.words import Lang

CONTAINERS = addresses.parse("172.16.0.0/16")
VPC = addresses.parse("10.0.0.0/16")
AROUND = AddressBands(
    containers=CONTAINERS, vpc=VPC, private=PRIVATE - CONTAINERS - VPC, public=PUBLIC - CONTAINERS - VPC
)


def tcp(first: int, last: int, *blocks: str) -> PacketSet:
    return packets(services(Protocol.TCP, ((first, last),)), addresses.union(blocks))


def columns(protocol: Protocol = Protocol.TCP, **layers: PacketSet) -> list[tuple[int, int, str]]:
    """Runs as (first, last, rows from the top); a row has the initials of its marks, or a dot for none."""
    runs = PortProfile(AROUND).runs(layered(**layers), protocol)
    return [(run.lo, run.hi - 1, " ".join(initials(cell) for cell in run.column)) for run in runs]


def initials(cell: frozenset[Mark]) -> str:
    return "".join(mark[0].upper() for mark in Mark if mark in cell) or "."


def layered(**layers: PacketSet) -> Layers:
    return tuple((mark, layers.get(mark, NOTHING)) for mark in Mark)


def pictured(**layers: PacketSet) -> Picture:
    return picture(shape(layered(**layers), Direction.INGRESS, PortProfile(AROUND)))


@pytest.mark.parametrize(
    ("blocks", "rows"),
    [
        (("0.0.0.0/0",), "E E E E E"),
        (("::/0",), "E E E . ."),
        (("0.0.0.0/1", "128.0.0.0/1"), "E E E E E"),
        (("128.0.0.0/1",), ". E E . E"),
        (("1.0.0.0/8", "2.0.0.0/7", "4.0.0.0/6", "8.0.0.0/5", "16.0.0.0/4", "32.0.0.0/3", "64.0.0.0/2"), "E E E E ."),
        (("203.0.113.0/24",), ". E . . ."),
        (("192.168.0.0/24",), ". . E . ."),
        (("fd00::/8",), ". . E . ."),
        (("10.0.3.0/24",), ". . . E ."),
        (("172.16.9.9",), ". . . . E"),
    ],
)
def test_row_says_who_can_reach(blocks: tuple[str, ...], rows: str) -> None:
    assert columns(excess=tcp(22, 22, *blocks)) == [
        (0, 21, ". . . . ."),
        (22, 22, rows),
        (23, 65535, ". . . . ."),
    ]


def test_address_that_no_packet_comes_from_draws_nothing() -> None:
    assert columns(excess=tcp(22, 22, "127.0.0.0/8", "224.0.0.0/4")) == [(0, 65535, ". . . . .")]


def test_any_address_is_judged_on_all_that_is_open_together() -> None:
    both = columns(required=tcp(22, 22, "128.0.0.0/1"), excess=tcp(22, 22, "64.0.0.0/2"))
    assert both[1] == (22, 22, "RE RE RE . R")


def test_small_hole_in_an_open_service_shows_beside_what_is_open() -> None:
    whole = tcp(22, 22, "0.0.0.0/0")
    hole = tcp(22, 22, "203.0.113.0/24")
    assert columns(required=whole - hole, missing=hole)[1] == (22, 22, "RM RM R R R")


def test_small_undecided_part_does_not_claim_any_address() -> None:
    assert columns(undecided=tcp(22, 22, "203.0.113.0/24"))[1] == (22, 22, ". U . . .")


def test_neighbours_that_look_alike_are_one_run_whatever_their_addresses() -> None:
    found = columns(excess=tcp(80, 80, "203.0.113.0/24") | tcp(81, 81, "198.51.100.0/24"))
    assert found == [(0, 79, ". . . . ."), (80, 81, ". E . . ."), (82, 65535, ". . . . .")]


def test_each_protocol_has_its_own_runs() -> None:
    everything = packets(EVERYTHING, addresses.parse("0.0.0.0/0"))
    assert [columns(protocol, required=everything)[0][2] for protocol in Protocol] == [
        "R R R R R",
        "R R R R R",
        "R R R R R",
        ". . . . .",
        "R R R R R",
        "R R R R R",
    ]


def test_cluster_without_a_known_container_network_has_no_row_for_it() -> None:
    bare = AddressBands(containers=addresses.union(()), vpc=VPC, private=PRIVATE - VPC, public=PUBLIC - VPC)
    assert bare.bands() == (Band.ANY, Band.PUBLIC, Band.PRIVATE, Band.VPC)


def test_too_many_runs_keep_the_boundaries_at_which_most_changes() -> None:
    nothing: frozenset[Mark] = frozenset()
    some, much = frozenset({Mark.EXCESS}), frozenset({Mark.EXCESS, Mark.MISSING})
    thin = tuple(Run(lo=at, hi=at + 1, column=(some if at % 2 else nothing,)) for at in range(9))
    thick = Run(lo=9, hi=10, column=(much,))
    found = fitted((*thin, thick, Run(lo=10, hi=11, column=(nothing,))), 3)
    assert [(run.lo, run.hi, run.joined) for run in found] == [(0, 9, 9), (9, 10, 1), (10, 11, 1)]
    assert found[0].column == (some,)


def test_boundary_of_a_wider_reach_is_kept_before_one_of_a_narrower() -> None:
    nothing: frozenset[Mark] = frozenset()
    some = frozenset({Mark.EXCESS})
    columns_of = ((nothing, nothing), (nothing, some), (some, some))
    found = tuple(Run(lo=at, hi=at + 1, column=column) for at, column in enumerate(columns_of))
    assert [(run.lo, run.hi) for run in fitted(found, 2)] == [(0, 2), (2, 3)]


def test_runs_that_fit_stay_as_they_are() -> None:
    one = (Run(lo=0, hi=1, column=(frozenset(),)),)
    assert fitted(one, 1) is one


def panels(**layers: PacketSet) -> list[tuple[Protocol, ...]]:
    return [panel.protocols for line in pictured(**layers).lines for panel in line.panels]


def test_tcp_and_udp_share_a_panel_where_they_look_alike() -> None:
    portless = (Protocol.ICMP, Protocol.ICMPV6, Protocol.GRE, Protocol.OTHER)
    assert panels() == [(Protocol.TCP, Protocol.UDP), portless]
    assert panels(excess=tcp(22, 22, "0.0.0.0/0")) == [(Protocol.TCP,), (Protocol.UDP,), portless]


def crowded(step: int) -> PacketSet:
    found = NOTHING
    for port in range(10000, 10000 + 20 * step, step):
        found |= tcp(port, port, "203.0.113.0/24")
    return found


def test_picture_leaves_boundaries_out_when_ports_do_not_fit_and_counts_them() -> None:
    wide = pictured(excess=crowded(2), permitted=tcp(0, 65535, "10.0.0.0/16"))
    assert wide.joined == 41 - 20
    assert wide.width == 1003.2
    assert pictured(excess=crowded(2)).joined == 41 - 28


def test_panels_that_do_not_fit_side_by_side_stand_below_each_other() -> None:
    crowd = crowded(2)
    lines = pictured(excess=crowd, permitted=tcp(0, 65535, "10.0.0.0/16")).lines
    assert [[panel.protocols[0] for panel in line.panels] for line in lines] == [
        [Protocol.TCP],
        [Protocol.UDP, Protocol.ICMP],
    ]
    assert [line.top for line in lines] == [0, 166]


def test_cell_has_a_bit_for_each_of_its_marks() -> None:
    half, other = tcp(0, 65535, "10.0.0.0/17"), tcp(0, 65535, "10.0.128.0/17")
    gallery = Gallery(Formatter(Lang.EN))
    gallery.add(layered(required=half, missing=other), Direction.INGRESS, PortProfile(AROUND))
    assert gallery.data()[0] == [
        ["any", "public", "private", "vpc", "containers"],
        [
            [
                0,
                492,
                [
                    ["TCP", 112, 1, [[84, "0–65535", "00090"]]],
                    ["UDP", 214, 1, [[12, "0–65535", "00000"]]],
                    [
                        "without ports",
                        308,
                        0,
                        [[46, "ICMP", "00000"], [46, "ICMPv6", "00000"], [46, "GRE", "00000"], [46, "other", "00000"]],
                    ],
                ],
            ]
        ],
    ]


def test_quiet_runs_are_narrow_and_the_others_fit_their_label() -> None:
    ticks = pictured(excess=tcp(22, 22, "0.0.0.0/0")).lines[0].panels[0].ticks
    assert [(tick.ports, tick.width) for tick in ticks] == [((0, 21), 12), ((22, 22), 29.2), ((23, 65535), 12)]


def test_two_stacks_of_one_shape_have_equal_shapes() -> None:
    def shaped(block: str) -> object:
        return shape(layered(excess=tcp(22, 22, block)), Direction.INGRESS, PortProfile(AROUND))

    assert shaped("203.0.113.0/24") == shaped("198.51.100.0/25")
    assert shaped("203.0.113.0/24") != shaped("192.168.0.0/24")
