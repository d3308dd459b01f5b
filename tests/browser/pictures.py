"""Pictures that are kept: of people's pages for the console's guide, and of the console for the README."""

from __future__ import annotations

import os
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page

from tests.browser.conftest import SCREENSHOTS

_COLORS = 128
"""Of a picture that is kept: what looks the same takes a quarter of the bytes."""


def take(page: Page, kept: Path, name: str) -> None:
    """Take a picture of what is in sight; with UPDATE_PICTURES, for the folder of those that are kept."""
    is_kept = bool(os.environ.get("UPDATE_PICTURES"))
    taken = (kept if is_kept else SCREENSHOTS) / f"{name}.png"
    taken.parent.mkdir(parents=True, exist_ok=True)
    page.evaluate("window.scrollTo(0, 0)")
    page.screenshot(path=taken, caret="hide")
    if is_kept:
        with Image.open(taken) as picture:
            smaller = picture.convert("RGB").quantize(_COLORS, dither=Image.Dither.NONE)
        smaller.save(taken, optimize=True)
