"""Codes of an organization: created, listed and sent."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from usher.domain.directory import SortedSearchError, read_search
from usher.domain.email_budgets import TooManyEmailsError
from usher.domain.enrollment.code_batches import UnknownCodeBatchError
from usher.domain.enrollment.codes import (
    BadBatchError,
    BadCapError,
    BadCodeError,
    Code,
    CodeKey,
    CodeKind,
    CodeNotActiveError,
    CodeState,
    CodeTakenError,
    EndsInPastError,
    NobodyToCopyError,
    Pattern,
    UnknownCodeError,
    canonical,
    read_code,
)
from usher.domain.enrollment.grants import BadGrantError, Grant
from usher.domain.enrollment.mail_providers import BadDomainError, PublicMailDomainError, read_domain
from usher.domain.errors import refuses
from usher.domain.events.codes import CodeCopied, CodeCreated, CodeRef, CodeTerms
from usher.domain.events.event import EventData
from usher.domain.events.parts import GroupRef, LicenseRef
from usher.domain.groups import Group
from usher.domain.instants import BadDateError
from usher.domain.invites import BadMessageError, check_message
from usher.domain.languages import Language
from usher.domain.licenses import License
from usher.domain.list_sorts import CodeSort
from usher.domain.organizations import Organization, Permission
from usher.domain.paging import BadCursorError
from usher.domain.people import BadNameError, Person, clean_name
from usher.domain.reports.windows import read_window
from usher.lazy_dataclasses import dataclass
from usher.services.authorization import AUTHORIZE, Membership, authorize
from usher.services.context import Context
from usher.services.email_budgets import copy_refusal, count_code_copy
from usher.services.enrollment.code_search import CodeFilter, read_codes_page
from usher.services.enrollment.enrollment import UNGRANTABLE, grant_refs, grantable
from usher.services.paging import ResultPage
from usher.services.receipts import Receipt
from usher.services.transactions import record_event, retry_on_conflict
from usher.store import figures, groups, licenses
from usher.store.enrollment import code_batches, codes
from usher.store.table import BatchResult, Ref
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
    language: Language | None = None


@dataclass(frozen=True, kw_only=True)
class IssuedCode:
    """A code with the licenses and the group that it gives; None for a group that was deleted."""

    code: Code
    organization: Organization
    licenses: list[License]
    group: Group | None


class Codes:
    """Creates, lists and copies an organization's codes; those of a client belong to its organization."""

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
            group_licenses=self._group_licenses(issued) if send_copy else (),
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

    @refuses(*AUTHORIZE, BadCursorError, BadCodeError, UnknownCodeBatchError, SortedSearchError)
    def listed(  # noqa: PLR0913 - the filters
        self,
        *,
        person: Person,
        organization: str,
        kinds: Collection[CodeKind] = (),
        batch: str | None = None,
        states: Collection[CodeState] = (),
        text: str | None = None,
        search: str | None = None,
        sort: CodeSort | None = None,
        limit: int,
        cursor: str | None,
        with_figures: bool = False,
    ) -> ResultPage[IssuedCode]:
        """List the codes with their grants, the newest first unless sorted otherwise: three calls, or four.

        With a `text`, as typed or pasted, only the code that has it: two calls, strongly consistent. With a
        `search`, those whose text or name begins with it, in that order: four to six calls. With kinds or
        states, a call more for each of them, and one (decision 0102).
        """
        only = CodeFilter(
            kinds=kinds,
            batch=batch,
            states=states,
            beginning=read_search(search, sort=sort),
            sort=sort,
            now=self._context.now(),
        )
        at = None if text is None else codes.ref(organization, read_code(text))
        at_batch = None if batch is None else code_batches.ref(organization, batch)
        at_figures = figures.ref(organization) if with_figures or only.needs_figures else None
        also = [one for one in (at, at_batch, at_figures) if one is not None]
        membership = self._authorize(person, organization, Permission.READ, also=also)
        of_batch = None if at_batch is None else membership.rows.get(at_batch)
        if at_batch is not None and of_batch is None:
            raise UnknownCodeBatchError(f"The organization has no batch {batch!r}.")
        counted = None if at_figures is None else figures.found_in(membership.rows, organization)
        if at is None:
            page = read_codes_page(
                self._context,
                organization,
                only,
                figures=counted if only.needs_figures else None,
                batch=None if of_batch is None else code_batches.batch_of(of_batch),
                limit=limit,
                cursor=cursor,
            )
            found, next_ = page.items, page.next
        else:
            row, next_ = membership.rows.get(at), None
            found = [] if row is None else [*filter(only.wants, [codes.code_of(row)])]
        given = read_grants(self._context, organization, [code.grant for code in found])
        return ResultPage(
            items=[issued_of(code, membership.organization, given) for code in found],
            next=next_,
            figures=counted if with_figures else None,
        )

    @refuses(*AUTHORIZE, UnknownCodeError)
    def code(self, *, person: Person, organization: str, code: CodeKey) -> IssuedCode:
        """Read one code with its grant, or raise UnknownCodeError: two calls."""
        return find_code(
            self._context, person=person, organization=organization, code=code, permission=Permission.READ
        )

    @refuses(*AUTHORIZE, UnknownCodeError, CodeNotActiveError, NobodyToCopyError, TooManyEmailsError)
    def send_copy(self, *, person: Person, organization: str, code: CodeKey, receipt: Receipt) -> IssuedCode:
        """Email the code to the person, in a form that can be forwarded; a group's names its courses.

        Raises:
            CodeNotActiveError: the code is disabled, used up or over.
            NobodyToCopyError: the caller is an API key.
            TooManyEmailsError: the caller had as many copies sent today as one may.
        """
        issued = find_code(
            self._context,
            person=person,
            organization=organization,
            code=code,
            permission=Permission.MANAGE_CODES,
        )
        state = issued.code.state_at(self._context.now())
        if state is not CodeState.ACTIVE:
            raise CodeNotActiveError(f"The code is {state.replace('_', ' ')}.", state=state)
        data = CodeCopied(
            code=CodeRef.of(issued.code),
            terms=terms_of(issued),
            copy_to=_copy_to(person),
            group_licenses=self._group_licenses(issued),
        )
        now = self._context.now()
        writes = [self._event(person, issued.code, data), count_code_copy(person.email, now=now)]
        try:
            receipt.commit(self._context, writes, issued)
        except ConditionFailedError as stale:
            raise copy_refusal(now=now) from stale
        return issued

    def _group_licenses(self, issued: IssuedCode) -> tuple[LicenseRef, ...]:
        """Return the licenses of the code's group: one call, none for a code without a group."""
        if issued.group is None:
            return ()
        refs = [licenses.ref(issued.organization.id, id_) for id_ in issued.group.licenses]
        found = self._context.table.get_many(refs)
        return tuple(LicenseRef.of(licenses.terms_at(found, at)) for at in refs)

    def _authorize(
        self, person: Person, organization: str, permission: Permission, *, also: Sequence[Ref[Any]]
    ) -> Membership:
        return authorize(
            self._context, person=person, organization=organization, permission=permission, also=also
        )

    def _event(self, person: Person, code: Code, data: EventData) -> Write:
        return record_event(self._context, data, organization=code.organization, actor=person.email)


def find_code(
    context: Context, *, person: Person, organization: str, code: CodeKey, permission: Permission
) -> IssuedCode:
    """Authorize the caller, and read the code with its grant: two calls.

    Raises:
        UnknownCodeError: the organization has no such code; a later one of the same text is another.
    """
    at = codes.ref(organization, code.text)
    membership = authorize(
        context, person=person, organization=organization, permission=permission, also=[at]
    )
    row = membership.rows.get(at)
    if row is None or row.id != code.id:
        raise UnknownCodeError("The organization has no such code.")
    found = codes.code_of(row)
    return issued_of(found, membership.organization, read_grants(context, organization, [found.grant]))


def read_grants(context: Context, organization: str, grants: Iterable[Grant]) -> BatchResult:
    """Read the licenses and groups of grants: one call for each hundred."""
    return context.table.get_many([at for grant in grants for at in grant_refs(organization, grant)])


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
    ends_at = read_end(draft.ends_on, membership.organization, now=now)
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
        language=draft.language,
    )


def issued_of(code: Code, organization: Organization, found: BatchResult) -> IssuedCode:
    """Return the code with the licenses and the group of its grant, from the rows found."""
    given, group = given_of(code.grant, organization, found)
    return IssuedCode(code=code, organization=organization, licenses=given, group=group)


def read_end(ends_on: str | None, organization: Organization, *, now: datetime) -> datetime | None:
    """Return the instant at which a code ends, of a plain date that is included, or of an instant.

    Raises:
        BadDateError, EndsInPastError.
    """
    ends_at = read_window(None, ends_on, time_zone=organization.time_zone, names=("", "ends_on")).until
    if ends_at is not None and ends_at <= now:
        raise EndsInPastError(f"{ends_on} is over.")
    return ends_at


def given_of(
    grant: Grant, organization: Organization, found: BatchResult
) -> tuple[list[License], Group | None]:
    """Return the licenses and the group of a grant, from the rows found; None for a deleted group."""
    given = [licenses.own_at(found, licenses.ref(organization.id, id_)) for id_ in grant.licenses]
    if grant.group is None:
        return given, None
    return given, groups.open_group(found.get(groups.ref(organization.id, grant.group)))


def terms_of(issued: IssuedCode) -> CodeTerms:
    """Return the code's terms as events have them."""
    code = issued.code
    return CodeTerms(
        kind=code.kind,
        name=code.name,
        licenses=tuple(LicenseRef.of(license_.terms) for license_ in issued.licenses),
        group=None if issued.group is None else GroupRef.of(issued.group),
        cap=code.cap,
        domain=code.domain,
        message=code.message,
        ends_at=code.ends_at,
        language=code.language,
    )


def _copy_to(person: Person) -> str:
    """Return the address that a copy goes to, or raise NobodyToCopyError: an API key has none."""
    if person.key is not None:
        raise NobodyToCopyError("A program asked for the copy.")
    return person.email
