"""Runs an import step by step, so that it goes on after any crash (DESIGN 3; docs/decisions/0026)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace

from usher.domain.effects.kinds import ContinueImport
from usher.domain.email_budgets import budget_owner
from usher.domain.events.imports import ImportFailed, ImportFinished, ImportRef
from usher.domain.imports.idle_turns import MOST_IDLE_TURNS
from usher.domain.imports.imports import FILES_KEPT, Import, ImportState
from usher.domain.imports.verdicts import Verdict, counted
from usher.domain.invite_batches import sort_out
from usher.domain.invites import Invite
from usher.services.context import Context
from usher.services.imports.check_import import CheckImport, drafts_of, with_verdicts
from usher.services.imports.import_files import ImportFiles, Stage
from usher.services.imports.read_import_file import ReadImportFile
from usher.services.imports.roster_reader import RosterReader
from usher.services.invites.reserve_seats import StoppedError, reserve
from usher.services.invites.seats_held import read_and_expire_lapsed
from usher.services.receipts import AnsweredMeanwhileError, Receipt, open_receipt
from usher.services.transactions import record_event
from usher.store import imports
from usher.store.transaction import BusyError, ConditionFailedError, commit


class RunImport:
    """Runs imports. Each step is recorded, and the next begins where the record ends.

    If two workers run one import, the one whose step is already recorded stops; the other's message stays in
    the queue until the import ends.
    """

    def __init__(self, context: Context, files: ImportFiles) -> None:
        self._context = context
        self._files = files
        self._read_file = ReadImportFile(context, files)
        self._check_import = CheckImport(context, files)

    def advance(self, job: ContinueImport, *, enough: Callable[[], bool]) -> ContinueImport | None:
        """Carry out one step after another until it is `enough`; return the job that is left, if one is.

        Where others are in the way, the job counts the turns that made no progress, and the import has failed
        after MOST_IDLE_TURNS of them.
        """
        found = begun = imports.get(self._context.table, job.organization, job.import_id)
        while found is not None and (step := self._next(found)) is not None:
            # Read anew for each step: the expiry of an invite counts from when its chunk is run.
            rosters = RosterReader(self._context, organization=found.organization, now=self._context.now())
            try:
                found = step(found, rosters)
            except AnsweredMeanwhileError:
                return None
            except BusyError:
                return self._after_busy_turn(job, found, progressed=found is not begun)
            except ConditionFailedError:
                current = imports.get(self._context.table, job.organization, job.import_id)
                if current is None or current.progress != found.progress:
                    return None  # another worker was faster
                if current.state is found.state:
                    raise  # it was none of the import's conditions
                found = current  # canceled meanwhile
                continue
            if enough():
                return None if self._next(found) is None else _job_of(found)
        return None

    def _after_busy_turn(
        self, job: ContinueImport, found: Import, *, progressed: bool
    ) -> ContinueImport | None:
        """Return the job after a turn that others ended; None where the import has failed, or is over.

        A part of the chunk may be settled: each transaction records its part of the chunk's receipt.
        """
        settled = len(self._receipt(found).done) if found.confirmed_at else 0
        idle_turns = 0 if progressed or settled > job.settled else job.idle_turns + 1
        if idle_turns < MOST_IDLE_TURNS:
            return replace(_job_of(found), settled=settled, idle_turns=idle_turns)
        if found.state is not ImportState.CANCELED:
            self._fail(found, found.stalled(now=self._context.now()))
        return None

    def give_up(self, job: ContinueImport) -> bool:
        """Record that the import has failed, unless nothing is left of it to do; return whether it has.

        Rows that were invited stay so. A canceled import stays canceled.
        """
        found = imports.get(self._context.table, job.organization, job.import_id)
        if found is None or self._next(found) is None:
            return False
        if found.state is ImportState.CANCELED:
            return True
        return self._fail(found, found.failed(now=self._context.now()))

    def _fail(self, found: Import, after: Import) -> bool:
        """Record that the import has failed; False if it was advanced or canceled meanwhile."""
        data = ImportFailed(
            learner_import=ImportRef.of(after),
            outcomes={str(verdict): rows for verdict, rows in after.outcomes.items()},
        )
        event = record_event(self._context, data, organization=after.organization)
        try:
            commit(self._context.table, [imports.change(found, after), event])
        except ConditionFailedError:
            return False  # another worker has advanced it, and has a message of its own
        return True

    def _next(self, found: Import) -> Callable[[Import, RosterReader], Import] | None:
        """Return the next step, if there is one."""
        if found.state is ImportState.CHECKING:
            return self._check_import.check if found.chunks else self._read
        if found.state is ImportState.RUNNING:
            return self._run
        if found.state is ImportState.CANCELED and found.ran < found.chunks and self._has_begun(found):
            return self._run
        return None

    def _read(self, found: Import, _rosters: RosterReader) -> Import:
        return self._read_file.read(found)

    def _has_begun(self, found: Import) -> bool:
        """Whether some of the chunk's rows were invited when the import was canceled."""
        return bool(found.confirmed_at and self._receipt(found).done)

    def _run(self, found: Import, rosters: RosterReader) -> Import:
        """Invite the rows of the next chunk, and record what became of each.

        Raises:
            AnsweredMeanwhileError, ConditionFailedError: another worker is at it; or it was canceled.
        """
        rows = self._files.rows(found, Stage.CHECKED, found.ran)
        drafts, refused = drafts_of(rows, found, rosters)
        receipt = self._receipt(found)
        if not receipt.complete and found.state is ImportState.RUNNING:
            organization = rosters.of(found.organization).organization
            self._invite(found, drafts, receipt, owner=budget_owner(organization))
        answered = {at: Verdict(str(answer)) for at, answer in receipt.by_position.items()}
        missing = {at: Verdict.CANCELED for at in drafts if at not in answered}
        done = with_verdicts(rows, answered | missing, refused)
        written = self._files.put(found, Stage.DONE, found.ran, done)
        after = found.with_outcomes(counted(written), now=self._context.now())
        writes = [imports.change(found, after)]
        if after.state is ImportState.FINISHED:
            data = ImportFinished(
                learner_import=ImportRef.of(after),
                outcomes={str(verdict): rows for verdict, rows in after.outcomes.items()},
                invited=after.outcomes.get(Verdict.INVITED, 0),
                confirmed_by=after.confirmed_by,
            )
            writes.append(record_event(self._context, data, organization=after.organization))
        commit(self._context.table, writes)
        return after

    def _invite(self, found: Import, drafts: Mapping[int, Invite], receipt: Receipt, *, owner: str) -> None:
        """Invite on behalf of the manager who confirmed, until all is done or the import is canceled."""
        waiting = {at: draft for at, draft in drafts.items() if at not in receipt.done}
        if not waiting:
            return
        now = self._context.now()
        held = read_and_expire_lapsed(self._context, waiting, now=now)
        sorted_out = sort_out(waiting, held, now=now)
        receipt.note_all(sorted_out.settled)
        with suppress(StoppedError):
            reserve(
                self._context,
                sorted_out.candidates,
                receipt=receipt,
                owner=owner,
                only_while=lambda: imports.is_running(found.organization, found.id),
                of_import=True,
            )
            receipt.finish(self._context)

    def _receipt(self, found: Import) -> Receipt:
        """Return the receipt of the chunk: the results that an earlier try recorded.

        Kept for as long as the rows: a message may be in the dead-letter queue for weeks, and must not
        invite again a person who has declined since.
        """
        return open_receipt(
            self._context,
            scope=f"{found.organization}#IMPORT",
            key=f"{found.id}#{found.ran}",
            fingerprint=found.id,
            render=lambda invited: str(invited.outcome),
            kept=FILES_KEPT,
        )


def _job_of(found: Import) -> ContinueImport:
    return ContinueImport(organization=found.organization, import_id=found.id)
