"""The life of codes after their creation: changed, disabled, enabled and removed."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from usher.domain.enrollment.codes import (
    BadCapError,
    CapBelowUsesError,
    Code,
    CodeActiveError,
    CodeKey,
    EndsInPastError,
    UnknownCodeError,
)
from usher.domain.errors import refuses
from usher.domain.events.codes import CodeChanged, CodeDisabled, CodeEnabled, CodeRef, CodeRemoved
from usher.domain.events.event import EventData
from usher.domain.instants import BadDateError
from usher.domain.invites import BadMessageError, check_message
from usher.domain.organizations import Permission
from usher.domain.people import BadNameError, Person, clean_name
from usher.domain.versions import ChangedMeanwhileError, written
from usher.lazy_dataclasses import dataclass
from usher.services.authorization import AUTHORIZE
from usher.services.context import Context
from usher.services.enrollment.codes import IssuedCode, find_code, read_end, terms_of
from usher.services.receipts import Receipt
from usher.services.transactions import record_event, retry_on_conflict
from usher.services.versions import require_version
from usher.store.enrollment import code_batches, codes
from usher.store.transaction import Write, commit

_CHANGES = (CodeChanged, CodeDisabled, CodeEnabled)


@dataclass(frozen=True, kw_only=True)
class CodeEdits:
    """New terms of a code as a manager enters them; None leaves a term as it is.

    `no_cap` and `no_end` remove the cap and the end.
    """

    name: str | None = None
    message: str | None = None
    cap: int | None = None
    no_cap: bool = False
    ends_on: str | None = None
    no_end: bool = False


class ManageCodes:
    """Changes, disables, enables and removes an organization's codes."""

    def __init__(self, context: Context) -> None:
        self._context = context

    @refuses(
        *AUTHORIZE,
        UnknownCodeError,
        BadNameError,
        BadMessageError,
        BadCapError,
        CapBelowUsesError,
        BadDateError,
        EndsInPastError,
        ChangedMeanwhileError,
    )
    @retry_on_conflict
    def change(
        self,
        *,
        person: Person,
        organization: str,
        code: CodeKey,
        edits: CodeEdits,
        version: int | None = None,
    ) -> IssuedCode:
        """Change the code's name, message, cap or end by the rules of its creation: three calls.

        Nothing is written where nothing differs. Who redeemed the code keeps everything.

        Raises:
            CapBelowUsesError: more people have redeemed the code, also if they did so at this moment.
            EndsInPastError: the new end is over.
            ChangedMeanwhileError: the code has another `version`; without one, any is changed.
        """
        before = self._find(person, organization, code)
        after = replace(before, code=self._edited(before, edits))
        if after == before:
            return before
        require_version(
            self._context,
            before.code,
            version,
            organization=organization,
            is_change=lambda data: isinstance(data, _CHANGES) and data.code.text == code.text,
        )
        data = CodeChanged(code=CodeRef.of(after.code), terms=terms_of(after))
        writes = [codes.change(before.code, after.code), self._event(person, after.code, data)]
        commit(self._context.table, writes)
        return replace(after, code=written(after.code))

    @refuses(*AUTHORIZE, UnknownCodeError)
    @retry_on_conflict
    def switch(
        self, *, person: Person, organization: str, code: CodeKey, disabled: bool, receipt: Receipt
    ) -> IssuedCode:
        """Disable or enable the code, if it is not so already; raises UnknownCodeError."""
        before = self._find(person, organization, code)
        after = replace(before, code=replace(before.code, disabled=disabled))
        if after == before:
            receipt.note(0, before)
            receipt.finish(self._context)
            return before
        kind = CodeDisabled if disabled else CodeEnabled
        data = kind(code=CodeRef.of(before.code), terms=terms_of(before))
        writes = [codes.switch(before.code, disabled=disabled), self._event(person, before.code, data)]
        switched = replace(after, code=written(after.code))
        receipt.commit(self._context, writes, switched)
        return switched

    @refuses(*AUTHORIZE, UnknownCodeError, CodeActiveError)
    @retry_on_conflict
    def remove(self, *, person: Person, organization: str, code: CodeKey) -> None:
        """Remove the code, whose text is free then: three calls. Its uses and what it gave stay.

        Raises:
            CodeActiveError: the code can still be redeemed.
        """
        issued, now = self._find(person, organization, code), self._context.now()
        found = issued.code
        found.require_dead(now)
        data = CodeRemoved(code=CodeRef.of(found), terms=terms_of(issued), uses=found.uses)
        writes = [
            codes.remove(found, now=now),
            *code_batches.count_removed(found),
            self._event(person, found, data),
        ]
        commit(self._context.table, writes)

    def _find(self, person: Person, organization: str, code: CodeKey) -> IssuedCode:
        return find_code(
            self._context,
            person=person,
            organization=organization,
            code=code,
            permission=Permission.MANAGE_CODES,
        )

    def _edited(self, issued: IssuedCode, edits: CodeEdits) -> Code:
        code = issued.code
        return code.changed(
            name=code.name if edits.name is None else clean_name(edits.name, required=False),
            message=code.message if edits.message is None else check_message(edits.message),
            cap=None if edits.no_cap else code.cap if edits.cap is None else edits.cap,
            ends_at=self._new_end(issued, edits),
        )

    def _new_end(self, issued: IssuedCode, edits: CodeEdits) -> datetime | None:
        if edits.no_end:
            return None
        if edits.ends_on is None:
            return issued.code.ends_at
        return read_end(edits.ends_on, issued.organization, now=self._context.now())

    def _event(self, person: Person, code: Code, data: EventData) -> Write:
        return record_event(self._context, data, organization=code.organization, actor=person.email)
