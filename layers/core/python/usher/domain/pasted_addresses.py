"""Takes texts apart in which people paste addresses: lists of mail programs, chats, documents and cells.

Nothing is checked here; `domain.addresses` does that. Every step takes time in proportion to the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import pairwise
from urllib.parse import unquote

from usher.domain.pasted_text import in_ascii, is_invisible, is_letter
from usher.lazy_dataclasses import dataclass

# Signs that structure a list, each replaced by one sign, so that the places in a text stay what they are.
_STRUCTURE = {
    **dict.fromkeys(map(ord, "\r\v\f\x85\u2028\u2029"), "\n"),
    **dict.fromkeys(map(ord, "\u201c\u201d\u201e\u201f\uff02"), '"'),
    **dict.fromkeys(map(ord, "\uff0c\u3001\u060c\ufe50"), ","),
    **dict.fromkeys(map(ord, "\uff1b\u061b\ufe54"), ";"),
    **dict.fromkeys(map(ord, "\uff1a\ufe55"), ":"),
    **dict.fromkeys(map(ord, "\uff20\ufe6b"), "@"),
    **dict(zip(map(ord, "\uff1c\uff1e\u3008\u3009\uff08\uff09\uff3b\uff3d"), "<><>()[]", strict=True)),
}

# Each alternative has an end, so that looking for one takes no more than a few hundred steps from each place.
_TOKEN = re.compile(
    r"""
      (?P<quoted>"(?:[^"\\\n]|\\[^\n]){0,200}+")(?=[^\S\n]{0,9}[<(\[])
    | <(?P<angle>[^<>\n]{1,400}+)(?:>|(?=<))
    | \[(?P<label>[^\[\]\n]{0,200}+)\]\((?P<target>[^()\n]{0,400}+)\)
    | \((?P<round>[^()\n]{0,400}+)\)
    | (?P<box>\[[^\S\n]?[xX\u2713]?[^\S\n]?\])
    | \[(?P<square>[^\[\]\n,;"]{1,400}+)\]
    | (?P<marker>(?<!\S)(?:[0-9]{1,4}[.)]|[A-Za-z]\))(?=\s))
    | (?P<separator>[,;\t])
    | (?P<word>[^\s,;<>()\[\]"]+)
    | (?P<sign>[^\s])
    """,
    re.VERBOSE,
)
_FOLDED = re.compile(r"\n{1,2}[ \t]++<")

_HEADINGS = frozenset(
    ("email", "e-mail", "mail", "emails", "e-mails", "email address", "e-mail address", "email addresses")
)
"""Names of a column of addresses, which stand above it in what is copied from a spreadsheet."""

_MOST_PARTS = 3
"""How many parts, separated by commas, a name without quotation marks can have: `Lee, Ann, PhD <…>`."""

_ATOM = frozenset("!#$%&'*+-/=?^_`{|}~.")
"""The signs, beside letters and digits, that a local part can have, and that can stand at its beginning."""

_MIRRORED = {"{": "}"}
_AROUND_NAMES = " \t\n\"'\u2018\u2019\u201c\u201d\u201e\u00ab\u00bb`*_-\u2013\u2014|,:;<>[]\u2022\u00b7"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A piece of a list that names one person: as typed, the display name, and what is to be an address."""

    typed: str
    address: str
    name: str = ""


def entries(text: str) -> Iterator[Entry]:
    """Yield the entries of a list in their order, without what can be part of neither an address nor a name.

    Separators are commas, semicolons, white space and line breaks. Understood are display forms
    (`Ann <ann@x.io>`, `"Lee, Ann" <…>`, `Lee, Ann <…>`, `Ann (ann@x.io)`, `Ann [ann@x.io]`) and links
    (mailto, markdown, Slack). Dropped are labels and names of groups (`To: …`, `Team: …;`), bullets,
    numbers, quotation marks, comments in brackets, and the other cells of a row with one address.
    """
    structure = text.translate(_STRUCTURE)
    structure = _FOLDED.sub(lambda match: " " * (len(match.group()) - 1) + "<", structure)
    start = 0
    is_first = True
    for line in structure.split("\n"):
        end = start + len(line)
        if line.strip():
            if not (is_first and end < len(structure) and _is_heading(line)):
                yield from _line(text[start:end], line)
            is_first = False
        start = end + 1


def _is_heading(line: str) -> bool:
    return "@" not in line and any(cell.strip().casefold() in _HEADINGS for cell in line.split("\t"))


def _line(text: str, structure: str) -> Iterator[Entry]:
    """Yield the entries of a line or row of cells; the only text in a cell before the address is its name."""
    cells = structure.split("\t")
    addressed = [nth for nth, cell in enumerate(cells) if "@" in cell]
    if len(cells) == 1 or len(addressed) != 1 or "<" in structure:
        yield from _Reader(text).read(_TOKEN.finditer(structure))
        return
    texts = _cut(text, cells)
    before = [one for one in texts[: addressed[0]] if any(map(str.isalpha, one))]
    name = _name(before[0]) if len(before) == 1 else ""
    for entry in _Reader(texts[addressed[0]]).read(_TOKEN.finditer(cells[addressed[0]])):
        yield replace(entry, name=entry.name or name)


def _cut(text: str, cells: list[str]) -> list[str]:
    ends = [0]
    for cell in cells:
        ends.append(ends[-1] + len(cell) + 1)
    return [text[start : end - 1] for start, end in pairwise(ends)]


class _Reader:
    """Reads the tokens of one line; keeps the words that may be a name until it is known what follows."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._parts: list[list[tuple[int, int]]] = [[]]
        self._quoted: tuple[int, str] | None = None

    def read(self, tokens: Iterable[re.Match[str]]) -> Iterator[Entry]:
        """Yield the entries: addresses with their names, and words that are neither."""
        for token in tokens:
            inside = token["angle"] or token["round"] or token["square"] or ""
            if token["quoted"] is not None:
                yield from self._words()
                self._quoted = token.start(), re.sub(r"\\(.)", r"\1", self._slice(token)[1:-1])
            elif token["angle"] is not None or "@" in inside:
                yield from self._named(token, inside)
            elif token["target"] is not None:
                yield from self._linked(token)
            elif token["separator"] is not None:
                yield from self._separated(token.group())
            elif token["word"] is not None:
                yield from self._word(token)
        yield from self._words()

    def _named(self, token: re.Match[str], inside: str) -> Iterator[Entry]:
        """Yield the entry of a display form, with the words before it as the name."""
        start = token.start()
        name = ""
        if self._quoted is not None:
            start, name = self._quoted
        elif self._parts[-1]:
            named = self._parts[-_MOST_PARTS:]
            del self._parts[-_MOST_PARTS:]
            yield from self._words()
            words = [word for part in named for word in part]
            start, name = words[0][0], self._text[words[0][0] : words[-1][1]]
        else:
            yield from self._words()
        self._forget()
        yield Entry(typed=self._text[start : token.end()].strip(), name=_name(name), address=bare(inside))

    def _linked(self, token: re.Match[str]) -> Iterator[Entry]:
        """Yield the entry of a link as markdown has it."""
        yield from self._words()
        name, target = _name(self._text[slice(*token.span("label"))]), token["target"]
        yield Entry(typed=self._slice(token), name=name, address=bare(target))

    def _separated(self, separator: str) -> Iterator[Entry]:
        if separator == ";":
            yield from self._words()
        elif separator == ",":
            self._parts.append([])

    def _word(self, token: re.Match[str]) -> Iterator[Entry]:
        word = token.group()
        if "@" in word:
            yield from self._words()
            yield Entry(typed=self._slice(token), address=bare(self._slice(token)))
        elif word.endswith(":"):
            self._parts[-1] = []
        elif any(map(is_letter, word)) or self._parts[-1]:
            self._parts[-1].append(token.span())

    def _words(self) -> Iterator[Entry]:
        """Yield the words that no address followed, each by itself, and forget them."""
        for start, end in [word for part in self._parts for word in part]:
            if any(map(is_letter, self._text[start:end])):
                yield Entry(typed=self._text[start:end], address=bare(self._text[start:end]))
        self._forget()

    def _forget(self) -> None:
        self._parts = [[]]
        self._quoted = None

    def _slice(self, token: re.Match[str]) -> str:
        return self._text[token.start() : token.end()]


def bare(piece: str) -> str:
    """Return an address without what can be no part of one: schemes, labels, quotation marks, punctuation.

    What stands for an ASCII sign, such as an @ of full width, becomes that sign; invisible signs are dropped.
    """
    plain = _without_label(in_ascii(piece).strip())
    end = len(plain)
    while end and not (is_letter(plain[end - 1]) or plain[end - 1] == "@"):
        end -= 1
    # A domain ends with none of the signs that a local part can begin with: a sign at both ends is a pair.
    around = set(plain[end:])
    start = 0
    while start < end and not _begins_address(plain[start], around):
        start += 1
    return plain[start:end]


def _without_label(text: str) -> str:
    """Return what follows a label; of a mailto link, also as Slack writes it, the address alone."""
    label, colon, _ = text.partition("@")[0].rpartition(":")
    rest = text[len(label) + 1 :]
    if label.casefold().endswith("mailto"):
        address, _, shown = rest.partition("|")
        return unquote((address if "@" in address and shown else rest).partition("?")[0].lstrip("/"))
    return rest if colon and not rest.startswith("//") else text


def _begins_address(sign: str, around: set[str]) -> bool:
    if sign in _ATOM:
        return _MIRRORED.get(sign, sign) not in around
    return sign == "@" or is_letter(sign)


def _name(text: str) -> str:
    """Return a display name on one line, without quotation marks around it; empty if it is an address."""
    joiners = "\u200c\u200d"  # letters and emoji are composed with these
    kept = "".join(sign for sign in text if sign in joiners or not is_invisible(sign) or sign == "\ufe0f")
    name = " ".join(kept.split()).strip(_AROUND_NAMES + joiners)
    return "" if "@" in in_ascii(name) else name
