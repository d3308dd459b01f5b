"""Batches of redemption codes: generated or uploaded, in as few transactions as possible."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from enum import StrEnum

from usher.domain.enrollment.code_batches import CodeBatch, UnknownCodeBatchError
from usher.domain.enrollment.codes import (
    LONGEST_REQUEST,
    MAX_BATCH,
    MAX_CODE,
    MIN_CODE,
    BadBatchError,
    BadCodeError,
    BadCodesError,
    BatchUnfinishedError,
    EndsInPastError,
    Pattern,
    canonical,
    read_codes,
)
from usher.domain.enrollment.grants import BadGrantError
from usher.domain.enrollment.mail_providers import BadDomainError, PublicMailDomainError
from usher.domain.errors import refusals_of, refuses
from usher.domain.events.codes import CodeCreated
from usher.domain.groups import Group
from usher.domain.instants import BadDateError
from usher.domain.licenses import License
from usher.domain.organizations import Organization, Permission
from usher.domain.paging import BadCursorError
from usher.domain.people import BadNameError, Person
from usher.lazy_dataclasses import dataclass
from usher.services.authorization import AUTHORIZE, authorize
from usher.services.context import Context
from usher.services.enrollment.codes import (
    CodeDraft,
    IssuedCode,
    authorize_draft,
    code_of_draft,
    given_of,
    issued_of,
    read_grants,
    terms_of,
)
from usher.services.enrollment.enrollment import UNGRANTABLE
from usher.services.paging import ResultPage
from usher.services.receipts import Receipt
from usher.services.transactions import record_event
from usher.store.enrollment import code_batches, codes
from usher.store.table import BatchResult
from usher.store.transaction import MAX_ITEMS, ConditionFailedError, Write, commit

_BESIDE = 2
"""Each transaction writes an event and the batch's count, beside the codes."""
_LONGEST_SHOWN = 254
"""Characters that a result shows of a text that cannot be a code."""


class CodeOutcome(StrEnum):
    """What became of one code of a batch."""

    CREATED = "created"
    REPEATED = "repeated"
    EXISTS = "exists"
    INVALID = "invalid"


@dataclass(frozen=True, kw_only=True)
class CodeResult:
    """What became of one code: `text` is its canonical form, or as it was given where it cannot be a code."""

    text: str
    outcome: CodeOutcome
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class CodeBatchDetail:
    """A batch with the licenses and the group that its codes give; None for a group that was deleted."""

    batch: CodeBatch
    organization: Organization
    licenses: list[License]
    group: Group | None


class CodeBatches:
    """Creates many redemption codes that differ in their texts alone, and lists such batches.

    The receipt has the batch's id at position 0, and the codes' results from position 1 on, in their order. A
    request that broke off continues when it is sent again with its Idempotency-Key.
    """

    def __init__(self, context: Context) -> None:
        self._context = context

    @refuses(
        *AUTHORIZE,
        BadGrantError,
        *UNGRANTABLE,
        BadBatchError,
        BadCodeError,
        BadDomainError,
        PublicMailDomainError,
        BadDateError,
        EndsInPastError,
        BadNameError,
        BatchUnfinishedError,
    )
    def generate(
        self,
        *,
        person: Person,
        organization: str,
        draft: CodeDraft,
        count: int,
        pattern: Pattern,
        receipt: Receipt,
    ) -> None:
        """Create `count` codes by the pattern.

        Raises:
            BadBatchError: none, too many, or so many for the pattern that they could be guessed.
        """
        _check_count(count)
        pattern.require_unguessable(count)
        run = self._run(person, organization, draft, receipt)
        drawn: set[str] = set()

        def draw() -> str:
            while (text := pattern.draw(secrets.choice)) in drawn:
                pass
            drawn.add(text)
            return text

        run.write({at: draw() for at in range(1, count + 1) if at not in receipt.done}, instead=draw)

    @refuses(*refusals_of(generate), BadCodesError)
    def upload(
        self,
        *,
        person: Person,
        organization: str,
        draft: CodeDraft,
        given: str | Sequence[str],
        skip_invalid: bool,
        receipt: Receipt,
    ) -> None:
        """Create codes of the given texts; a text that is repeated, or exists already, is only reported.

        Raises:
            BadBatchError: none or too many.
            BadCodesError: some texts cannot be codes, and `skip_invalid` is not set.
        """
        texts = read_codes(given)
        _check_count(len(texts))
        made = _check_texts(texts)
        if not skip_invalid:
            _refuse_invalid(made)
        run = self._run(person, organization, draft, receipt)
        wanted = {}
        for at, one in enumerate(made, start=1):
            if one.outcome is CodeOutcome.CREATED:
                wanted[at] = one.text
            elif at not in receipt.done:
                receipt.note(at, one)
        run.write({at: text for at, text in wanted.items() if at not in receipt.done})

    @refuses(*AUTHORIZE, BadCursorError)
    def listed(
        self, *, person: Person, organization: str, limit: int, cursor: str | None
    ) -> ResultPage[CodeBatchDetail]:
        """List the batches with their grants and counts, the newest first: three calls."""
        membership = authorize(
            self._context, person=person, organization=organization, permission=Permission.READ
        )
        page = code_batches.listed(self._context.table, organization, limit=limit, cursor=cursor)
        found = [code_batches.batch_of(row) for row in page.rows]
        given = read_grants(self._context, organization, [batch.grant for batch in found])
        return ResultPage(
            items=[_detail(batch, membership.organization, given) for batch in found], next=page.next
        )

    @refuses(*AUTHORIZE, UnknownCodeBatchError)
    def batch(self, *, person: Person, organization: str, batch: str) -> CodeBatchDetail:
        """Read one batch with its grant and counts, or raise UnknownCodeBatchError: two calls."""
        at = code_batches.ref(organization, batch)
        membership = authorize(
            self._context, person=person, organization=organization, permission=Permission.READ, also=[at]
        )
        row = membership.rows.get(at)
        if row is None:
            raise UnknownCodeBatchError("The organization has no such batch.")
        found = code_batches.batch_of(row)
        given = read_grants(self._context, organization, [found.grant])
        return _detail(found, membership.organization, given)

    def _run(self, person: Person, organization: str, draft: CodeDraft, receipt: Receipt) -> _Run:
        membership = authorize_draft(self._context, person=person, organization=organization, draft=draft)
        plan = replace(
            code_of_draft(self._context, person=person, membership=membership, draft=draft), batch=True
        )
        if receipt.done:
            plan = replace(plan, id=str(receipt.answers[0]))
        return _Run(self._context, issued_of(plan, membership.organization, membership.rows), receipt)


class _Run:
    """Writes the codes of one batch, as many in each transaction as it holds."""

    def __init__(self, context: Context, plan: IssuedCode, receipt: Receipt) -> None:
        self._context = context
        self._plan = plan
        self._receipt = receipt

    def write(self, wanted: Mapping[int, str], *, instead: Callable[[], str] | None = None) -> None:
        """Write the codes by their positions; one that exists is drawn again by `instead`, else reported.

        Raises:
            BatchUnfinishedError: see `_stop_in_time`.
        """
        waiting = list(wanted.items())
        room = MAX_ITEMS - _BESIDE - self._receipt.items
        begun = self._context.now()
        while waiting:
            self._stop_in_time(begun)
            chunk, rest = waiting[:room], waiting[room:]
            taken = self._commit(chunk, complete=not rest)
            if instead is not None:
                waiting = [(at, instead() if at in taken else text) for at, text in chunk if taken] + rest
                continue
            for at, text in chunk:
                if at in taken:
                    self._receipt.note(at, CodeResult(text=text, outcome=CodeOutcome.EXISTS))
            waiting = [(at, text) for at, text in chunk if taken and at not in taken] + rest
        self._note_batch()
        self._receipt.finish(self._context)

    def _commit(self, chunk: Sequence[tuple[int, str]], *, complete: bool) -> set[int]:
        """Write the codes in one transaction, or none of them; return the positions of those that exist."""
        receipt = self._receipt
        writes = {at: codes.create(replace(self._plan.code, text=text)) for at, text in chunk}
        self._note_batch()
        for at, text in chunk:
            receipt.note(at, CodeResult(text=text, outcome=CodeOutcome.CREATED))
        try:
            commit(
                self._context.table,
                [
                    *writes.values(),
                    code_batches.count_created(self._plan.code, len(chunk)),
                    self._event(len(chunk)),
                    *receipt.part(self._context, complete=complete),
                ],
            )
        except ConditionFailedError as stale:
            receipt.refuse_race(stale)
            for at, _ in chunk:
                receipt.forget(at)
            return {at for at, write in writes.items() if write in stale}
        receipt.written(complete=complete)
        return set()

    def _stop_in_time(self, begun: datetime) -> None:
        """Raise BatchUnfinishedError if the request took too long and has a key to continue it by."""
        if self._receipt.items and self._context.now() - begun >= LONGEST_REQUEST:
            done = len(self._receipt.done)
            raise BatchUnfinishedError(f"{done} of the batch are done.", retry_after=1, done=done)

    def _note_batch(self) -> None:
        """Note the batch's id as the latest answer, so that the receipt's first part has it, for replays."""
        if not self._receipt.done:
            self._receipt.forget(0)
            self._receipt.note(0, self._plan.code.id)

    def _event(self, count: int) -> Write:
        code = self._plan.code
        data = CodeCreated(
            code=None, batch=code.id, count=count, terms=terms_of(self._plan), copy_to=None, group_licenses=()
        )
        return record_event(
            self._context,
            data,
            organization=code.organization,
            actor=code.created_by,
            at=code.created_at,
        )


def _detail(batch: CodeBatch, organization: Organization, found: BatchResult) -> CodeBatchDetail:
    given, group = given_of(batch.grant, organization, found)
    return CodeBatchDetail(batch=batch, organization=organization, licenses=given, group=group)


def _check_count(count: int) -> None:
    if not 1 <= count <= MAX_BATCH:
        raise BadBatchError(f"A batch has 1 to {MAX_BATCH} codes.", limit=MAX_BATCH)


def _check_texts(texts: Sequence[str]) -> list[CodeResult]:
    """Return the result of each text as far as the list alone decides it."""
    made: list[CodeResult] = []
    seen: set[str] = set()
    for text in texts:
        try:
            code = canonical(text)
        except BadCodeError:
            reason = f"not {MIN_CODE} to {MAX_CODE} letters, digits and dashes"
            made.append(CodeResult(text=text[:_LONGEST_SHOWN], outcome=CodeOutcome.INVALID, reason=reason))
            continue
        made.append(
            CodeResult(text=code, outcome=CodeOutcome.REPEATED if code in seen else CodeOutcome.CREATED)
        )
        seen.add(code)
    return made


def _refuse_invalid(made: Sequence[CodeResult]) -> None:
    invalid = [one for one in made if one.outcome is CodeOutcome.INVALID]
    if invalid:
        raise BadCodesError(
            f"{len(invalid)} of the texts cannot be codes; none was created.",
            codes=[{"code": one.text, "reason": one.reason} for one in invalid],
        )
