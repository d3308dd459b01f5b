"""Codes of an organization: created, listed, disabled and sent; and their uses."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace

from usher.domain.email_budgets import TooManyEmailsError
from usher.domain.enrollment.codes import (
    BadBatchError,
    BadCapError,
    BadCodeError,
    Code,
    CodeKind,
    CodeNotActiveError,
    CodeState,
    CodeTakenError,
    EndsInPastError,
    NobodyToCopyError,
    Pattern,
    UnknownCodeError,
    Use,
    canonical,
    read_code,
)
from usher.domain.enrollment.grants import BadGrantError, Grant
from usher.domain.enrollment.mail_providers import BadDomainError, PublicMailDomainError, read_domain
from usher.domain.errors import refuses
from usher.domain.events.codes import CodeCopied, CodeCreated, CodeDisabled, CodeEnabled, CodeRef, CodeTerms
from usher.domain.events.event import EventData
from usher.domain.events.parts import GroupRef, LicenseRef
from usher.domain.groups import Group
from usher.domain.instants import BadDateError
from usher.domain.invites import BadMessageError, check_message
from usher.domain.learners import Learner
from usher.domain.licenses import LicenseTerms
from usher.domain.organizations import Organization, Permission
from usher.domain.paging import BadCursorError
from usher.domain.people import BadNameError, Person, clean_name
from usher.domain.reports.windows import read_window
from usher.services.authorization import AUTHORIZE, Membership, authorize
from usher.services.context import Context
from usher.services.email_budgets import copy_refusal, count_code_copy
from usher.services.enrollment.enrollment import UNGRANTABLE, grant_refs, grantable
from usher.services.paging import ResultPage
from usher.services.receipts import Receipt
from usher.services.transactions import record_event, retry_on_conflict
from usher.store import groups, licenses
from usher.store.enrollment import codes
from usher.store.people import learners
from usher.store.table import BatchResult
from usher.store.transaction import ConditionFailedError, Write


@dataclass(frozen=True, kw_only=True)
class CodeDraft:
    """The terms of codes as a manager enters them; the day of a plain date in `ends_on` is included."""

    kind: CodeKind
    grant: Grant
    name: str = ""
    message: str = ""
    cap: int | None = None
    ends_on: str | None = None
    domain: str = ""


@dataclass(frozen=True, kw_only=True)
class IssuedCode:
    """A code with the licenses and the group that it gives; None for a group that was deleted."""

    code: Code
    organization: Organization
    licenses: list[LicenseTerms]
    group: Group | None


@dataclass(frozen=True, kw_only=True)
class UseWithLearner:
    """A use of a code, with the learner; None for a learner who was erased."""

    use: Use
    learner: Learner | None


class Codes:
    """Manages an organization's codes; those of a client belong to the client's organization."""

    def __init__(self, context: Context) -> None:
        self._context = context

    @refuses(
        *AUTHORIZE,
        BadGrantError,
        *UNGRANTABLE,
        CodeTakenError,
        BadCodeError,
        BadBatchError,
        BadCapError,
        BadDomainError,
        PublicMailDomainError,
        BadDateError,
        EndsInPastError,
        BadNameError,
        BadMessageError,
        NobodyToCopyError,
        TooManyEmailsError,
    )
    @retry_on_conflict
    def create(
        self,
        *,
        person: Person,
        organization: str,
        draft: CodeDraft,
        receipt: Receipt,
        text: str | None = None,
        pattern: Pattern | None = None,
        send_copy: bool = False,
    ) -> IssuedCode:
        """Create one code, chosen as `text` or drawn by the pattern; `send_copy` emails it to the person.

        Raises:
            UnknownLicenseError, LicenseOverError, UnknownGroupError, GroupRequiredError: the grant cannot be
                given.
            CodeTakenError: the chosen text is another code's.
        """
        pattern = pattern or Pattern()
        chosen = None if text is None else canonical(text)
        if chosen is None:
            pattern.require_unguessable(1)
        membership = authorize_draft(self._context, person=person, organization=organization, draft=draft)
        plan = code_of_draft(self._context, person=person, membership=membership, draft=draft)
        code = replace(plan, text=chosen or pattern.draw(secrets.choice))
        issued = issued_of(code, membership.organization, membership.rows)
        data = CodeCreated(
            code=CodeRef.of(code),
            batch=None,
            count=1,
            terms=terms_of(issued),
            copy_to=_copy_to(person) if send_copy else None,
        )
        write = codes.create(code)
        counted = count_code_copy(person.email, now=self._context.now())
        writes = [write, self._event(person, code, data), *([counted] if send_copy else [])]
        try:
            receipt.commit(self._context, writes, issued)
        except ConditionFailedError as stale:
            if write not in stale:
                raise copy_refusal(now=self._context.now()) from stale
            if chosen is not None:
                raise CodeTakenError(f"There is the code {chosen} already.") from stale
            raise
        return issued

    @refuses(*AUTHORIZE, BadCursorError)
    def listed(
        self,
        *,
        person: Person,
        organization: str,
        kind: CodeKind | None = None,
        batch: str | None = None,
        limit: int,
        cursor: str | None,
    ) -> ResultPage[IssuedCode]:
        """List the codes with their grants, the newest first: three calls."""
        membership = self._authorize(person, organization, Permission.READ)
        page = codes.listed(
            self._context.table, organization, kind=kind, batch=batch, limit=limit, cursor=cursor
        )
        found = [codes.code_of(row) for row in page.rows]
        refs = list(
            {(ref.pk, ref.sk): ref for code in found for ref in grant_refs(organization, code.grant)}.values()
        )
        given = self._context.table.get_many(refs)
        return ResultPage(
            items=[issued_of(code, membership.organization, given) for code in found], next=page.next
        )

    @refuses(*AUTHORIZE, UnknownCodeError)
    def code(self, *, person: Person, organization: str, text: str) -> IssuedCode:
        """Read one code with its grant, or raise UnknownCodeError: two calls."""
        return self._find(person, organization, text, Permission.READ)

    @refuses(*AUTHORIZE, UnknownCodeError, BadCursorError)
    def uses(
        self, *, person: Person, organization: str, text: str, limit: int, cursor: str | None
    ) -> ResultPage[UseWithLearner]:
        """List the uses of the code, by address, with their learners."""
        code = self._find(person, organization, text, Permission.READ).code
        page = codes.uses(self._context.table, organization, code.text, limit=limit, cursor=cursor)
        used = [codes.use_of(row) for row in page.rows]
        found = self._context.table.get_many([learners.ref(organization, one.email) for one in used])
        named = {
            one.email: learners.learner_of(row)
            for one in used
            if (row := found.get(learners.ref(organization, one.email))) is not None
        }
        return ResultPage(
            items=[UseWithLearner(use=one, learner=named.get(one.email)) for one in used], next=page.next
        )

    @refuses(*AUTHORIZE, UnknownCodeError)
    @retry_on_conflict
    def switch(
        self, *, person: Person, organization: str, text: str, disabled: bool, receipt: Receipt
    ) -> IssuedCode:
        """Disable or enable the code, if it is not so already; raises UnknownCodeError."""
        before = self._find(person, organization, text, Permission.MANAGE_CODES)
        after = replace(before, code=replace(before.code, disabled=disabled))
        if after == before:
            receipt.note(0, before)
            receipt.finish(self._context)
            return before
        kind = CodeDisabled if disabled else CodeEnabled
        data = kind(code=CodeRef.of(before.code), terms=terms_of(before))
        writes = [
            codes.switch(before.code, disabled=disabled),
            self._event(person, before.code, data),
        ]
        receipt.commit(self._context, writes, after)
        return after

    @refuses(*AUTHORIZE, UnknownCodeError, CodeNotActiveError, NobodyToCopyError, TooManyEmailsError)
    def send_copy(self, *, person: Person, organization: str, text: str, receipt: Receipt) -> IssuedCode:
        """Email the code to the person, in a form that can be forwarded.

        Raises:
            CodeNotActiveError: the code is disabled, used up or over.
            NobodyToCopyError: the caller is an API key.
            TooManyEmailsError: the caller had as many copies sent today as one may.
        """
        issued = self._find(person, organization, text, Permission.MANAGE_CODES)
        state = issued.code.state_at(self._context.now())
        if state is not CodeState.ACTIVE:
            raise CodeNotActiveError(f"The code is {state.replace('_', ' ')}.", state=state)
        data = CodeCopied(code=CodeRef.of(issued.code), terms=terms_of(issued), copy_to=_copy_to(person))
        now = self._context.now()
        writes = [self._event(person, issued.code, data), count_code_copy(person.email, now=now)]
        try:
            receipt.commit(self._context, writes, issued)
        except ConditionFailedError as stale:
            raise copy_refusal(now=now) from stale
        return issued

    def _find(self, person: Person, organization: str, text: str, permission: Permission) -> IssuedCode:
        try:
            at = codes.ref(organization, read_code(text))
        except BadCodeError as bad:
            raise UnknownCodeError("The organization has no such code.") from bad
        membership = authorize(
            self._context, person=person, organization=organization, permission=permission, also=[at]
        )
        row = membership.rows.get(at)
        if row is None:
            raise UnknownCodeError("The organization has no such code.")
        code = codes.code_of(row)
        given = self._context.table.get_many(grant_refs(organization, code.grant))
        return issued_of(code, membership.organization, given)

    def _authorize(self, person: Person, organization: str, permission: Permission) -> Membership:
        return authorize(self._context, person=person, organization=organization, permission=permission)

    def _event(self, person: Person, code: Code, data: EventData) -> Write:
        return record_event(self._context, data, organization=code.organization, actor=person.email)


def authorize_draft(context: Context, *, person: Person, organization: str, draft: CodeDraft) -> Membership:
    """Authorize the caller to create codes of the draft, and read what they would give: one call.

    Raises:
        BadGrantError: the grant is empty.
        UnknownLicenseError, LicenseOverError, UnknownGroupError, GroupRequiredError: see grantable.
    """
    if draft.grant.is_empty:
        raise BadGrantError("Nothing is named that the code gives.")
    membership = authorize(
        context,
        person=person,
        organization=organization,
        permission=Permission.MANAGE_CODES,
        also=grant_refs(organization, draft.grant),
    )
    grantable(membership.rows, membership.organization, draft.grant, now=context.now())
    return membership


def code_of_draft(context: Context, *, person: Person, membership: Membership, draft: CodeDraft) -> Code:
    """Return a code of the draft's terms, without a text.

    Raises:
        BadCapError, BadDomainError, PublicMailDomainError, BadDateError, EndsInPastError, BadNameError,
            BadMessageError.
    """
    now = context.now()
    ends_at = read_window(
        None, draft.ends_on, time_zone=membership.organization.time_zone, names=("", "ends_on")
    ).until
    if ends_at is not None and ends_at <= now:
        raise EndsInPastError(f"{draft.ends_on} is over.")
    is_single = draft.kind is CodeKind.REDEMPTION
    if is_single and draft.cap not in {None, 1}:
        raise BadCapError("A redemption code works once.")
    return Code(
        text="",
        id=context.new_id(),
        organization=membership.organization.id,
        kind=draft.kind,
        grant=draft.grant,
        name=clean_name(draft.name, required=False),
        message=check_message(draft.message),
        cap=1 if is_single else draft.cap,
        ends_at=ends_at,
        domain=read_domain(draft.domain) if draft.domain.strip() else "",
        created_at=now,
        created_by=person.email,
    )


def issued_of(code: Code, organization: Organization, found: BatchResult) -> IssuedCode:
    """Return the code with the licenses and the group of its grant, from the rows found."""
    group = None
    if code.grant.group is not None:
        group = groups.open_group(found.get(groups.ref(organization.id, code.grant.group)))
    terms = [
        licenses.found_at(found, licenses.ref(organization.id, id_)).terms for id_ in code.grant.licenses
    ]
    return IssuedCode(code=code, organization=organization, licenses=terms, group=group)


def terms_of(issued: IssuedCode) -> CodeTerms:
    """Return the code's terms as events have them."""
    code = issued.code
    return CodeTerms(
        kind=code.kind,
        name=code.name,
        licenses=tuple(LicenseRef.of(terms) for terms in issued.licenses),
        group=None if issued.group is None else GroupRef.of(issued.group),
        cap=code.cap,
        domain=code.domain,
        message=code.message,
        ends_at=code.ends_at,
    )


def _copy_to(person: Person) -> str:
    """Return the address that a copy goes to, or raise NobodyToCopyError: an API key has none."""
    if person.key is not None:
        raise NobodyToCopyError("A program asked for the copy.")
    return person.email
