"""Loads the configuration file, and writes the waiver entries that go into it.

Input: the file named by ``--config`` or ``SGAUDIT_CONFIG``, else ``sgaudit.yaml``. Result: :class:`Settings`.
Mistakes are raised as ``ConfigError`` with file, line and key.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from auditor import resources
from auditor.config import baseline as baseline_file
from auditor.config import yaml_reader
from auditor.config.fields import is_identifier, ports_text
from auditor.config.validation import Mistake, mistake, refuse, unknown_word, validated
from auditor.config.yaml_reader import Document, KeyPath, Plain, read
from auditor.config.yaml_writer import write
from auditor.errors import ConfigError
from auditor.files import reader
from auditor.model import addresses
from auditor.model.accounts import ConfiguredAccount
from auditor.model.baseline import (
    Allowance,
    Baseline,
    BaselineChoice,
    ClusterNetwork,
    Exclusion,
    GapWaiver,
    Ownership,
    PeerClusters,
    Policy,
    Waiver,
)
from auditor.model.codes import Part
from auditor.model.findings import Finding
from auditor.model.gaps import Gap
from auditor.model.regions import ALL_PROTOCOLS, Region, regions
from auditor.model.rules import Direction

if TYPE_CHECKING:
    from auditor.config.settings_forms import FailOn, SettingsForm

ID_LENGTH = 12
"""Digits of the fingerprint in a waiver's id: enough to tell the findings of many clusters apart."""

_EVERY_PACKET = Region(protocol=ALL_PROTOCOLS, ports=(), cidrs=("0.0.0.0/0", "::/0"))


def waiver_entry(finding: Finding, reason: str, owner: str, expires: date, waiver_id: str = "") -> str:
    """The YAML entries that waive exactly the packets of a finding, one for each region.

    A finding without packets concerns a binding, and its waiver names every packet. Without ``waiver_id`` the id comes
    from the fingerprint. Raises ``ConfigError`` for a blank or unprintable text.
    """
    _refuse_unwritable("reason", reason)
    _refuse_unwritable("owner", owner)
    stem = _identity(waiver_id, finding.fingerprint)
    entries: list[Plain] = []
    for suffix, packets in _packets(finding):
        entries.append(
            {
                "id": f"{stem}{suffix}",
                "finding": finding.code.value,
                "clusters": [finding.cluster_id],
                "role": finding.role.value,
                "packets": packets,
                "reason": reason.strip(),
                "owner": owner.strip(),
                "expires": expires.isoformat(),
            }
        )
    return write(entries)


def gap_waiver_entry(
    gap: Gap, clusters: Iterable[str], reason: str, owner: str, expires: date, waiver_id: str = ""
) -> str:
    """The YAML entry that waives a gap; ``clusters`` are the ids of the clusters that the gap affects.

    Without any, the waiver names every cluster. Raises ``ConfigError`` for a blank or unprintable text.
    """
    _refuse_unwritable("reason", reason)
    _refuse_unwritable("owner", owner)
    named = sorted(set(clusters)) or ["*"]
    entry: dict[str, Plain] = {
        "id": _identity(waiver_id, gap.fingerprint),
        "gap": gap.kind.value,
        "clusters": list(named),
        **({"resource": gap.resource} if gap.resource else {}),
        **({"action": f"{gap.service}:{gap.action}"} if gap.action else {}),
        "reason": reason.strip(),
        "owner": owner.strip(),
        "expires": expires.isoformat(),
    }
    return write([entry])


def _identity(asked: str, fingerprint: str) -> str:
    identity = asked.strip() or f"W-{fingerprint[:ID_LENGTH]}"
    if not is_identifier(identity):
        raise ConfigError("config-waiver-id", found=identity, expected="bastion-ssh, W-7")
    return identity


def _packets(finding: Finding) -> Iterator[tuple[str, dict[str, Plain]]]:
    """The packets of each waiver, with the suffix of its id."""
    sides = ((finding.direction, finding.packets),) if finding.direction else finding.sides
    of_sides = [(direction, region) for direction, packets in sides for region in regions(packets)]
    parts = of_sides or [(Direction.INGRESS, _EVERY_PACKET)]
    for number, (direction, region) in enumerate(parts, start=1):
        ports: dict[str, Plain] = {"ports": ports_text(region.ports)} if region.ports else {}
        packets: dict[str, Plain] = {
            "direction": direction.value,
            "protocol": str(region.protocol),
            **ports,
            **_blocks(region.cidrs),
        }
        yield (f"-{number}" if len(parts) > 1 else ""), packets


def _blocks(cidrs: tuple[str, ...]) -> dict[str, Plain]:
    """The keys ``cidrs`` and ``except``: the blocks of each family, or all addresses except those that it lacks."""
    wanted = addresses.union(cidrs)
    named: list[Plain] = []
    left_out: list[Plain] = []
    for whole, family in (("0.0.0.0/0", addresses.ALL_V4), ("::/0", addresses.ALL_V6)):
        present, absent = addresses.cidrs(wanted & family), addresses.cidrs(family - wanted)
        if present and len(absent) < len(present):
            named.append(whole)
            left_out += absent
        else:
            named += present
    return {"cidrs": named, **({"except": left_out} if left_out else {})}


def _refuse_unwritable(key: str, text: str) -> None:
    if not text.strip():
        raise ConfigError("config-waiver-blank", key=key, expected="text")
    if any("\ud800" <= letter <= "\udfff" for letter in text):
        raise ConfigError("config-waiver-no-text", key=key, expected="UTF-8")


FILE = "sgaudit.yaml"
VARIABLE = "SGAUDIT_CONFIG"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """The share of each API quota that a run uses, and calls a second for single actions.

    ``share`` ``None`` is the program's default. ``actions`` are pairs such as ``("vpc:DescribeSubnets", 50)``.
    """

    share: float | None = None
    actions: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The configuration file; ``None`` and empty values are not set.

    ``file`` is the name of the file and ``text`` its content, both empty without a file; relative paths in it start at
    ``folder``.
    """

    file: str = ""
    text: str = field(default="", repr=False, compare=False)
    folder: Path = Path()
    regions: tuple[str, ...] = ()
    baseline: str = ""
    baselines: tuple[tuple[tuple[str, ...], str], ...] = ()
    """Selectors of clusters, each with the name or path of their baseline."""
    cluster_network: ClusterNetwork = ClusterNetwork.VPC
    peers: tuple[PeerClusters, ...] = ()
    allowances: tuple[Allowance, ...] = ()
    waivers: tuple[Waiver | GapWaiver, ...] = ()
    exclusions: tuple[Exclusion, ...] = ()
    accounts: tuple[ConfiguredAccount, ...] = ()
    owners: tuple[Ownership, ...] = ()
    owner_tag: str = ""
    left_out: tuple[Part, ...] = ()
    fail_on: FailOn | None = None
    jobs: int | None = None
    rates: Rates = Rates()

    def without_exclusions(self) -> Settings:
        """The same settings without exclusions, for a snapshot, or for a proof over all clusters that share a group."""
        return replace(self, exclusions=())

    def load_baseline(self, asked: str = "") -> Baseline:
        """The requested baseline, else the configured one, else the default.

        A requested path starts at the current folder.
        """
        if asked or not self.baseline:
            return baseline_file.load(asked or baseline_file.DEFAULT)
        return baseline_file.load(self.baseline, self.folder)

    def policy(self, asked: str = "") -> Policy:
        """The policy of a comparison. A requested baseline is that of every cluster."""
        return Policy(
            baseline=self.load_baseline(asked),
            choices=() if asked else self._choices(),
            cluster_network=self.cluster_network,
            peers=self.peers,
            allowances=self.allowances,
            waivers=self.waivers,
            exclusions=self.exclusions,
            owners=self.owners,
            owner_tag=self.owner_tag,
            left_out=self.left_out,
        )

    def _choices(self) -> tuple[BaselineChoice, ...]:
        return tuple(
            BaselineChoice(clusters=clusters, baseline=baseline_file.load(name, self.folder))
            for clusters, name in self.baselines
        )


def load(
    path: Path | None,
    env: Mapping[str, str],
    *,
    folder: Path = Path(),
    actions: Collection[str] | None = None,
    rename: Callable[[str], str] = str,
) -> Settings:
    """Loads ``path``, else the file in ``SGAUDIT_CONFIG``, else ``sgaudit.yaml`` in ``folder``.

    Without any of them the settings are empty. ``actions`` are the allowed names in ``rates.actions``, such as
    ``vpc:DescribeSubnets``; ``None`` allows any. ``rename`` replaces ids in the text by those of a recording. Raises
    ``ConfigError``.
    """
    named = path or (Path(env[VARIABLE]) if env.get(VARIABLE) else None)
    try:
        source = yaml_reader.from_path(named or folder / FILE)
    except ConfigError as error:
        if named is None and error.message_id == reader.MISSING:
            return Settings()
        raise
    from auditor.config.settings_forms import SettingsForm  # noqa: PLC0415 - a run without a file needs no form of it

    source = replace(source, text=rename(source.text))
    document = read(source)
    form = validated(SettingsForm, document)
    refuse(document, _mistakes(document, form, source.folder, actions))
    return _settings(source, form)


def _settings(source: yaml_reader.SourceText, form: SettingsForm) -> Settings:
    return Settings(
        file=source.label,
        text=source.text,
        folder=source.folder,
        regions=tuple(form.regions or ()),
        baseline=form.baseline or "",
        baselines=tuple((tuple(entry.clusters), entry.use) for entry in form.baselines or ()),
        cluster_network=form.networks.cluster,
        peers=tuple(tuple(clusters) for clusters in form.peers or ()),
        allowances=tuple(entry.allowance() for entry in form.allow or ()),
        waivers=tuple(entry.waiver() for entry in form.waivers or ()),
        exclusions=tuple(entry.exclusion() for entry in form.exclude or ()),
        accounts=tuple(entry.account() for entry in form.accounts or ()),
        owners=tuple(Ownership(clusters=tuple(item.clusters), owner=item.owner) for item in form.owners or ()),
        owner_tag=form.owner_tag or "",
        left_out=form.scope.left_out(),
        fail_on=form.fail_on,
        jobs=form.jobs,
        rates=Rates(share=form.rates.share, actions=tuple(sorted(form.rates.actions.items()))),
    )


def _mistakes(
    document: Document, form: SettingsForm, folder: Path, actions: Collection[str] | None
) -> Iterator[Mistake]:
    named: list[tuple[KeyPath, str]] = [(("baseline",), form.baseline)] if form.baseline else []
    named += [(("baselines", index, "use"), entry.use) for index, entry in enumerate(form.baselines or ())]
    for path, reference in named:
        if not baseline_file.is_there(reference, folder):
            yield unknown_word("config-unknown-baseline", path, reference, resources.baselines())
    for key, word, names in (
        ("allow", "id", [entry.id for entry in form.allow or ()]),
        ("waivers", "id", [entry.id for entry in form.waivers or ()]),
        ("accounts", "id", [entry.id for entry in form.accounts or ()]),
        ("accounts", "name", [entry.name for entry in form.accounts or ()]),
    ):
        for index, name in enumerate(names):
            if name is not None and (first := names.index(name)) < index:
                line = document.line((key, first, word))
                yield mistake("config-duplicate-id", (key, index, word), found=name, first=line, expected=word)
    known_actions = None if actions is None else sorted(actions)
    for action in form.rates.actions:
        if known_actions is not None and action not in known_actions:
            yield unknown_word(
                "config-unknown-action", ("rates", "actions", action), action, known_actions, of_key=True
            )
    for index, entry in enumerate(form.waivers or ()):
        if known_actions is not None and entry.action is not None and entry.action not in known_actions:
            yield unknown_word("config-unknown-action", ("waivers", index, "action"), entry.action, known_actions)
