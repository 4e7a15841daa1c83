"""One reader's visit to one page: what the browser asked for and complained of is written down."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, JSHandle, Page

LAPTOP = {"width": 1280, "height": 800}
PHONE = {"width": 360, "height": 740}
PATIENCE = 30_000
"""Milliseconds until something that should have happened counts as not happening."""

_LISTEN = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (event) => window.violations.push(event.violatedDirective));
"""


class Visit:
    """``page`` is the open page. ``requests`` are addresses asked for, ``complaints`` console lines and errors."""

    def __init__(self, browser: Browser, file: Path, **context: Any) -> None:  # noqa: ANN401 - playwright's own options
        self.context = browser.new_context(**{"viewport": LAPTOP, "reduced_motion": "reduce", **context})
        self.context.set_default_timeout(PATIENCE)
        self.context.add_init_script(_LISTEN)
        self.page: Page = self.context.new_page()
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("dialog", lambda dialog: self.complaints.append(dialog.message))
        self.address = file.as_uri()
        self.page.goto(self.address)

    def violations(self) -> list[str]:
        """Directives of the policy that something on the page ran into."""
        return list(self.page.evaluate("window.violations"))

    def shown(self) -> list[str]:
        """Fingerprints of the findings that the lists show."""
        return list(self.page.eval_on_selector_all(".findings > li", "items => items.map((item) => item.id.slice(2))"))

    def cut(self) -> list[str]:
        """The boxes that hold more than they have room for, by what names them."""
        return list(
            self.page.eval_on_selector_all(
                ".wide",
                """boxes => boxes.filter((box) => box.scrollWidth > box.clientWidth)
                    .map((box) => box.getAttribute("aria-labelledby") || box.getAttribute("aria-label"))""",
            )
        )

    def wait_until(self, expression: str, handle: JSHandle | None = None) -> None:
        """Come back once the expression (of a function, what it gives for ``handle``) is true.

        Playwright's own ``wait_for_function`` evaluates a text again and again inside the page, which the page's
        policy forbids from the second time on.
        """
        deadline = time.monotonic() + PATIENCE / 1000
        while not self.page.evaluate(expression, handle):
            assert time.monotonic() < deadline, f"never true: {expression}"
            self.page.wait_for_timeout(20)

    def close(self) -> None:
        """End the visit."""
        self.context.close()
