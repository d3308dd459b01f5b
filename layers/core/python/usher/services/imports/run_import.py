"""Taking an import further, chunk by chunk, whatever dies on the way (DESIGN 3; docs/decisions/0026)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from usher.domain.effects.kinds import ContinueImport
from usher.domain.events.imports import ImportFinished, ImportRef
from usher.domain.imports.imports import FILES_KEPT, Import, ImportState
from usher.domain.imports.verdicts import Verdict, counted
from usher.domain.invites import Invite
from usher.services.context import Context
from usher.services.imports.check_import import CheckImport, drafts_of, judged_by
from usher.services.imports.files import ImportFiles, Stage
from usher.services.imports.read_import_file import ReadImportFile
from usher.services.imports.rosters import Rosters
from usher.services.invites.expire_invites import expire_lapsed
from usher.services.invites.reserve_seats import Batch, StoppedError
from usher.services.invites.seats_held import candidates_of, seats_held
from usher.services.receipts import AnsweredMeanwhileError, Receipt, open_receipt
from usher.services.transactions import record_event
from usher.store import imports
from usher.store.transaction import BusyError, ConditionFailedError, commit


class RunImport:
    """Takes imports further. What was done of one is written down, and goes on from there.

    Of two who work on the same import at once, one sees that the other was faster, and leaves it to them:
    whoever wrote something down has a message in the queue, which comes again until it went through.
    """

    def __init__(self, context: Context, files: ImportFiles) -> None:
        self._context = context
        self._files = files
        self._read_file = ReadImportFile(context, files)
        self._check_import = CheckImport(context, files)

    def advance(self, turn: ContinueImport, *, enough: Callable[[], bool]) -> bool:
        """Do one piece after another until it is `enough`; say whether there is more to do."""
        found = imports.get(self._context.table, turn.organization, turn.import_id)
        while found is not None and (piece := self._next(found)) is not None:
            # Read anew for each piece: what an invite says of its time is that of its chunk.
            rosters = Rosters(self._context, organization=found.organization, now=self._context.now())
            try:
                found = piece(found, rosters)
            except AnsweredMeanwhileError:
                return False
            except BusyError:
                return True  # as much as before, and others will be done in a moment
            except ConditionFailedError:
                there = imports.get(self._context.table, turn.organization, turn.import_id)
                if there is None or there.progress != found.progress:
                    return False
                if there.state is found.state:
                    raise  # it was none of the import's conditions
                found = there  # canceled meanwhile
                continue
            if enough():
                return self._next(found) is not None
        return False

    def _next(self, found: Import) -> Callable[[Import, Rosters], Import] | None:
        """Return what is to be done next, if anything is."""
        if found.state is ImportState.CHECKING:
            return self._check_import.check if found.chunks else self._read
        if found.state is ImportState.RUNNING:
            return self._run
        if found.state is ImportState.CANCELED and found.ran < found.chunks and self._has_begun(found):
            return self._run
        return None

    def _read(self, found: Import, _rosters: Rosters) -> Import:
        return self._read_file.read(found)

    def _has_begun(self, found: Import) -> bool:
        """Say whether some of the chunk's rows were invited when the import was canceled."""
        return bool(found.confirmed_at and self._receipt(found).done)

    def _run(self, found: Import, rosters: Rosters) -> Import:
        """Invite the rows of the next chunk, and write down what became of them.

        Raises:
            AnsweredMeanwhileError, ConditionFailedError: another worker is at it; or it was canceled.
        """
        rows = self._files.rows(found, Stage.CHECKED, found.ran)
        drafts, refused = drafts_of(rows, found, rosters)
        receipt = self._receipt(found)
        if not receipt.complete and found.state is ImportState.RUNNING:
            self._invite(found, drafts, receipt)
        answered = {at: Verdict(str(answer)) for at, answer in receipt.by_position.items()}
        missing = {at: Verdict.CANCELED for at in drafts if at not in answered}
        done = judged_by(rows, drafts, answered | missing, refused)
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

    def _invite(self, found: Import, drafts: Mapping[int, Invite], receipt: Receipt) -> None:
        """Invite on behalf of the manager who confirmed, until all is done or the import is canceled."""
        now = self._context.now()
        batch = Batch(
            self._context,
            receipt,
            now,
            only_while=lambda: imports.is_running(found.organization, found.id),
        )
        waiting = {at: draft for at, draft in drafts.items() if at not in receipt.done}
        if not waiting:
            return
        held = seats_held(self._context, waiting, now)
        if held.lapsed:
            # An expired invite never blocks a new one (DESIGN 2).
            expire_lapsed(self._context, held.lapsed)
        try:
            batch.commit(candidates_of(self._context, waiting, held.live, batch))
        except StoppedError:
            return

    def _receipt(self, found: Import) -> Receipt:
        """Return what an earlier try has written down of the chunk.

        Kept for as long as the rows: a message may lie among the dead letters for weeks, and must not invite
        again who has declined since.
        """
        return open_receipt(
            self._context,
            scope=f"{found.organization}#IMPORT",
            key=f"{found.id}#{found.ran}",
            fingerprint=found.id,
            render=lambda invited: str(invited.outcome),
            kept=FILES_KEPT,
        )
