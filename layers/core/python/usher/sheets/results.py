"""The results of an import as a CSV file to download."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterable, Iterator

from usher.domain.reports.cells import harmless
from usher.lazy_dataclasses import dataclass
from usher.sheets.columns import RESULT_COLUMNS, Column

HEADER = (*RESULT_COLUMNS, *(column.label for column in Column))


@dataclass(frozen=True, kw_only=True)
class ResultRow:
    """A row of the file with its outcome; texts that the file left out, or that were deleted, are empty."""

    line: int
    outcome: str
    reason: str = ""
    suggestion: str = ""
    email: str
    first_name: str = ""
    last_name: str = ""
    groups: tuple[str, ...] = ()
    licenses: tuple[str, ...] = ()
    access_start: str = ""
    client: str = ""
    sublicense: str = ""


def results_csv(rows: Iterable[ResultRow]) -> Iterator[str]:
    """Yield the lines of the file, the names of the columns first.

    Joined and encoded in UTF-8 they are a file that Excel opens directly, since it begins with a byte order
    mark. No cell can be taken for a formula. The file can be corrected and imported again.
    """
    yield codecs.BOM_UTF8.decode() + _written(HEADER)
    for row in rows:
        yield _written(map(harmless, cells_of(row)))


def cells_of(row: ResultRow) -> tuple[str, ...]:
    """Return a row's cells, in the order of the columns."""
    cells = (str(row.line), row.outcome, row.reason, row.suggestion, row.email)
    names = (row.first_name, row.last_name, "; ".join(row.groups), "; ".join(row.licenses))
    return (*cells, *names, row.access_start, row.client, row.sublicense)


def _written(cells: Iterable[str]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerow(cells)
    return text.getvalue()
