"""Which language a page is in, and the links by which its reader chooses another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from urllib.parse import urlencode

from usher.domain.languages import Language, language_of_page, language_of_tag
from usher.lazy_dataclasses import dataclass

PARAMETER = "lang"
"""The parameter of an address that chooses a language."""

COOKIE_SECONDS = 365 * 24 * 3600
"""How long a browser keeps the choice."""

NAMES: Mapping[Language, str] = {
    Language.ENGLISH: "English",
    Language.GERMAN: "Deutsch",
    Language.FRENCH: "Français",
    Language.SPANISH: "Español",
}
"""Each language by its own name, which its readers know."""

_MOST_RANGES = 32
"""The ranges of an `Accept-Language` that are read; browsers send fewer."""


@dataclass(frozen=True, kw_only=True)
class LanguageLink:
    """A link that shows the same page in another language, or the language that the page is in."""

    language: Language
    href: str
    is_current: bool

    @property
    def name(self) -> str:
        """The language's own name."""
        return NAMES[self.language]


@dataclass(frozen=True, kw_only=True)
class PageLanguages:
    """The languages that a browser's request asks for.

    Attributes:
        chosen: the one that the person chose by a link, which a cookie keeps.
        accepted: the first of ours in the browser's own order.
        query: the parameters of the page's address, which the links keep.
    """

    chosen: Language | None = None
    accepted: Language | None = None
    query: tuple[tuple[str, str], ...] = ()

    def language(self, *, about: Language | None, organization: Language) -> Language:
        """Return the language of a page about something of the organization."""
        return language_of_page(
            chosen=self.chosen, about=about, accepted=self.accepted, organization=organization
        )

    def links(self, current: Language) -> list[LanguageLink]:
        """Return the links of a page in the language `current`, relative to the page's address."""
        return [
            LanguageLink(
                language=language,
                href=f"?{urlencode([*self.query, (PARAMETER, language)])}",
                is_current=language is current,
            )
            for language in NAMES
        ]


def accepted_language(header: str) -> Language | None:
    """Return the language of ours that an `Accept-Language` header prefers; None if it has none of them."""
    ranked = sorted(_ranges(header), key=lambda found: -found[1])
    return next((language for language, quality in ranked if quality > 0), None)


def _ranges(header: str) -> Iterator[tuple[Language, float]]:
    for part in header.split(",")[:_MOST_RANGES]:
        tag, _, parameter = part.partition(";")
        language = language_of_tag(tag)
        if language is not None:
            yield language, _quality(parameter)


def _quality(parameter: str) -> float:
    """Return the weight of a range (RFC 9110, 12.4.2): 1 unless another is given, 0 for what is no weight."""
    name, _, value = parameter.partition("=")
    if name.strip().lower() != "q":
        return 1.0
    try:
        quality = float(value)
    except ValueError:
        return 0.0
    return quality if 0 <= quality <= 1 else 0.0
