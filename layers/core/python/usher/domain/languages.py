"""The languages in which people are written to, and which of them an email is in."""

from __future__ import annotations

from enum import StrEnum


class Language(StrEnum):
    """A language of the pages and emails, as a tag of BCP 47."""

    ENGLISH = "en"
    GERMAN = "de"
    FRENCH = "fr"
    SPANISH = "es"


def language_of_email(
    *, reader: Language | None = None, about: Language | None = None, organization: Language
) -> Language:
    """Return the language of an email: the reader's own choice, else that of the thing it is about.

    `reader` is known of managers alone. `about` is the language of the invite, code, join page or access that
    the email is about; where neither was chosen, the organization's applies.
    """
    return reader or about or organization


def language_of_page(
    *,
    chosen: Language | None = None,
    about: Language | None = None,
    accepted: Language | None = None,
    organization: Language,
) -> Language:
    """Return the language of a page: the one its reader chose by a page's links, else that of its subject.

    `about` is the language of the invite or join page that is shown, `accepted` the first of ours that the
    browser asks for; without any of them, the organization's applies.
    """
    return chosen or about or accepted or organization


def language_of_tag(tag: str) -> Language | None:
    """Return the language of a tag such as `de-CH`, as accounts and browsers have it; None for any other."""
    primary = tag.replace("_", "-").partition("-")[0].strip().lower()
    return Language(primary) if primary in set(Language) else None
