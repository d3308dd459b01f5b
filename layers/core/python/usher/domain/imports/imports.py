"""Imports: a spreadsheet of people, checked row by row before anybody is invited (DESIGN 1, import)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from usher.domain.errors import InvalidError, NotFoundError, RefusedError, UsherError
from usher.domain.imports.verdicts import BAD, WANTED, Verdict, added, any_of, with_chunk
from usher.domain.languages import Language
from usher.domain.licenses import SeatNeed, refuse_shortfall
from usher.domain.texts import NotTextError, read_line
from usher.lazy_dataclasses import dataclass

CHUNK = 500
"""How many rows are checked, and then invited, in one step."""

UPLOAD_FOR = timedelta(minutes=15)
"""How long the form for uploading the file can be used."""

FILES_KEPT = timedelta(days=30)
"""How long the file and the results of its rows are kept; the import itself stays in the list."""

_LAST_FILE_GONE = 2 * FILES_KEPT + timedelta(days=2)
"""How long some file of an import may be in the bucket. Its lifecycle rule counts from each file's creation,
and a late check or run creates files late."""

_CONFIRM_BEFORE = timedelta(days=1)
"""How long before the deletion of its files an import can last be confirmed, so that they outlive its run."""

MAX_FILE_NAME = 255

MAX_BYTES = 10 * 1024 * 1024
"""The most bytes of an uploaded file."""


class UnknownImportError(NotFoundError):
    """The organization has no import with this id."""

    code = "import_not_found"
    title = "No such import"
    fields = ("import",)
    next_action = "Look at the list of imports for those that there are."


class BadFileNameError(InvalidError):
    """The file's name is empty, too long or holds control characters."""

    code = "bad_file_name"
    title = "Not a usable file name"
    fields = ("file_name",)
    next_action = f"Send the file's name with 1 to {MAX_FILE_NAME} characters on one line."


class FileNotUploadedError(RefusedError):
    """The file has not been uploaded yet."""

    code = "file_not_uploaded"
    title = "The file is not there"
    next_action = (
        "Upload the file with the form that creating the import answered, then have it checked; "
        "the form can be used for 15 minutes, after that create the import anew."
    )


class ImportNotCheckedError(RefusedError):
    """The import is not in the state `checked`, in which alone it can be confirmed."""

    code = "import_not_checked"
    title = "The import cannot be confirmed now"
    next_action = "Look at the import again: once it was checked, it can be confirmed one time."


class BadRowsError(RefusedError):
    """Some rows cannot be invited, and with `all` that means nobody is."""

    code = "import_has_bad_rows"
    title = "Some rows cannot be invited"
    next_action = "Correct the file and import it anew, or confirm the good rows only."


class NobodyToInviteError(RefusedError):
    """No row of the file can be invited."""

    code = "nobody_to_invite"
    title = "There is nobody to invite"
    next_action = "Look at the rows for why; correct the file and import it anew."


class ImportOverError(RefusedError):
    """The import has ended and cannot be canceled."""

    code = "import_over"
    title = "The import is over"
    next_action = "To take back what was sent, withdraw the invites."


class FilesDeletedError(RefusedError):
    """The file and its rows were deleted, 30 days after they were uploaded."""

    code = "import_files_deleted"
    title = "The rows of the import were deleted"
    next_action = "Upload the file as a new import; what became of the invites is in the activity report."


class RowsNotReadyError(RefusedError):
    """The rows have not been checked yet."""

    code = "import_rows_not_ready"
    title = "The rows are not there yet"
    next_action = "Have the file checked, and wait until that is done."


class ImportState(StrEnum):
    """The state of an import."""

    AWAITING_FILE = "awaiting_file"
    CHECKING = "checking"
    CHECKED = "checked"
    REFUSED = "refused"
    RUNNING = "running"
    FINISHED = "finished"
    CANCELED = "canceled"
    FAILED = "failed"


OVER = frozenset({ImportState.REFUSED, ImportState.FINISHED, ImportState.CANCELED, ImportState.FAILED})
"""The final states."""


class Only(StrEnum):
    """Which rows to invite: `all` of them or none, or the `good` ones."""

    ALL = "all"
    GOOD = "good"


@dataclass(frozen=True, kw_only=True)
class Pool:
    """The seats of a license that an import takes.

    Attributes:
        organization: the organization that has the license.
        needed: seats for all the rows that ask for one, even if fewer are available.
        left: the seats that were available when the check began, less those promised to rows.
    """

    organization: str
    left: int
    needed: int = 0


@dataclass(frozen=True, kw_only=True)
class Defaults:
    """The values for rows that leave them out: ids, and a date as typed; message and language for all."""

    groups: tuple[str, ...] = ()
    licenses: tuple[str, ...] = ()
    access_start: str | None = None
    message: str = ""
    language: Language | None = None


@dataclass(frozen=True, kw_only=True)
class FileProblem:
    """The reason why a file was refused, or an import failed."""

    code: str
    title: str
    detail: str
    next_action: str


@dataclass(frozen=True, kw_only=True)
class FileColumn:
    """A column of a file with a heading.

    Attributes:
        letter: as a spreadsheet program names the column.
        heading: as it is written in the file's first row.
        field: the field that the column was taken for; empty for one that is ignored.
    """

    letter: str
    heading: str
    field: str = ""


_FAILED = FileProblem(
    code="import_failed",
    title="The import failed",
    detail="It could not be carried out to its end, and was given up after several attempts.",
    next_action="Import the file anew: people who were invited already are not invited again. If it fails "
    "again, tell whoever runs Usher the import's id.",
)


_STALLED = FileProblem(
    code="import_stalled",
    title="The import did not get on",
    detail="Others kept changing the same licenses or people, until it was given up after more than an hour.",
    next_action="Import the file anew when fewer people work on the same licenses: whoever was invited "
    "already is not invited again.",
)


@dataclass(frozen=True, kw_only=True)
class Import:
    """An import of learners from a spreadsheet, with its progress.

    Attributes:
        file_tag: the tag of the upload that was checked; a later upload is not read.
        rows, chunks: how many the file has; zero until it was read.
        columns: the columns of the file; none until it was read.
        suggestions: how many rows have a probably mistyped address, for which another is suggested.
        checked, ran: how many chunks were checked, and how many invited.
        verdicts: how many of the checked rows have each verdict.
        outcomes: how many of the rows that were carried out had each outcome.
        verdict_chunks, outcome_chunks: the chunks that have rows with each, by which such rows are found.
        pools: the seats that the import takes, by license.
        problem: why the file was refused, or the import failed.
        confirmed_by: the manager on whose behalf the invites are sent, authorized when confirming.
        only: which rows to invite.
        ended_at: when the import was refused, finished or canceled, or has failed.
    """

    id: str
    organization: str
    file_name: str
    created_at: datetime
    created_by: str
    defaults: Defaults = Defaults()
    state: ImportState = ImportState.AWAITING_FILE
    file_tag: str = ""
    rows: int = 0
    columns: tuple[FileColumn, ...] = ()
    suggestions: int = 0
    chunks: int = 0
    checked: int = 0
    ran: int = 0
    verdicts: Mapping[Verdict, int] = field(default_factory=dict)
    outcomes: Mapping[Verdict, int] = field(default_factory=dict)
    verdict_chunks: Mapping[Verdict, int] = field(default_factory=dict)
    outcome_chunks: Mapping[Verdict, int] = field(default_factory=dict)
    pools: Mapping[str, Pool] = field(default_factory=dict)
    problem: FileProblem | None = None
    checked_at: datetime | None = None
    confirmed_at: datetime | None = None
    confirmed_by: str = ""
    only: Only | None = None
    ended_at: datetime | None = None

    @property
    def files_until(self) -> datetime:
        """When the file and its rows are deleted."""
        return self.created_at + FILES_KEPT

    @property
    def traces_until(self) -> datetime:
        """When the last file that may name a person is deleted, which is later than `files_until`."""
        return self.created_at + _LAST_FILE_GONE

    @property
    def done(self) -> int:
        """How many rows were carried out."""
        return sum(self.outcomes.values())

    @property
    def progress(self) -> tuple[int, int, int]:
        """A tuple that grows with each step of the worker that was recorded."""
        return self.chunks, self.checked, self.ran

    def count(self, kind: frozenset[Verdict]) -> int:
        """Return how many rows have a verdict of this kind in the preview."""
        return sum(rows for verdict, rows in self.verdicts.items() if verdict in kind)

    def chunks_with(self, verdicts: Collection[Verdict]) -> list[int]:
        """Return the checked chunks that have rows with any of some verdicts, as they are by now."""
        if self.verdicts and not self.verdict_chunks:
            return [*range(self.checked)]  # It was checked before this was kept.
        before = {*verdicts}
        if self.state is ImportState.CANCELED:
            # Of the chunks that were not carried out, rows to be invited are canceled ones.
            before = (before - WANTED) | (WANTED if Verdict.CANCELED in before else frozenset())
        checked, ran = any_of(self.verdict_chunks, before), any_of(self.outcome_chunks, verdicts)
        return [at for at in range(self.checked) if (ran if at < self.ran else checked) >> at & 1]

    def uploaded(self, *, file_tag: str) -> Import:
        """Return the import with its uploaded file, to be checked."""
        return replace(self, state=ImportState.CHECKING, file_tag=file_tag)

    def refused(self, error: UsherError, *, now: datetime) -> Import:
        """Return the import as refused, since its file cannot be used."""
        problem = FileProblem(
            code=error.code, title=error.title, detail=error.detail, next_action=error.next_action
        )
        return replace(self, state=ImportState.REFUSED, problem=problem, ended_at=now)

    def failed(self, *, now: datetime) -> Import:
        """Return the import as failed: it was tried several times, and is not tried again."""
        return replace(self, state=ImportState.FAILED, problem=_FAILED, ended_at=now)

    def stalled(self, *, now: datetime) -> Import:
        """Return the import as failed, since too many turns of its worker made no progress."""
        return replace(self, state=ImportState.FAILED, problem=_STALLED, ended_at=now)

    def read(
        self,
        *,
        rows: int,
        columns: tuple[FileColumn, ...],
        chunks: int,
        suggestions: int,
        pools: Mapping[str, Pool],
    ) -> Import:
        """Return the import with its file read into chunks."""
        return replace(self, rows=rows, columns=columns, chunks=chunks, suggestions=suggestions, pools=pools)

    def with_verdicts(
        self, verdicts: Mapping[Verdict, int], pools: Mapping[str, Pool], *, now: datetime
    ) -> Import:
        """Return the import with one more chunk checked; in the state `checked` after the last."""
        last = self.checked + 1 == self.chunks
        return replace(
            self,
            checked=self.checked + 1,
            verdicts=added(self.verdicts, verdicts),
            verdict_chunks=with_chunk(self.verdict_chunks, verdicts, chunk=self.checked),
            pools=pools,
            state=ImportState.CHECKED if last else self.state,
            checked_at=now if last else None,
        )

    def confirmed(self, only: Only, *, seats: Sequence[SeatNeed], by: str, now: datetime) -> Import:
        """Return the import as confirmed and running, given the seats that it needs as they are now.

        Raises:
            ImportNotCheckedError: it is in another state.
            FilesDeletedError: its files are about to be deleted, or are.
            NobodyToInviteError: no row can be invited.
            BadRowsError, NotEnoughSeatsError: with `all` only, some rows are bad, or seats are missing.
        """
        if self.state is not ImportState.CHECKED:
            raise ImportNotCheckedError(f"The import is {self.state.replace('_', ' ')}.", state=self.state)
        if now >= self.files_until - _CONFIRM_BEFORE:
            raise FilesDeletedError("The check lies too far back.")
        if not self.count(WANTED):
            raise NobodyToInviteError("None of the rows is left to be invited.")
        if only is Only.ALL:
            self._refuse_bad_rows()
            refuse_shortfall(
                seats,
                consequence="nobody was invited",
                next_action="Buy more seats, or confirm the good rows only, to fill those that there are.",
            )
        return replace(self, state=ImportState.RUNNING, only=only, confirmed_by=by, confirmed_at=now)

    def canceled(self, *, now: datetime) -> Import:
        """Return the import as canceled, or raise ImportOverError."""
        if self.state in OVER:
            raise ImportOverError(f"The import is {self.state}.", state=self.state)
        return replace(self, state=ImportState.CANCELED, ended_at=now)

    def with_outcomes(self, outcomes: Mapping[Verdict, int], *, now: datetime) -> Import:
        """Return the import with one more chunk invited; finished after the last, unless it was canceled."""
        ends = self.state is ImportState.RUNNING and self.ran + 1 == self.chunks
        return replace(
            self,
            ran=self.ran + 1,
            outcomes=added(self.outcomes, outcomes),
            outcome_chunks=with_chunk(self.outcome_chunks, outcomes, chunk=self.ran),
            state=ImportState.FINISHED if ends else self.state,
            ended_at=now if ends else self.ended_at,
        )

    def _refuse_bad_rows(self) -> None:
        if bad := self.count(BAD):
            raise BadRowsError(
                f"{bad} of {self.rows} rows cannot be invited; nobody was.",
                rows={str(verdict): rows for verdict, rows in self.verdicts.items() if verdict in BAD},
            )


def check_file_name(text: str) -> str:
    """Return a file's name without its folder, or raise BadFileNameError."""
    last = text.replace("\\", "/").rpartition("/")[2].strip()
    try:
        name = read_line(last)
    except NotTextError as error:
        raise BadFileNameError(f"The file's name {error}.", reason=str(error)) from error
    if len(last.splitlines()) != 1 or len(name) > MAX_FILE_NAME:
        raise BadFileNameError(f"A file's name has 1 to {MAX_FILE_NAME} characters on one line.")
    return name
