"""Texts that people write: in one form, and without the characters that no text has (docs/decisions/0042)."""

from __future__ import annotations

import re
import unicodedata

_AT_ENDS = "\u200b\u2060\ufeff\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
"""Invisible characters around a text that was copied; unlike joiners, they are part of no word."""

# Control characters but tab and line feed, halves of a surrogate pair, and what XML calls no character.
_NO_TEXT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")

# A name is put into sentences, whose words these characters would put in another order (UAX 9, 2.1 to 2.4).
_REORDERING = re.compile("[\u202a-\u202e\u2066-\u2069]")


class NotTextError(ValueError):
    """A text has a character that no text has; the message says which, without the text."""


def read_line(text: str) -> str:
    """Return a text on one line: NFC, trimmed, each run of white space or line breaks as one space.

    Joiners stay, since Persian words, those of India and emoji are written with them.

    Raises:
        NotTextError: the text has a control character, half of a surrogate pair, or a character that
            changes the direction of what follows.
    """
    line = " ".join(_trimmed(text).split())
    _refuse(_NO_TEXT, line)
    _refuse(_REORDERING, line, "which reorders what follows")
    return line


def read_lines(text: str) -> str:
    """Return a text of any number of lines: NFC, trimmed, its line breaks as line feeds.

    Raises:
        NotTextError: the text has a control character or half of a surrogate pair.
    """
    lines = _trimmed(text.replace("\r\n", "\n").replace("\r", "\n"))
    _refuse(_NO_TEXT, lines)
    return lines


def folded(text: str) -> str:
    """Return a text in the form by which people search: without differences of case, width and accents.

    "jose" finds "José", and "strasse" "Straße".
    """
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def is_line(text: str) -> bool:
    """Return whether the text is its own form on one line, so that it can be compared and stored as it is."""
    try:
        return read_line(text) == text
    except NotTextError:
        return False


def _trimmed(text: str) -> str:
    if text.isascii():
        return text.strip()
    normal = unicodedata.normalize("NFC", text)
    trimmed = normal.strip().strip(_AT_ENDS)
    while trimmed != normal:
        normal, trimmed = trimmed, trimmed.strip().strip(_AT_ENDS)
    return trimmed


def _refuse(characters: re.Pattern[str], text: str, why: str = "which no text has") -> None:
    found = characters.search(text)
    if found is not None:
        raise NotTextError(f"has the character U+{ord(found[0]):04X}, {why}")
