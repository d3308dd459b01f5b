"""What people typed, made safe for a message, and tables as text."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable
from datetime import datetime, timedelta

from markupsafe import Markup, escape

_DAY = timedelta(days=1)


def days_left(until: datetime, now: datetime) -> int:
    """Return the days until an instant; a part of a day counts as a day."""
    return math.ceil((until - now) / _DAY)


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


def aligned(rows: Iterable[tuple[str, str]]) -> str:
    """Return labels with their values, one below the other; a value's further lines stand below its first."""
    rows = list(rows)
    width = max((len(label) for label, _ in rows), default=0) + 2
    lines: list[str] = []
    for label, value in rows:
        first, *others = value.split("\n")
        lines += [f"{label:{width}}{first}", *(" " * width + line for line in others)]
    return "\n".join(lines)
