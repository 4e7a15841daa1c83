"""What could not be read or decided: a value that makes what depends on it unknown, never an empty list."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum

NO_CLUSTER = "NoCluster"
"""The code of a region that lists no cluster."""
NOT_AUDITED = "NotAudited"
"""The code of the gap of a cluster that runs something of which nothing was judged."""
NOTHING_JUDGED = "NothingJudged"
"""The code of the gap of a run that judged no cluster."""


class GapKind(StrEnum):
    """Why something is unknown; the value is the code that ``sgaudit rules`` explains."""

    UNREAD = "TSG901"
    """A call was refused, failed, or answered less than it promised."""
    UNREADABLE = "TSG902"
    """An answer holds a rule, template or address that has no documented meaning."""
    NOT_AUDITABLE = "TSG903"
    """A cluster whose state has nothing to audit yet or any more, or that was asked for and does not exist."""
    UNDOCUMENTED = "TSG904"
    """What the cloud does here is documented nowhere: an instance that binds no security group."""
    UNKNOWN_UNTIL_APPLY = "TSG905"
    """A planned change leaves it open until it is applied."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Gap:
    """One thing that is unknown.

    ``resource`` is the id of what could not be read (``sg-...``, ``ins-...``, ``cls-...``, ``sg-.../ingress/3`` for a
    rule). ``service`` and ``action`` name the call, ``code`` the API's error code or our own word, ``message`` says in
    English what happened; ``request_id`` is the API's, where there was an answer.
    """

    region: str
    cluster_id: str = ""
    resource: str
    service: str = ""
    action: str = ""
    code: str
    message: str
    request_id: str = ""
    kind: GapKind

    @property
    def fingerprint(self) -> str:
        """Sixteen hex digits over what is unknown and which call left it so, never over the request or its words.

        The account is not in it: it may be unknown in one run and known in the next.
        """
        identity = (self.kind, self.region, self.cluster_id, self.resource, self.service, self.action, self.code)
        return hashlib.sha256("\n".join(identity).encode("utf-8", "backslashreplace")).hexdigest()[:16]
