"""Imports: a spreadsheet of people, judged row by row before anybody is invited (DESIGN 1, import)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from usher.domain.errors import InvalidError, NotFoundError, RefusedError, UsherError
from usher.domain.imports.verdicts import BAD, WANTED, Verdict, added
from usher.domain.licenses import NotEnoughSeatsError

CHUNK = 500
"""Rows that are judged, and then invited, in one go."""

UPLOAD_FOR = timedelta(minutes=15)
"""How long the form for uploading the file can be used."""

FILES_KEPT = timedelta(days=30)
"""After that the file and what was written of its rows are deleted; the import stays in the history."""

_LAST_FILE_GONE = 2 * FILES_KEPT + timedelta(days=2)
"""After that nothing of an import is left in the bucket, which counts the days of each file by itself:
those of what a late check or run writes begin late."""

_CONFIRM_BEFORE = timedelta(days=1)
"""An import is confirmed as long before its files are deleted, so that they outlive its run."""

MAX_FILE_NAME = 255


class UnknownImportError(NotFoundError):
    """The organization has no import with this id."""

    code = "import_not_found"
    title = "No such import"
    next_action = "Look at the list of imports for those that there are."


class BadFileNameError(InvalidError):
    """The file's name is empty, too long or holds control characters."""

    code = "bad_file_name"
    title = "Not a usable file name"
    next_action = f"Send the file's name with 1 to {MAX_FILE_NAME} printable characters."


class FileNotUploadedError(RefusedError):
    """There is no file yet."""

    code = "file_not_uploaded"
    title = "The file is not there"
    next_action = (
        "Upload the file with the form that creating the import answered, then have it checked; "
        "the form can be used for 15 minutes, after that create the import anew."
    )


class ImportNotCheckedError(RefusedError):
    """Only an import that was checked, and not confirmed yet, can be confirmed."""

    code = "import_not_checked"
    title = "The import cannot be confirmed now"
    next_action = "Look at the import's `state`; one that is `checked` can be confirmed, once."


class BadRowsError(RefusedError):
    """Some rows cannot be invited; with `all`, nobody is."""

    code = "import_has_bad_rows"
    title = "Some rows cannot be invited"
    next_action = "Correct the file and import it anew, or confirm with `only: good` to leave those rows out."


class NobodyToInviteError(RefusedError):
    """No row of the file is left to be invited."""

    code = "nobody_to_invite"
    title = "There is nobody to invite"
    next_action = "Look at the rows for why; correct the file and import it anew."


class ImportOverError(RefusedError):
    """The import has come to its end; there is nothing left to cancel."""

    code = "import_over"
    title = "The import is over"
    next_action = "To take back what was sent, withdraw the invites."


class FilesDeletedError(RefusedError):
    """The file and its rows were deleted, 30 days after they were uploaded."""

    code = "import_files_deleted"
    title = "The rows of the import were deleted"
    next_action = "Upload the file as a new import; what became of the invites is in the activity report."


class RowsNotReadyError(RefusedError):
    """The rows have not been judged yet."""

    code = "import_rows_not_ready"
    title = "The rows are not there yet"
    next_action = "Have the file checked, and wait until the import's `state` is no longer `checking`."


class ImportState(StrEnum):
    """Where an import stands."""

    AWAITING_FILE = "awaiting_file"
    CHECKING = "checking"
    CHECKED = "checked"
    REFUSED = "refused"
    RUNNING = "running"
    FINISHED = "finished"
    CANCELED = "canceled"


OVER = frozenset({ImportState.REFUSED, ImportState.FINISHED, ImportState.CANCELED})
"""The states that nothing leads out of."""


class Only(StrEnum):
    """Whom to invite: everybody or nobody, or those rows that can be."""

    ALL = "all"
    GOOD = "good"


@dataclass(frozen=True, kw_only=True)
class Pool:
    """The seats of a license that an import takes.

    Attributes:
        organization: whose license.
        needed: seats for all the rows that ask for one, whether or not there are as many.
        left: of the seats that were available when the check began, those that no row was promised.
    """

    organization: str
    left: int
    needed: int = 0


@dataclass(frozen=True, kw_only=True)
class Defaults:
    """What holds for rows that do not say otherwise: ids, a date as typed; and the message to everybody."""

    groups: tuple[str, ...] = ()
    licenses: tuple[str, ...] = ()
    access_start: str | None = None
    message: str = ""


@dataclass(frozen=True, kw_only=True)
class FileProblem:
    """Why the file was refused."""

    code: str
    title: str
    detail: str
    next_action: str


@dataclass(frozen=True, kw_only=True)
class Import:
    """An import.

    Attributes:
        file_tag: which upload was checked; what is uploaded later is not read.
        rows, chunks: how many there are; zero until the file was read.
        suggestions: rows of which another address was probably meant.
        checked, ran: how many chunks were judged, and how many invited.
        verdicts: rows by what will become of them, so far as they were judged.
        outcomes: rows by what became of them, so far as the import ran.
        pools: the seats that it takes, by license.
        problem: why the file was refused.
        confirmed_by: on whose behalf the invites are sent; the right to was checked when confirming.
        only: whom to invite.
        ended_at: when it was refused, finished or canceled.
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
    suggestions: int = 0
    chunks: int = 0
    checked: int = 0
    ran: int = 0
    verdicts: Mapping[Verdict, int] = field(default_factory=dict)
    outcomes: Mapping[Verdict, int] = field(default_factory=dict)
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
        """Until when some file may name somebody, though rows are shown no longer than `files_until`."""
        return self.created_at + _LAST_FILE_GONE

    @property
    def done(self) -> int:
        """Rows whose turn has come."""
        return sum(self.outcomes.values())

    @property
    def progress(self) -> tuple[int, int, int]:
        """How far it has come; grows with each piece of work that was written down."""
        return self.chunks, self.checked, self.ran

    def count(self, kind: frozenset[Verdict]) -> int:
        """Return the rows with a verdict of this kind, by the preview."""
        return sum(rows for verdict, rows in self.verdicts.items() if verdict in kind)

    def uploaded(self, *, file_tag: str) -> Import:
        """Return the import with its file, to be checked."""
        return replace(self, state=ImportState.CHECKING, file_tag=file_tag)

    def refused(self, error: UsherError, *, now: datetime) -> Import:
        """Return the import whose file cannot be used."""
        problem = FileProblem(
            code=error.code, title=error.title, detail=error.detail, next_action=error.next_action
        )
        return replace(self, state=ImportState.REFUSED, problem=problem, ended_at=now)

    def read(self, *, rows: int, chunks: int, suggestions: int, pools: Mapping[str, Pool]) -> Import:
        """Return the import whose file was read."""
        return replace(self, rows=rows, chunks=chunks, suggestions=suggestions, pools=pools)

    def judged(self, verdicts: Mapping[Verdict, int], pools: Mapping[str, Pool], *, now: datetime) -> Import:
        """Return the import with one chunk more judged; checked, if that was the last."""
        last = self.checked + 1 == self.chunks
        return replace(
            self,
            checked=self.checked + 1,
            verdicts=added(self.verdicts, verdicts),
            pools=pools,
            state=ImportState.CHECKED if last else self.state,
            checked_at=now if last else None,
        )

    def confirmed(self, only: Only, *, available: Mapping[str, int], by: str, now: datetime) -> Import:
        """Return the import that may run, where these seats are available.

        Raises:
            ImportNotCheckedError: it is in another state.
            FilesDeletedError: its files are about to be deleted, or are.
            NobodyToInviteError, BadRowsError, NotEnoughSeatsError: see there; the latter two with `all` only.
        """
        if self.state is not ImportState.CHECKED:
            raise ImportNotCheckedError(f"The import is {self.state.replace('_', ' ')}.", state=self.state)
        if now >= self.files_until - _CONFIRM_BEFORE:
            raise FilesDeletedError("The check lies too far back.")
        if not self.count(WANTED):
            raise NobodyToInviteError("None of the rows is left to be invited.")
        if only is Only.ALL:
            self._refuse_bad_rows()
            self._refuse_shortfall(available)
        return replace(self, state=ImportState.RUNNING, only=only, confirmed_by=by, confirmed_at=now)

    def canceled(self, *, now: datetime) -> Import:
        """Return the import of which nothing more is sent, or raise ImportOverError."""
        if self.state in OVER:
            raise ImportOverError(f"The import is {self.state}.", state=self.state)
        return replace(self, state=ImportState.CANCELED, ended_at=now)

    def with_outcomes(self, outcomes: Mapping[Verdict, int], *, now: datetime) -> Import:
        """Return the import with one chunk more invited; finished, if that was the last of one that runs."""
        ends = self.state is ImportState.RUNNING and self.ran + 1 == self.chunks
        return replace(
            self,
            ran=self.ran + 1,
            outcomes=added(self.outcomes, outcomes),
            state=ImportState.FINISHED if ends else self.state,
            ended_at=now if ends else self.ended_at,
        )

    def _refuse_bad_rows(self) -> None:
        if bad := self.count(BAD):
            raise BadRowsError(
                f"{bad} of {self.rows} rows cannot be invited; nobody was.",
                rows={str(verdict): rows for verdict, rows in self.verdicts.items() if verdict in BAD},
            )

    def _refuse_shortfall(self, available: Mapping[str, int]) -> None:
        short = {
            id_: pool.needed - available.get(id_, 0)
            for id_, pool in self.pools.items()
            if pool.needed > available.get(id_, 0)
        }
        if short:
            worst = max(short.values())
            raise NotEnoughSeatsError(
                f"{worst} more {'seat is' if worst == 1 else 'seats are'} needed than available; "
                "nobody was invited.",
                next_action="Buy more seats, or confirm with `only: good` to fill those that there are.",
                shortfall=[
                    {
                        "license": id_,
                        "needed": self.pools[id_].needed,
                        "available": available.get(id_, 0),
                        "missing": missing,
                    }
                    for id_, missing in short.items()
                ],
            )


def check_file_name(text: str) -> str:
    """Return a file's name without its folder, or raise BadFileNameError."""
    name = text.replace("\\", "/").rpartition("/")[2].strip()
    if not name or len(name) > MAX_FILE_NAME or not name.isprintable():
        raise BadFileNameError(f"A file's name has 1 to {MAX_FILE_NAME} printable characters.")
    return name
