"""Unpacking: checks of a workbook against ZIP and XML bombs, made before openpyxl reads it.

A workbook is a ZIP archive of XML. Ten megabytes can unpack to gigabytes, and a short XML text can take as
much memory. So the unpacked size and the number of elements are limited, in all and in memory at once.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterable, Mapping
from io import BytesIO
from xml.parsers import expat  # to find unsafe XML before other parsers read it

from usher.domain.errors import InvalidError
from usher.lazy_dataclasses import dataclass
from usher.sheets.cells import UnreadableFileError

MAX_PARTS = 500
MAX_UNPACKED = 160 * 1024 * 1024
"""The most bytes of all parts together, as the archive declares them; no part is unpacked beyond its declared
size. 50,000 rows of eight cells take about 30 MB."""

MAX_RATIO = 250
"""The largest ratio of a part's unpacked to its packed size. Repetitive sheets reach 100, bombs 1,000."""

SMALL_PART = 1024 * 1024
"""The size in bytes up to which a part may have any ratio."""

MAX_ELEMENTS = 2_500_000
"""The most elements of a part. 50,000 rows of eight cells have 1.25 million at most."""

MAX_HELD = 120_000
MAX_HELD_BYTES = 16 * 1024 * 1024
"""The most elements and bytes in memory at once: those of one row, or of everything outside rows."""

_CHUNK = 256 * 1024
_READABLE = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENTRY = b"PK\x01\x02"
_ENCRYPTED = 0x1

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BINARY = "sheet.binary.macroEnabled"
_MACROS = ("macroEnabled", "vbaProject", "macrosheet")
_WORKBOOKS = ("spreadsheetml.sheet.main+xml", "spreadsheetml.template.main+xml")
_SHEET_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_TEXTS_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
_STRICT = "http://purl.oclc.org/ooxml/"


class NotAWorkbookError(InvalidError):
    """The file is of a format that resembles a workbook and is not supported."""

    code = "not_a_workbook"
    title = "This kind of file is not read"
    next_action = "Open it in a spreadsheet program, save it as .xlsx or as CSV UTF-8, and upload that."


class EncryptedFileError(InvalidError):
    """The file is protected by a password or has the older .xls format, which cannot be told apart."""

    code = "encrypted_or_old_file"
    title = "The file has a password or the old .xls format"
    next_action = "Open it, take the password away, save it as .xlsx or as CSV UTF-8, and upload that."


class MacrosInFileError(InvalidError):
    """The workbook has macros."""

    code = "macros_in_file"
    title = "The file has macros"
    next_action = "Save the workbook as .xlsx (without macros) or as CSV UTF-8 and upload that."


class ExternalLinksError(InvalidError):
    """The workbook takes values from other files or from databases."""

    code = "external_links_in_file"
    title = "The file has links to other files"
    next_action = (
        "Copy the rows into a new workbook, values only, or save them as CSV UTF-8, and upload that."
    )


class BombError(InvalidError):
    """The unpacked workbook would exceed the limits of size or elements."""

    code = "unpacks_too_large"
    title = "The workbook holds too much"
    next_action = "Copy the rows alone into a new workbook, or save them as CSV UTF-8, and upload that."


@dataclass(frozen=True, kw_only=True)
class Inspected:
    """A workbook that is safe to open.

    Attributes:
        formulas: the first cell with a formula in each part that has one ("" if the cell has no name).
    """

    formulas: Mapping[str, str]


def is_packed(content: bytes) -> bool:
    """Return whether the file is a ZIP archive, or in the container format of older programs."""
    return content.startswith((b"PK\x03\x04", b"PK\x05\x06", _OLE))


def inspect(content: bytes) -> Inspected:
    """Check a workbook by unpacking all of it once, in chunks, without keeping them in memory.

    Raises:
        EncryptedFileError, NotAWorkbookError, MacrosInFileError, ExternalLinksError, BombError,
        UnreadableFileError: the file is not a workbook, or not safe to open.
    """
    if content.startswith(_OLE):
        raise EncryptedFileError("The file has a password, or is an .xls file of an old program.")
    # Before the archive's index is parsed, since each entry takes much more memory than its 46 bytes.
    if content.count(_ENTRY) > MAX_PARTS:
        raise BombError(f"The workbook has more than {MAX_PARTS} parts.")
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            return _inspect(archive)
    except (
        zipfile.BadZipFile,
        zlib.error,
        expat.ExpatError,
        EOFError,
        ValueError,
        NotImplementedError,  # zipfile's, for a way of compressing that it does not read
    ) as error:
        raise UnreadableFileError("The workbook is damaged.") from error


def _inspect(archive: zipfile.ZipFile) -> Inspected:
    _check_sizes(archive)
    parts = {part.filename: part for part in archive.infolist()}
    records = _records(archive, parts)
    if any("vbaProject" in name or "/macrosheets/" in name for name in parts):
        raise MacrosInFileError("The workbook has macros.")
    if any(name.startswith("xl/externalLinks/") or name == "xl/connections.xml" for name in parts):
        raise ExternalLinksError("The workbook takes values from other files.")
    formulas: dict[str, str] = {}
    for name, part in parts.items():
        scan = _Scan(*records.get(name, _NO_RECORDS))
        scan.read(archive, part)
        if scan.formula is not None:
            formulas[name] = scan.formula
    return Inspected(formulas=formulas)


def _check_sizes(archive: zipfile.ZipFile) -> None:
    """Check the number of parts and the sizes that the archive declares."""
    total = 0
    for part in archive.infolist():
        if part.flag_bits & _ENCRYPTED:
            raise EncryptedFileError("The archive has a password.")
        if part.compress_type not in _READABLE:
            raise UnreadableFileError("The archive is packed in a way that no spreadsheet program writes.")
        if part.file_size > max(SMALL_PART, part.compress_size * MAX_RATIO):
            raise BombError("A part of the workbook unpacks to much more than lists of people do.")
        total += part.file_size
    if total > MAX_UNPACKED:
        raise BombError(f"The workbook unpacks to {total / 1024 / 1024:,.0f} MB.")


_SHEET = (3, "row")
_TEXTS = (2, "si")
_NO_RECORDS = (0, "")


def _records(archive: zipfile.ZipFile, parts: Mapping[str, zipfile.ZipInfo]) -> Mapping[str, tuple[int, str]]:
    """Return, by part, the depth and name of the elements that are read one by one: rows and shared texts.

    A part has them if its name and all of its declared content types say so; other parts are read as a whole.
    """
    part = parts.get("[Content_Types].xml")
    if part is None:
        raise NotAWorkbookError("The file is an archive and no workbook (XLSX).")
    if part.file_size > SMALL_PART:
        raise BombError("The workbook's list of its parts is too long.")
    kinds_by_name = _declared(archive.read(part))
    _check_kinds(set().union(*kinds_by_name.values()))
    records = {}
    for name, kinds in kinds_by_name.items():
        if kinds == {_SHEET_KIND} and name.startswith("xl/worksheets/"):
            records[name] = _SHEET
        elif kinds == {_TEXTS_KIND} and name.lower() == "xl/sharedstrings.xml":
            records[name] = _TEXTS
    return records


def _declared(listed: bytes) -> Mapping[str, set[str]]:
    """Return the declared content types of each part; the defaults for all others are under ""."""
    declared: dict[str, set[str]] = {}

    def note(_: str, attributes: Mapping[str, str]) -> None:
        name = attributes.get("PartName", "").removeprefix("/")
        declared.setdefault(name, set()).add(attributes.get("ContentType", ""))

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _refuse_document_type
    parser.StartElementHandler = note
    parser.Parse(listed)
    return declared


def _check_kinds(kinds: Iterable[str]) -> None:
    listed = " ".join(kinds)
    if _BINARY in listed:
        raise NotAWorkbookError("The file is a binary workbook (XLSB).")
    if any(sign in listed for sign in _MACROS):
        raise MacrosInFileError("The workbook has macros.")
    if not any(sign in listed for sign in _WORKBOOKS):
        raise NotAWorkbookError("The file is a document of another program and no workbook (XLSX).")


class _Scan:
    """A scan of one part with the parser that openpyxl uses, so that both stop at the same error.

    A record (a row, a shared text) is freed when it ends; everything else counts as held until the end.
    """

    def __init__(self, depth: int, record: str) -> None:
        self.formula: str | None = None
        self._record_depth, self._record = depth, record
        self._depth = self._elements = self._outside = self._inside = self._began = 0
        self._in_record = False
        self._cell = ""
        self._parser = expat.ParserCreate()
        self._parser.ordered_attributes = True
        self._parser.StartDoctypeDeclHandler = _refuse_document_type
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end

    def read(self, archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
        """Read the part to its end, or up to a byte that is not XML, as in a picture or a damaged part."""
        fed = 0
        with archive.open(part) as stream:
            while chunk := stream.read(_CHUNK):
                try:
                    self._parser.Parse(chunk)
                except expat.ExpatError:
                    return
                fed += len(chunk)
                if fed - self._began > MAX_HELD_BYTES:
                    raise BombError("A part of the workbook is larger than lists of people are.")

    def _start(self, name: str, attributes: list[str]) -> None:
        self._depth += 1
        if self._depth == self._record_depth:
            self._in_record = _local(name) == self._record
            if self._in_record:
                self._began, self._inside = self._parser.CurrentByteIndex, 0
        elif self._depth == 1 and self._record and any(map(_is_strict, attributes)):
            raise NotAWorkbookError("The file is a Strict Open XML workbook.")
        if self._in_record:
            self._elements += 1
            self._inside += 1
            if name == "c" or name.endswith(":c"):
                self._cell = dict(zip(attributes[::2], attributes[1::2], strict=True)).get("r", "")
            elif self.formula is None and self._record == "row" and _local(name) == "f":
                self.formula = self._cell
        else:
            self._outside += 1
        if max(self._outside, self._inside) > MAX_HELD or self._elements > MAX_ELEMENTS:
            raise BombError("A part of the workbook has more entries than lists of people do.")

    def _end(self, _name: str) -> None:
        if self._depth == self._record_depth:
            self._in_record = False
        self._depth -= 1


def _is_strict(text: str) -> bool:
    return text.startswith(_STRICT)


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _refuse_document_type(*_: object) -> None:
    raise UnreadableFileError("The workbook declares entities, which no spreadsheet program does.")
