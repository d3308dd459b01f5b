"""Texts of emails: lists and periods in words, and managers' input made safe for a message."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Sequence
from datetime import datetime, timedelta

from markupsafe import Markup, escape

_DAY = timedelta(days=1)
_SHORT_LIST = 2


def time_left(until: datetime, now: datetime) -> str:
    """Return the time until an instant, such as `3 days`; a part of a day counts as a day."""
    days = math.ceil((until - now) / _DAY)
    return f"{days} days" if days > 1 else "less than a day"


def listed(names: Sequence[str]) -> str:
    """Join names as in a sentence: `A`, `A and B`, `A, B and C`."""
    *others, last = names
    return f"{', '.join(others)} and {last}" if others else last


def listed_shortly(names: Sequence[str]) -> str:
    """Join names for an email's subject: `A`, `A and B`, `A and 4 more`."""
    if len(names) <= _SHORT_LIST:
        return listed(names)
    return f"{names[0]} and {len(names) - 1} more"


def one_line(text: str) -> str:
    """Return the text as one line, so that it can neither begin a header nor break a subject."""
    return " ".join(plain(text).split())


def plain(text: str) -> str:
    r"""Return the text without control characters and lone surrogates; lines end with `\n`."""
    kept = "\n".join(text.splitlines())
    return "".join(sign for sign in kept if sign == "\n" or unicodedata.category(sign) not in {"Cc", "Cs"})


def broken_lines(text: str) -> Markup:
    """Return the text as HTML whose line breaks are `<br>`, which every mail client understands."""
    return Markup("<br>\n").join(escape(line) for line in text.split("\n"))
