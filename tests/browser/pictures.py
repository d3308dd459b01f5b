"""Pictures that are kept: of people's pages for the console's guide, and of the console for the README."""

from __future__ import annotations

import os
from pathlib import Path

from playwright.sync_api import Page

from tests.browser.conftest import SCREENSHOTS


def take(page: Page, kept: Path, name: str) -> None:
    """Take a picture of what is in sight; with UPDATE_PICTURES, for the folder of those that are kept."""
    folder = kept if os.environ.get("UPDATE_PICTURES") else SCREENSHOTS
    folder.mkdir(exist_ok=True)
    page.evaluate("window.scrollTo(0, 0)")
    page.screenshot(path=folder / f"{name}.png", caret="hide")
