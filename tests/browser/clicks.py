"""The clicks that a task takes, beside those of the system that its managers come from, where known."""

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

    def follow(self, page: Page, link: str) -> None:
        """Click on a link in an email."""
        self.count += 1
        page.goto(link)

    def check(self, task: str, *, vendor: str, takes: int) -> None:
        """Print the count beside the vendor's, and assert that it is no higher."""
        sys.stdout.write(f"{task}: {self.count} clicks; {vendor}: {takes}\n")
        assert self.count <= takes

    def keep(self, task: str, at: int) -> None:
        """Print the count of a task for which no vendor's is known, and assert that it stays what it is."""
        sys.stdout.write(f"{task}: {self.count} clicks\n")
        assert self.count == at


def paste(page: Page, text: str) -> None:
    """Paste a text from the clipboard to where the focus is."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate("text => navigator.clipboard.writeText(text)", text)
    page.keyboard.press("Control+V")
