"""Checks an import: each row gets a verdict by the seats and invites that there are; nothing is sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from usher.domain.email_budgets import budget_owner
from usher.domain.erasures import is_pseudonym
from usher.domain.events.imports import ImportChecked, ImportRef
from usher.domain.imports.imports import Import, ImportState, Pool
from usher.domain.imports.rosters import RowError
from usher.domain.imports.verdicts import WANTED, ImportedRow, Verdict, counted, judged
from usher.domain.invite_batches import sort_out
from usher.domain.invites import Invite
from usher.services.context import Context
from usher.services.email_budgets import emails_left
from usher.services.imports.import_files import ImportFiles, Stage
from usher.services.imports.roster_reader import RosterReader
from usher.services.invites.seats_held import read_seats_held
from usher.services.transactions import record_event
from usher.store import imports
from usher.store.transaction import commit


class CheckImport:
    """Checks the rows of an import: each gets the verdict that inviting it now would have."""

    def __init__(self, context: Context, files: ImportFiles) -> None:
        self._context = context
        self._files = files

    def check(self, import_: Import, rosters: RosterReader) -> Import:
        """Check the next chunk: one call for each hundred seats and people that it names, and a few more.

        Raises:
            ConditionFailedError: another worker checked it, or the import was canceled.
        """
        rows = self._files.rows(import_, Stage.READ, import_.checked)
        pools = dict(import_.pools)
        checked = self._with_verdicts(rows, import_, rosters, pools)
        written = self._files.put(import_, Stage.CHECKED, import_.checked, checked)
        after = import_.with_verdicts(counted(written), pools, now=self._context.now())
        writes = [imports.change(import_, after)]
        if after.state is ImportState.CHECKED:
            data = ImportChecked(
                learner_import=ImportRef.of(after),
                verdicts={str(verdict): rows for verdict, rows in after.verdicts.items()},
            )
            writes.append(record_event(self._context, data, organization=after.organization))
        commit(self._context.table, writes)
        return after

    def _with_verdicts(
        self, rows: Sequence[ImportedRow], import_: Import, rosters: RosterReader, pools: dict[str, Pool]
    ) -> list[ImportedRow]:
        now = self._context.now()
        drafts, refused = drafts_of(rows, import_, rosters)
        sorted_out = sort_out(drafts, read_seats_held(self._context, drafts, now=now), now=now)
        verdicts = {at: Verdict(one.outcome) for at, one in sorted_out.settled.items()}
        left = emails_left(
            self._context,
            budget_owner(rosters.of(import_.organization).organization),
            [one.email for one in sorted_out.candidates],
            now=now,
        )
        for one in sorted_out.candidates:
            if left[one.email] < 1:
                verdicts[one.position] = Verdict.TOO_MANY_EMAILS
                continue
            left[one.email] -= 1
            verdicts[one.position] = _verdict_by_seats(one.invite, pools, rosters)
        return with_verdicts(rows, verdicts, refused)


def drafts_of(
    rows: Sequence[ImportedRow], import_: Import, rosters: RosterReader
) -> tuple[dict[int, Invite], dict[int, ImportedRow]]:
    """Return the invites that the rows ask for, and the rows that a rule refuses, by the row's number."""
    drafts: dict[int, Invite] = {}
    refused: dict[int, ImportedRow] = {}
    for number, row in enumerate(rows):
        if row.verdict not in WANTED:
            continue
        if is_pseudonym(row.address):
            refused[number] = row.with_verdict(Verdict.ERASED, "The person was erased since.")
            continue
        try:
            rosters.of(import_.organization).require_admitting()
            drafts[number] = rosters.of(row.organization).draft(row, import_)
        except RowError as error:
            refused[number] = row.with_verdict(error.verdict, error.detail, suggestion=row.suggestion)
    return drafts, refused


def with_verdicts(
    rows: Sequence[ImportedRow], verdicts: Mapping[int, Verdict], refused: Mapping[int, ImportedRow]
) -> list[ImportedRow]:
    """Return the rows with verdicts: that on its invite, else its refusal, else the one that it has."""
    return [
        judged(row, verdicts[number]) if number in verdicts else refused.get(number, row)
        for number, row in enumerate(rows)
    ]


def _verdict_by_seats(invite: Invite, pools: dict[str, Pool], rosters: RosterReader) -> Verdict:
    """Return the verdict on an invite by the seats left after all rows before it, and count its seats in."""
    ids = [terms.license for terms in invite.licenses]
    for id_ in ids:
        pool = pools.get(id_)
        if pool is None:  # its group was given it since the file was read
            left = rosters.of(invite.organization).licenses[id_].available
            pool = Pool(organization=invite.organization, left=left)
        pools[id_] = replace(pool, needed=pool.needed + 1)
    if any(pools[id_].left < 1 for id_ in ids):
        return Verdict.NO_SEAT
    for id_ in ids:
        pools[id_] = replace(pools[id_], left=pools[id_].left - 1)
    return Verdict.WILL_BE_INVITED
