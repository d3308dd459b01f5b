"""Lists as CSV: as much of one as fits into an answer, and the address of the rest (docs/decisions/0048)."""

from __future__ import annotations

import base64
import codecs
import csv
import io
import re
import time
import zlib
from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

from aws_lambda_powertools.event_handler import Response

from usher.domain.reports.cells import harmless
from usher.lazy_dataclasses import dataclass
from usher.services.paging import ResultPage

MEDIA_TYPE = "text/csv; charset=utf-8"

MARK = codecs.BOM_UTF8.decode()
"""The byte order mark at the beginning of a file, without which Excel does not read UTF-8."""

ONE_READ = 500
"""How many items are read at once."""

MOST_BYTES = 4_000_000
"""The size at which an answer ends, with the read that passes it.

Lambda answers with 6 MB of JSON at most, where quotes and newlines count twice, and compressed content is a
third larger as base64.
"""

MOST_SECONDS = 12.0
"""The time after which an answer begins no further read; the function has 25 seconds."""

_GZIP = 31
"""zlib's number for the format gzip with its largest window."""

P = TypeVar("P", bound=ResultPage[Any])


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """A part of a CSV file, and the cursor of the next part (None at the end)."""

    content: bytes
    next: str | None
    compressed: bool = False


@dataclass(frozen=True, kw_only=True)
class ListSheet(Sheet, Generic[P]):
    """A sheet of a list, with the last page of the list that it has."""

    page: P


def list_sheet(
    read: Callable[[int, str | None], P],
    *,
    columns: Iterable[str],
    cells: Callable[[Any], Iterable[object]],
    cursor: str | None,
    compressed: bool,
) -> ListSheet[P]:
    """Read pages of a list until it ends, the sheet is full or its time is over.

    Only the first part has the byte order mark and the column names, so that the parts put together are one
    file.
    """
    until = time.monotonic() + MOST_SECONDS
    writer = _Writer(compressed=compressed)
    if cursor is None:
        writer.write([MARK + line(columns)])
    while True:
        page = read(ONE_READ, cursor)
        writer.write(line(map(cell, cells(item))) for item in page.items)
        cursor = page.next
        if cursor is None or writer.size >= MOST_BYTES or time.monotonic() >= until:
            return ListSheet(content=writer.content(), next=cursor, compressed=compressed, page=page)


def sheet_response(
    sheet: Sheet, *, name: str, address: str, query: Mapping[str, str], seal: Callable[[str], str]
) -> Response[Any]:
    """Answer with a sheet as the file `name`.

    `Link` leads to the next part, at the list's address with the query; `seal` encrypts its cursor.
    """
    headers: dict[str, str | list[str]] = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Vary": "Accept-Encoding",
    }
    if sheet.next is not None:
        headers["Link"] = f'<{address}?{urlencode({**query, "cursor": seal(sheet.next)})}>; rel="next"'
    if not sheet.compressed:
        return Response(
            status_code=HTTPStatus.OK, content_type=MEDIA_TYPE, body=sheet.content.decode(), headers=headers
        )
    headers["Content-Encoding"] = "gzip"
    answer: Response[Any] = Response(
        status_code=HTTPStatus.OK,
        content_type=MEDIA_TYPE,
        body=base64.b64encode(sheet.content).decode(),
        headers=headers,
    )
    # Lambda returns bytes as base64. Powertools would encode them itself, but validates them as text before.
    answer.base64_encoded = True
    return answer


def takes_gzip(headers: Mapping[str, str]) -> bool:
    """Return whether a request's `Accept-Encoding` names gzip, and does not rule it out."""
    for choice in headers.get("accept-encoding", "").lower().split(","):
        name, *parameters = (part.strip() for part in choice.split(";"))
        if name == "gzip":
            return not any(re.fullmatch(r"q=0(\.0*)?", parameter) for parameter in parameters)
    return False


def cell(value: object) -> str:
    """Return a cell's text: empty for None, and harmless where a program would take it for a formula."""
    return "" if value is None else harmless(str(value))


def line(cells: Iterable[str]) -> str:
    """Return a line of a CSV file."""
    written = io.StringIO()
    csv.writer(written, lineterminator="\r\n").writerow(cells)
    return written.getvalue()


class _Writer:
    """Writes lines of text in UTF-8, compressed if asked, and knows the size so far."""

    def __init__(self, *, compressed: bool) -> None:
        self._compress = zlib.compressobj(wbits=_GZIP) if compressed else None
        self._parts: list[bytes] = []
        self.size = 0

    def write(self, lines: Iterable[str]) -> None:
        """Append lines."""
        text = "".join(lines).encode()
        self._append(text if self._compress is None else self._compress.compress(text))

    def content(self) -> bytes:
        """Return all that was written; nothing can be appended then."""
        if self._compress is not None:
            self._append(self._compress.flush())
        return b"".join(self._parts)

    def _append(self, content: bytes) -> None:
        self._parts.append(content)
        self.size += len(content)
