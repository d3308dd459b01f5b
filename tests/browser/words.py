"""The console's own texts, for tests that find what they need in each language."""

from __future__ import annotations

import json
from functools import cache

from tests.local.conftest import ROOT


@cache
def _area(language: str, area: str) -> dict[str, object]:
    file = ROOT / "web" / "src" / "texts" / language[:2] / f"{area}.json"
    texts: dict[str, object] = json.loads(file.read_text(encoding="utf-8"))
    return texts


def words(language: str, key: str, **values: str) -> str:
    """Return the text of `<area>:<key>`, with its placeholders filled in."""
    area, _, path = key.partition(":")
    found: object = _area(language, area)
    for part in path.split("."):
        assert isinstance(found, dict), key
        found = found[part]
    text = str(found)
    for name, value in values.items():
        text = text.replace(f"{{{{{name}}}}}", value).replace(f"{{{{{name}, number}}}}", value)
    return text
