"""What the configuration file says, beside the options of one run."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from auditor.config import baseline_file, source
from auditor.config.document import Document
from auditor.config.mistakes import Mistake, mistake, refuse, unknown_word, validated
from auditor.config.reader import read
from auditor.config.settings_forms import FailOn, SettingsForm
from auditor.errors import ConfigError
from auditor.files import reader
from auditor.model.baseline import (
    Allowance,
    Baseline,
    ClusterNetwork,
    Exclusion,
    GapWaiver,
    PeerClusters,
    Policy,
    Waiver,
)

FILE = "sgaudit.yaml"
VARIABLE = "SGAUDIT_CONFIG"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """How much of the API's quotas a run uses: a part of each, and calls a second for single actions.

    ``share`` ``None`` leaves the choice to the program. ``actions`` are pairs such as ``("vpc:DescribeSubnets", 50)``.
    """

    share: float | None = None
    actions: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The configuration file. ``None`` and the empty text mean that it does not say.

    ``file`` is the file's name and ``text`` what it holds, empty where there is none; paths in it are meant from
    ``folder``.
    """

    file: str = ""
    text: str = field(default="", repr=False, compare=False)
    folder: Path = Path()
    regions: tuple[str, ...] = ()
    baseline: str = ""
    cluster_network: ClusterNetwork = ClusterNetwork.VPC
    peers: tuple[PeerClusters, ...] = ()
    allowances: tuple[Allowance, ...] = ()
    waivers: tuple[Waiver | GapWaiver, ...] = ()
    exclusions: tuple[Exclusion, ...] = ()
    fail_on: FailOn | None = None
    jobs: int | None = None
    rates: Rates = Rates()

    def without_exclusions(self) -> Settings:
        """The same for what is done with every cluster: a snapshot, a proof over all that share a group."""
        return replace(self, exclusions=())

    def load_baseline(self, asked: str = "") -> Baseline:
        """The baseline asked for (a path from the current folder), else the file's, else the default one."""
        if asked or not self.baseline:
            return baseline_file.load(asked or baseline_file.DEFAULT)
        return baseline_file.load(self.baseline, self.folder)

    def policy(self, baseline: Baseline) -> Policy:
        """Everything that a comparison is held against."""
        return Policy(
            baseline=baseline,
            cluster_network=self.cluster_network,
            peers=self.peers,
            allowances=self.allowances,
            waivers=self.waivers,
            exclusions=self.exclusions,
        )


def load(
    path: Path | None,
    env: Mapping[str, str],
    *,
    folder: Path = Path(),
    actions: Collection[str] | None = None,
    rename: Callable[[str], str] = str,
) -> Settings:
    """The settings in ``path``, else in the file that ``SGAUDIT_CONFIG`` names, else in ``sgaudit.yaml`` of ``folder``.

    No file at all is no mistake unless it was named. ``actions`` are the words that ``rates.actions`` may use, such as
    ``vpc:DescribeSubnets``; without it any will do. ``rename`` puts the file's text into the words of a recording.
    Raises ``ConfigError``.
    """
    named = path or (Path(env[VARIABLE]) if env.get(VARIABLE) else None)
    try:
        found = source.from_path(named or folder / FILE)
    except ConfigError as error:
        if named is None and error.message_id == reader.MISSING:
            return Settings()
        raise
    found = replace(found, text=rename(found.text))
    document = read(found)
    form = validated(SettingsForm, document)
    refuse(document, _mistakes(document, form, found.folder, actions))
    return _settings(found, form)


def _settings(found: source.Source, form: SettingsForm) -> Settings:
    return Settings(
        file=found.label,
        text=found.text,
        folder=found.folder,
        regions=tuple(form.regions or ()),
        baseline=form.baseline or "",
        cluster_network=form.networks.cluster,
        peers=tuple(tuple(clusters) for clusters in form.peers or ()),
        allowances=tuple(entry.allowance() for entry in form.allow or ()),
        waivers=tuple(entry.waiver() for entry in form.waivers or ()),
        exclusions=tuple(entry.exclusion() for entry in form.exclude or ()),
        fail_on=form.fail_on,
        jobs=form.jobs,
        rates=Rates(share=form.rates.share, actions=tuple(sorted(form.rates.actions.items()))),
    )


def _mistakes(
    document: Document, form: SettingsForm, folder: Path, actions: Collection[str] | None
) -> Iterator[Mistake]:
    if form.baseline and not baseline_file.is_there(form.baseline, folder):
        yield unknown_word("config-unknown-baseline", ("baseline",), form.baseline, baseline_file.built_in())
    for key, ids in (
        ("allow", [entry.id for entry in form.allow or ()]),
        ("waivers", [entry.id for entry in form.waivers or ()]),
    ):
        for index, name in enumerate(ids):
            if (first := ids.index(name)) < index:
                line = document.line((key, first, "id"))
                yield mistake("config-duplicate-id", (key, index, "id"), found=name, first=line, expected="id")
    known = None if actions is None else sorted(actions)
    for action in form.rates.actions:
        if known is not None and action not in known:
            yield unknown_word("config-unknown-action", ("rates", "actions", action), action, known, of_key=True)
    for index, entry in enumerate(form.waivers or ()):
        if known is not None and entry.action is not None and entry.action not in known:
            yield unknown_word("config-unknown-action", ("waivers", index, "action"), entry.action, known)
