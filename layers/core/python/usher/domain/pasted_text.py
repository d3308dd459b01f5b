"""Texts as they arrive after copying: what mail programs, chats and word processors replace or add in them.

Addresses, codes and links consist of ASCII signs, domains apart. What stands for such a sign is read as that
sign, and invisible characters are dropped. Names and messages are people's words, and not for this module.
"""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import unquote

_FULL_WIDTH = {0xFF01 + nth: 0x21 + nth for nth in range(94)}
_STOPS = dict.fromkeys(map(ord, "\u3002\uff61\ufe52"), ".")
_AT = dict.fromkeys(map(ord, "\ufe6b"), "@")
_APOSTROPHES = dict.fromkeys(map(ord, "\u2018\u2019\u201a\u201b\u02bc\u2032\u00b4"), "'")
_QUOTES = dict.fromkeys(map(ord, "\u201c\u201d\u201e\u201f\u00ab\u00bb\u2033\u300c\u300d"), '"')
_DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63"), "-")
# A PDF's text has the ligatures of its font.
_LIGATURES = {
    0xFB00: "ff",
    0xFB01: "fi",
    0xFB02: "fl",
    0xFB03: "ffi",
    0xFB04: "ffl",
    0xFB05: "st",
    0xFB06: "st",
}
_ASCII: dict[int, int | str] = {
    **_FULL_WIDTH,
    **_STOPS,
    **_AT,
    **_APOSTROPHES,
    **_QUOTES,
    **_DASHES,
    **_LIGATURES,
}

# The format characters (category Cf) have the soft hyphen, the zero-width signs, the byte order mark and the
# marks of a text's direction. These belong to other categories, and show nothing either.
_ALSO_INVISIBLE = frozenset("\u034f\ufe0e\ufe0f")

# An email's source may be wrapped within an address, with an = at the line's end (quoted-printable).
_WRAP = re.compile(r"=\r?\n")
_LABEL = re.compile(".*:", re.DOTALL)
# The URL of a page ends where a query or a fragment begins.
_AFTER_PATH = re.compile(r"[?#&].*", re.DOTALL)


def visible(text: str) -> str:
    """Return the text without invisible characters."""
    if text.isascii():
        return text
    return "".join(sign for sign in text if not is_invisible(sign))


def is_invisible(sign: str) -> bool:
    """Return whether a character shows nothing, and is no white space."""
    return unicodedata.category(sign) == "Cf" or sign in _ALSO_INVISIBLE


def in_ascii(text: str) -> str:
    """Return the text without invisible characters, with ASCII signs for those that stand for them.

    Letters stay as they are, those of full width and ligatures apart.
    """
    return text if text.isascii() else visible(text).translate(_ASCII)


def is_letter(sign: str) -> bool:
    """Return whether a character is a letter or digit of any script, or a mark that belongs to one."""
    return sign.isalnum() or unicodedata.category(sign).startswith("M")


def pasted_code(text: str) -> str:
    """Return a code as it was given out, copied alone, with a label before it (`Code: …`) or within its link.

    What is left need not be a code.
    """
    plain = in_ascii(text).strip()
    if "://" in plain:
        plain = _WRAP.sub("", plain)
        plain = _AFTER_PATH.sub("", plain).rstrip("/").rpartition("/")[2]
    return compact(_LABEL.sub("", plain, count=1))


def compact(text: str) -> str:
    """Return the text without white space, and without quotes, brackets and punctuation around it.

    Every kind of dash becomes a hyphen.
    """
    signs = "".join(in_ascii(text).split())
    return signs.strip("".join(sign for sign in set(signs) if sign != "-" and not is_letter(sign)))


def pasted_path(path: str) -> str:
    """Return the path of an emailed link as it was sent, however it was wrapped, quoted or punctuated.

    The paths of links have ASCII letters, digits, and `-._~/` alone: other signs, white space and a full stop
    at the end came with copying, `=` from an email's source. Letters of other scripts and `<` stay: they make
    it another path.
    """
    plain = in_ascii(unquote(path)).partition("&")[0]
    return "".join(sign for sign in plain if sign in "-._~/<" or is_letter(sign)).rstrip(".")
