"""Groups of one region as clusters come to need them: rules once each, members five groups a question."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import Future

from auditor.fetcher import groups, members
from auditor.fetcher.groups import ReadGroup
from auditor.fetcher.progress import Phase, Progress, told
from auditor.fetcher.reader import Reader, chunks
from auditor.model.rules import Membership


class GroupReads:
    """Begins to read each group when it is first wanted.

    Groups are wanted in an order that depends on the clusters alone, never on timing, so that the same answers always
    lead to the same questions: five groups make one question about members, and a recording can be played again.
    """

    def __init__(self, reader: Reader, progress: Progress) -> None:
        self._reader = reader
        self._progress = progress
        self._rules: dict[str, Future[ReadGroup]] = {}
        self._members: list[Future[tuple[Membership, ...]]] = []
        """Instances and interfaces of the same groups in turn."""
        self._waiting: list[str] = []

    def want(self, group_ids: Iterable[str]) -> None:
        """Begin with those of ``group_ids`` that are new."""
        for group_id in group_ids:
            if group_id not in self._rules:
                self._rules[group_id] = self._reader.start(groups.read_rules, self._reader, group_id)
                self._waiting.append(group_id)
        while len(self._waiting) >= members.FILTER_VALUES:
            self._ask(tuple(self._waiting[: members.FILTER_VALUES]))
            del self._waiting[: members.FILTER_VALUES]

    def rules(self) -> tuple[ReadGroup, ...]:
        """The groups that are bound, by id and without their names, once no more will be wanted."""
        read = tuple(told(self._progress, Phase.RULES, self._reader.region, list(self._rules.values())))
        only_referred = sorted(groups.referred_groups(one.group for one in read) - self._rules.keys())
        for group_ids in chunks([*self._waiting, *only_referred], members.FILTER_VALUES):
            self._ask(group_ids)
        self._waiting.clear()
        return tuple(sorted(read, key=lambda one: one.group.security_group_id))

    def memberships(self) -> tuple[Membership, ...]:
        """What binds them and the groups that their rules name, by id, once the rules are known."""
        answers = list(told(self._progress, Phase.MEMBERS, self._reader.region, self._members))
        found = [
            members.united(one, other)
            for instances, interfaces in zip(answers[::2], answers[1::2], strict=True)
            for one, other in zip(instances, interfaces, strict=True)
        ]
        return tuple(sorted(found, key=lambda membership: membership.security_group_id))

    def _ask(self, group_ids: tuple[str, ...]) -> None:
        self._members += [
            self._reader.start(members.read_instances, self._reader, group_ids),
            self._reader.start(members.read_interfaces, self._reader, group_ids),
        ]
