"""Imports: a spreadsheet of people to invite."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from functions.api.schemas.common import (
    AN_ID,
    Actor,
    ActorName,
    DateOrInstant,
    Id,
    Instant,
    Message,
    OwnLanguage,
    Paged,
    Shape,
    ruled,
)
from functions.api.schemas.figures import ImportCounts, counts_field
from functions.api.schemas.licenses import ProductSummary
from usher.domain.address_faults import AddressFault
from usher.domain.imports.imports import FILES_KEPT, MAX_FILE_NAME, UPLOAD_FOR, ImportState, Only
from usher.domain.imports.verdicts import Verdict

FileName = Annotated[
    str,
    Field(description="The file's name.", examples=["people.xlsx"], json_schema_extra=ruled(MAX_FILE_NAME)),
]
Counts = Annotated[
    dict[str, int],
    Field(description="Rows by verdict; verdicts that no row has are left out."),
]


class NewImport(Shape):
    """An import to create. Its groups, licenses and start apply to rows that name none."""

    file_name: FileName
    groups: list[Id] = Field(
        default_factory=list,
        max_length=10,
        description="For rows that name neither a group nor a license.",
        examples=[[AN_ID]],
    )
    licenses: list[Id] = Field(
        default_factory=list,
        max_length=20,
        description="For rows that name neither a group nor a license.",
        examples=[[]],
    )
    access_start: DateOrInstant | None = Field(
        None,
        description="When access starts, for rows without a date; null to start on acceptance.",
        examples=["2027-01-31"],
    )
    message: Message = Field("", description="A personal message for the emails.")
    language: OwnLanguage = None


class Confirmation(Shape):
    """Whom to invite."""

    only: Only = Field(
        description="`all` invites everybody or, where a row is bad or seats are short, nobody; `good` "
        "leaves the bad rows out and invites as many of the others as there are seats for."
    )


class Upload(Shape):
    """Where to post the file: as `multipart/form-data`, these fields first, then the file as `file`."""

    url: str = Field(examples=["https://usher-imports.s3.eu-central-1.amazonaws.com/"])
    fields: dict[str, str] = Field(examples=[{"key": f"{AN_ID}/{AN_ID}/file", "policy": "eyJleHBpcm…"}])
    until: Instant = Field(
        description=f"The form is valid for {int(UPLOAD_FOR.total_seconds() / 60)} minutes.",
        examples=["2027-01-10T08:15:00Z"],
    )


class Preview(Shape):
    """The expected outcome of the rows; while the check runs, of those checked so far."""

    verdicts: Counts = Field(examples=[{"will_be_invited": 480, "bad_address": 2}])
    good: int = Field(description="Rows to invite, if there are seats for all of them.", examples=[480])
    needless: int = Field(
        description="Rows whose people have everything already; they are no obstacle.", examples=[0]
    )
    bad: int = Field(description="Rows that somebody has to correct.", examples=[2])
    suggestions: int = Field(
        description="Rows, good or bad, of which another address was probably meant.", examples=[1]
    )


class SeatNeed(Shape):
    """The seats of a license that the good rows need, and those available now."""

    license: Id
    organization: Id = Field(
        description="The holder of the license: the importing organization, or a client."
    )
    product: ProductSummary
    needed: int = Field(examples=[480])
    available: int = Field(examples=[500])
    missing: int = Field(description="How many more seats are needed than available.", examples=[0])


class Progress(Shape):
    """How far the import has come since its confirmation."""

    done: int = Field(description="Rows processed so far.", examples=[500])
    outcomes: Counts = Field(examples=[{"invited": 478, "no_seat": 2, "bad_address": 20}])


class FileProblem(Shape):
    """Why the file was refused, or the import failed."""

    code: str = Field(examples=["too_many_rows"])
    title: str = Field(examples=["Too many rows"])
    detail: str = Field(examples=["The file has more than 50,000 rows."])
    next_action: str = Field(examples=["Split the file; an import takes up to 50,000 rows."])


class Import(Shape):
    """An import: awaiting its file, checking, checked, running, finished; or refused, canceled or failed."""

    id: Id
    file_name: FileName
    state: ImportState
    rows: int = Field(description="People in the file; 0 until it has been read.", examples=[500])
    preview: Preview
    progress: Progress
    problem: FileProblem | None = Field(
        description="Why the file was refused, or the import failed; null in other states.", examples=[None]
    )
    created_at: Instant = Field(examples=["2027-01-10T08:00:00Z"])
    created_by: Actor
    created_by_name: ActorName | None
    checked_at: Instant | None = Field(examples=["2027-01-10T08:01:00Z"])
    confirmed_at: Instant | None = Field(examples=[None])
    confirmed_by: Actor | None = Field(examples=[None])
    confirmed_by_name: ActorName | None
    only: Only | None = Field(description="How it was confirmed; null before.", examples=[None])
    ended_at: Instant | None = Field(
        description="When it was refused, finished or canceled, or has failed.", examples=[None]
    )
    files_until: Instant = Field(
        description=f"The file and its rows are deleted {FILES_KEPT.days} days after the upload; the import "
        "stays in the history.",
        examples=["2027-02-09T08:00:00Z"],
    )


class CreatedImport(Import):
    """A new import, with the form to upload its file."""

    upload: Upload


class FileColumn(Shape):
    """A column of the file, and what it was taken for."""

    letter: str = Field(description="As a spreadsheet program names it.", examples=["A"])
    heading: str = Field(description="As it is written in the first row.", examples=["E-mail"])
    field: str | None = Field(
        description="The field of a row that the column gives; null for a column that is ignored, such as "
        "the outcomes in downloaded results.",
        examples=["email"],
    )


class ImportDetail(Import):
    """An import with the columns of its file and the seats that it needs."""

    columns: list[FileColumn] = Field(
        description="Those that have a heading; empty until the file was read, and if it was refused."
    )
    seats: list[SeatNeed]


class ImportPage(Paged):
    """Imports, newest first."""

    items: list[Import]
    counts: ImportCounts | None = counts_field()


class ImportRow(Shape):
    """A row of the file, with its outcome: the expected one before the confirmation, then the actual one."""

    row: int = Field(description="Its number as a spreadsheet program shows it.", examples=[2])
    verdict: Verdict
    reason: str = Field(examples=[""])
    reason_code: AddressFault | None = Field(
        description="Why the address is a `bad_address`, for programs; null otherwise.", examples=[None]
    )
    suggestion: str | None = Field(
        description="The address that was probably meant; null for none.", examples=["ann.lee@gmail.com"]
    )
    email: str = Field(description="As typed.", examples=["ann.lee@gmial.com"])
    first_name: str = Field(examples=["Ann"])
    last_name: str = Field(examples=["Lee"])
    groups: list[str] = Field(examples=[["Night shift"]])
    licenses: list[str] = Field(examples=[[]])
    access_start: str = Field(examples=["2027-01-31"])
    client: str = Field(examples=[""])
    sublicense: str = Field(examples=[""])


class ImportRowPage(Paged):
    """Rows in the order of the file."""

    items: list[ImportRow]
