"""The texts of one language: its messages, numbers and lists."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from functools import cache

from babel import Locale
from babel.lists import format_list
from babel.numbers import format_decimal

from usher.domain.languages import Language
from usher.translations.catalogs import catalog
from usher.translations.dates import Dates

LOCALES = {
    Language.ENGLISH: "en_GB",  # for its dates, day before month, and lists without a comma before "and"
    Language.GERMAN: "de",
    Language.FRENCH: "fr",
    Language.SPANISH: "es",
}
"""Babel's locale for each language."""

_SHORT_LIST = 2
_GROUPED_IN_SPANISH = 10_000
_SOUND_OF_I = re.compile(r"h?(?:i(?![aeou])|í)", re.IGNORECASE)
"""A word that begins with the sound of i, before which Spanish says `e` for `y`."""

_SOUND_OF_O = re.compile(r"h?[oó]", re.IGNORECASE)
"""A word that begins with the sound of o, before which Spanish says `u` for `o`."""


class Texts:
    """The texts of one language; its methods have the names that gettext's have."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self.locale = Locale.parse(LOCALES[language])
        messages = catalog(language)
        self.gettext = messages.gettext
        self.ngettext = messages.ngettext
        self.pgettext = messages.pgettext
        self.npgettext = messages.npgettext

    def number(self, number: int) -> str:
        """Return a number as it is written, such as `12.500` in German."""
        # CLDR has Spanish write four figures without a separator, which Babel does not read.
        is_grouped = self.language is not Language.SPANISH or abs(number) >= _GROUPED_IN_SPANISH
        return format_decimal(number, locale=self.locale, group_separator=is_grouped)

    def listed(self, names: Sequence[str]) -> str:
        """Join names as in a sentence: `A`, `A and B`, `A, B and C`."""
        joined = format_list(list(names), style="standard", locale=self.locale)
        last = names[-1] if names else ""
        if self.language is Language.SPANISH and len(names) > 1 and _SOUND_OF_I.match(last):
            return f"{joined.removesuffix(f' y {last}')} e {last}"
        return joined

    def one_of(self, names: Sequence[str]) -> str:
        """Join names of which one is meant: `A`, `A or B`, `A, B or C`."""
        joined = format_list(list(names), style="or", locale=self.locale)
        last = names[-1] if names else ""
        if self.language is Language.SPANISH and len(names) > 1 and _SOUND_OF_O.match(last):
            return f"{joined.removesuffix(f' o {last}')} u {last}"
        return joined

    def listed_shortly(self, names: Sequence[str]) -> str:
        """Join names for an email's subject: `A`, `A and B`, `A and 4 more`."""
        if len(names) <= _SHORT_LIST:
            return self.listed(names)
        more = len(names) - 1
        message = self.ngettext("%(name)s and %(count)s more", "%(name)s and %(count)s more", more)
        return message % {"name": names[0], "count": self.number(more)}

    def dates(self, time_zone: str, *, now: datetime) -> Dates:
        """Return the dates of a time zone in this language."""
        return Dates(self, time_zone, now=now)


@cache
def texts(language: Language) -> Texts:
    """Return the texts of a language, made once."""
    return Texts(language)
