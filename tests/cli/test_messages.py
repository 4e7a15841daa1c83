from __future__ import annotations

import re
from pathlib import Path

import pytest

from auditor.cli.app import commands
from auditor.cli.option import specs
from auditor.fetcher.credentials import PlaceState
from auditor.fetcher.doctor import Outcome
from auditor.fetcher.keys import KeySource
from auditor.fetcher.progress import Phase
from auditor.model.baseline import NamedNetwork
from auditor.words import Lang, catalogue

CODE = "".join(
    path.read_text(encoding="utf-8") for path in sorted((Path(__file__).parents[2] / "auditor/cli").glob("*.py"))
)
WRITTEN = set(re.findall(r'"((?:cli|help)-[a-z-]*[a-z])"', CODE))
MADE = {
    *(f"cli-phase-{phase}" for phase in Phase),
    *(f"cli-network-{network}" for network in NamedNetwork),
    *(f"cli-doctor-{outcome}" for outcome in Outcome),
    *(f"cli-doctor-{source}" for source in KeySource),
    *(f"cli-doctor-place-{state}" for state in PlaceState),
    *(command.about for command in commands()),
    *(f"help-group-{command.name.split()[0]}" for command in commands() if " " in command.name),
    *(spec.about for command in commands() for _, spec in specs(command.options)),
}


@pytest.mark.parametrize("lang", Lang)
def test_every_message_that_is_used_is_there(lang: Lang) -> None:
    words = catalogue(lang)
    assert [message_id for message_id in sorted(WRITTEN | MADE) if not words.has(message_id)] == []


@pytest.mark.parametrize("lang", Lang)
def test_every_message_that_is_there_is_used(lang: Lang) -> None:
    there = {message_id for message_id in catalogue(lang).ids() if message_id.startswith(("cli-", "help-"))}
    assert there - WRITTEN - MADE == set()
