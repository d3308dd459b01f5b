"""The clicks that a task takes, beside those of the system that its managers come from."""

from __future__ import annotations

import sys

from playwright.sync_api import Locator, Page


class Clicks:
    """Clicks as a person does, and counts it."""

    def __init__(self) -> None:
        self.count = 0

    def click(self, target: Locator) -> None:
        """Click on something."""
        self.count += 1
        target.click()

    def check(self, task: str, *, vendor: str, takes: int) -> None:
        """Print the count beside the vendor's, and assert that it is no higher."""
        sys.stdout.write(f"{task}: {self.count} clicks; {vendor}: {takes}\n")
        assert self.count <= takes


def paste(page: Page, text: str) -> None:
    """Paste a text from the clipboard to where the focus is."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate("text => navigator.clipboard.writeText(text)", text)
    page.keyboard.press("Control+V")
