"""A rule as JSON whatever became of its reading: the API's shape, and a mark where a part of it was not readable."""

from __future__ import annotations

from auditor.errors import ReportError
from auditor.model.rules import Rule, UnreadablePeer, UnreadableService
from auditor.reporter.json_report import Json
from auditor.reporter.policy_shape import policy


def rule_object(rule: Rule) -> Json:
    """The rule as the API shapes it; an unreadable one keeps the words that nobody could read."""
    try:
        return dict(policy(rule))
    except ReportError:
        unread = [
            part.text for part in (rule.peer, rule.service) if isinstance(part, UnreadablePeer | UnreadableService)
        ]
        return {
            "PolicyIndex": rule.index,
            "Action": rule.action.value,
            "PolicyDescription": rule.description,
            "Unreadable": list(unread),
        }
