"""The languages in which an organization's people are written to."""

from __future__ import annotations

from enum import StrEnum


class Language(StrEnum):
    """A language of the pages and emails, as a tag of BCP 47."""

    ENGLISH = "en"
