"""CSV files as spreadsheet programs write them: in UTF-8 or UTF-16, with commas, semicolons or tabs."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator

from usher.domain.errors import InvalidError
from usher.sheets.cells import MAX_LINES, Line, TooManyLinesError, UnreadableFileError
from usher.sheets.columns import recognized

DELIMITERS = (",", ";", "\t")

_MOST_OF_A_HEADER = 64 * 1024

# Excel's own declaration of the delimiter, a line that it neither shows nor counts.
_DECLARED = re.compile(r"sep=([,;\t])(?:\r\n|\r|\n|$)", re.IGNORECASE)

# How files of other formats begin that people rename to .csv or .xls: HTML and XML, PDF, RTF.
_OTHER_KINDS = ("<", "%PDF", "{\\rtf")


class NotUtf8Error(InvalidError):
    """The text is in another encoding, which cannot be detected reliably."""

    code = "not_utf8"
    title = "The file is not in UTF-8"
    next_action = (
        "In Excel, choose Save As and the type CSV UTF-8 instead of CSV, or Excel Workbook; then upload that."
    )


class BrokenQuotesError(InvalidError):
    """A double quote is opened and not closed, or closed in the middle of a cell."""

    code = "broken_quotes"
    title = "The double quotes do not match"
    next_action = (
        "In the line that is named, close each double quote before the next separator and write one within "
        'a quoted text twice (""); or save the file anew from a spreadsheet program.'
    )


def read_lines(content: bytes) -> Iterator[Line]:
    """Read the lines of a CSV file one by one; a line break between quotes does not end a line.

    Raises:
        NotUtf8Error: the file is neither in UTF-8 nor in UTF-16 with a byte order mark.
        BrokenQuotesError: quotes do not match; raised when the line is reached.
        UnreadableFileError: the file is not text.
    """
    text = _decode(content)
    if text.lstrip().startswith(_OTHER_KINDS):
        raise UnreadableFileError("The file is neither a workbook (XLSX) nor CSV.")
    declared = _DECLARED.match(text)
    if declared is None:
        return _parse(text, delimiter=_delimiter(text))
    return _parse(text[declared.end() :], delimiter=declared[1])


def _decode(content: bytes) -> str:
    encoding = "utf-8-sig"
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding = "utf-16"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise NotUtf8Error(f"Line {line} holds what is no character in {error.encoding.upper()}.") from error
    if "\0" in text:
        raise NotUtf8Error("The file holds zero bytes: it is no text, or in UTF-16 without its mark.")
    return text


def _delimiter(text: str) -> str:
    """Return the delimiter by which the first line has the most known names of columns."""

    def known(delimiter: str) -> int:
        lines = csv.reader(io.StringIO(text[:_MOST_OF_A_HEADER], newline=""), delimiter=delimiter)
        return recognized(next((cells for cells in lines if any(map(str.strip, cells))), []))

    return max(DELIMITERS, key=known)


def _parse(text: str, *, delimiter: str) -> Iterator[Line]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    for number in range(1, MAX_LINES + 1):
        begins = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise BrokenQuotesError(f"The quotes in line {begins} of the file do not match.") from error
        yield Line(number, cells)
    raise TooManyLinesError
