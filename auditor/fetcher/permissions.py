"""The least CAM policy: what the fetcher calls, and nothing else, in both spellings where an action has had two."""

from __future__ import annotations

import json
from typing import Any

from auditor.fetcher.actions import ACTIONS


def permissions() -> tuple[str, ...]:
    """Every CAM action to grant, sorted; versions of an action share one."""
    return tuple(sorted({permission for action in ACTIONS for permission in action.permissions}))


def policy() -> dict[str, Any]:
    """The policy in CAM's own form. All of it reads; lists cannot be limited to single resources without lies."""
    return {"version": "2.0", "statement": [{"effect": "allow", "action": list(permissions()), "resource": ["*"]}]}


def policy_text() -> str:
    """The policy to paste into the console."""
    return json.dumps(policy(), indent=2) + "\n"
