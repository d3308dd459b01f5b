"""The gettext catalogs: `<language>/LC_MESSAGES/usher.mo` in this folder, compiled from the `.po` beside it.

The messages are the English texts, so that English needs no catalog.
"""

from __future__ import annotations

from functools import cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path

from usher.domain.languages import Language

FOLDER = Path(__file__).parent


@cache
def catalog(language: Language) -> NullTranslations:
    """Return the catalog of a language, read once."""
    if language is Language.ENGLISH:
        return NullTranslations()
    with (FOLDER / language / "LC_MESSAGES" / "usher.mo").open("rb") as compiled:
        return GNUTranslations(compiled)


def marked(message: str) -> str:
    """Mark a message for the catalogs that is translated elsewhere, where the language is known."""
    return message
