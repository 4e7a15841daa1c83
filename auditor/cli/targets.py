"""Decides which accounts and regions a run reads: ``--account``, ``--region``, ``--shard`` and the configuration."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import TYPE_CHECKING

from auditor.cli import settings as configuration
from auditor.cli.options import ALL_REGIONS, EndpointOptions, ShardWord
from auditor.cli.session import Session
from auditor.errors import ConfigError
from auditor.model.accounts import ALL_ACCOUNTS, ConfiguredAccount
from auditor.model.shards import AccountRegion, Shard, shard_of

if TYPE_CHECKING:
    from auditor.config.settings import Settings
    from auditor.whatif.terraform.providers import NamedRegions

INDEX_VARIABLE = "JOB_COMPLETION_INDEX"
"""The number that Kubernetes gives each Pod of an Indexed Job."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadTarget:
    """An account and the regions to read in it; ``None`` is the account of the credentials.

    ``is_shard``: other shards read other accounts or regions of the same configuration.
    """

    account: ConfiguredAccount | None
    regions: tuple[str, ...]
    is_shard: bool = False

    @property
    def is_part(self) -> bool:
        """Whether the configuration also speaks of clusters elsewhere, so that it may name peers that are not here."""
        return self.is_shard or self.account is not None


def read_targets(
    session: Session,
    settings: Settings,
    api: EndpointOptions,
    accounts: Iterable[str],
    planned: NamedRegions | None = None,
) -> tuple[ReadTarget, ...]:
    """The accounts that ``--account`` names, each with ``--region``, its own regions or those of the run.

    Raises ``ConfigError`` for an unknown account and for an account without any region.
    """
    chosen: Sequence[ConfiguredAccount | None] = chosen_accounts(settings, accounts) or (None,)
    return tuple(
        ReadTarget(account=account, regions=_regions(session, settings, api, account, planned)) for account in chosen
    )


def single_target(
    session: Session,
    settings: Settings,
    api: EndpointOptions,
    accounts: Sequence[str],
    planned: NamedRegions | None = None,
) -> ReadTarget:
    """The same for a command that reads one account. Raises ``ConfigError`` where ``--account`` names several."""
    chosen = chosen_accounts(settings, accounts)
    if len(chosen) > 1:
        names = [account.name or account.id for account in chosen]
        raise ConfigError("cli-one-account", count=len(names), names=", ".join(names), first=names[0])
    (target,) = read_targets(session, settings, api, accounts, planned)
    return target


def chosen_accounts(settings: Settings, words: Iterable[str]) -> tuple[ConfiguredAccount, ...]:
    """The configured accounts that ``words`` name by id or name, by their ids; ``all`` is every one."""
    asked = tuple(words)
    if asked and not settings.accounts:
        raise ConfigError("cli-no-accounts", name=asked[0])
    by_word = {word: account for account in settings.accounts for word in (account.name, account.id) if word}
    for word in asked:
        if word != ALL_ACCOUNTS and word not in by_word:
            near = get_close_matches(word, by_word, 1)
            choices = ", ".join(account.label for account in settings.accounts)
            message_id = "cli-unknown-account-near" if near else "cli-unknown-account"
            raise ConfigError(message_id, name=word, choices=choices, near="".join(near))
    if ALL_ACCOUNTS in asked:
        return _by_id(settings.accounts)
    return _by_id({by_word[word] for word in asked})


def _by_id(accounts: Iterable[ConfiguredAccount]) -> tuple[ConfiguredAccount, ...]:
    return tuple(sorted(accounts, key=lambda account: account.id))


def _regions(
    session: Session,
    settings: Settings,
    api: EndpointOptions,
    account: ConfiguredAccount | None,
    planned: NamedRegions | None,
) -> tuple[str, ...]:
    own = account.regions if account is not None else ()
    return configuration.regions(session, replace(settings, regions=own or settings.regions), api, planned)


def sharded(
    targets: Iterable[ReadTarget], word: ShardWord, environ: Mapping[str, str]
) -> tuple[Shard, tuple[ReadTarget, ...]]:
    """The shard that ``--shard`` names, and its part of ``targets``.

    Raises ``ConfigError`` for a target of all regions, whose pairs are not known before the read, and for ``auto``
    without an index in the environment.
    """
    whole = tuple(targets)
    if any(ALL_REGIONS in target.regions for target in whole):
        raise ConfigError("cli-shard-all-regions")
    pairs = (
        AccountRegion(account=target.account.id if target.account else "", region=region)
        for target in whole
        for region in target.regions
    )
    shard = shard_of(pairs, _index(word, environ), word.count)
    return shard, tuple(_in_shard(whole, shard))


def _index(word: ShardWord, environ: Mapping[str, str]) -> int:
    if word.index is not None:
        return word.index
    text = environ.get(INDEX_VARIABLE, "").strip()
    if not text.isascii() or not text.isdigit() or len(text) > 6 or int(text) >= word.count:
        raise ConfigError("cli-shard-index", name=INDEX_VARIABLE, value=text, count=word.count)
    return int(text)


def _in_shard(targets: Iterable[ReadTarget], shard: Shard) -> Iterable[ReadTarget]:
    for target in targets:
        account = target.account.id if target.account else ""
        regions = tuple(pair.region for pair in shard.pairs if pair.account == account)
        if regions:
            yield replace(target, regions=regions, is_shard=True)
