"""The redemption of codes: once by each person, and never beyond the cap, however many redeem at once."""

from __future__ import annotations

from functools import partial

from usher.domain.enrollment.codes import (
    FEW_TRIES_OF_NETWORK_ADDRESS,
    FEW_TRIES_OF_PERSON,
    TRIES_AT_ORGANIZATION,
    TRIES_OF_NETWORK_ADDRESS,
    TRIES_OF_PERSON,
    BadCodeError,
    Code,
    CodeRefusedError,
    Use,
    read_code,
)
from usher.domain.enrollment_methods import EnrollmentMethod
from usher.domain.errors import UsherError, refuses
from usher.domain.events.codes import CodeRedeemed, CodeRef
from usher.domain.organizations import Organization, UnknownOrganizationError, is_slug
from usher.domain.people import Person
from usher.domain.rate_limits import Counted, LimitReachedError
from usher.domain.sessions import SessionRevokedError
from usher.services.context import Context
from usher.services.enrollment.enrollment import Enrollment, EnrollmentResult, EnrollmentRoute
from usher.services.rate_limits import NarrowingLimits, confirm, give_back, spend_narrowing
from usher.services.sessions import require_session, session_refs
from usher.services.transactions import retry_on_conflict
from usher.store import organizations, rate_limits
from usher.store.enrollment import code_batches, code_uses, codes
from usher.store.transaction import BusyError, ConditionFailedError


class _WrongCodeError(Exception):
    """The organization has no such code: what was typed is a guess."""


class RedeemCode:
    """Enrolls people by the codes that they were given."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._enrollment = Enrollment(context)

    @refuses(UnknownOrganizationError, SessionRevokedError)
    def organization(self, *, slug: str, viewer: Person | None = None) -> Organization:
        """Return the organization that the slug belongs to: two calls.

        Raises:
            UnknownOrganizationError: there is none.
            SessionRevokedError: the viewer's session is over.
        """
        id_ = organizations.by_slug(self._context.table, slug) if is_slug(slug) else None
        if id_ is None:
            raise UnknownOrganizationError("There is no such organization.")
        at = organizations.ref(id_)
        found = self._context.table.get_many([at, *session_refs(viewer)])
        require_session(viewer, found)
        row = found.get(at)
        organization = None if row is None else organizations.organization_of(row)
        if organization is None or organization.is_closed:
            raise UnknownOrganizationError("There is no such organization.")
        return organization

    @refuses(CodeRefusedError, LimitReachedError)
    def redeem(
        self, *, person: Person, organization: str, text: str, network_address: str
    ) -> EnrollmentResult:
        """Enroll the person by the code; one who redeemed it before is given nothing, and no use is counted.

        A guess is counted before the code is read, and given back if the organization has the code, whether
        or not it gives the person anything (docs/decisions/0043).

        Raises:
            CodeRefusedError: the code gives the person nothing; the reason is not disclosed.
            LimitReachedError: too many wrong codes by the person, or from the IP address.
        """
        try:
            text = read_code(text)
        except BadCodeError as bad:  # matches no code, so that it is no guess
            raise CodeRefusedError("The code was not redeemed.") from bad
        guess = self._count_guess(person, organization, network_address)
        try:
            enrolled = self._redeem(person, organization, text, guess)
        except _WrongCodeError as wrong:
            confirm(self._context, guess)
            raise CodeRefusedError("The code was not redeemed.") from wrong
        except UsherError as refused:
            give_back(self._context, guess)
            raise CodeRefusedError("The code was not redeemed.") from refused
        except BusyError:
            give_back(self._context, guess)
            raise
        if not enrolled.new:
            give_back(self._context, guess)
        return enrolled

    def _count_guess(self, person: Person, organization: str, network_address: str) -> Counted:
        """Count a guess, and wait for others that are in flight: those of a class with the right code."""
        limits = NarrowingLimits(
            each=[(TRIES_OF_PERSON, person.email), (TRIES_OF_NETWORK_ADDRESS, network_address)],
            overall=(TRIES_AT_ORGANIZATION, organization),
            narrowed=[(FEW_TRIES_OF_PERSON, person.email), (FEW_TRIES_OF_NETWORK_ADDRESS, network_address)],
        )
        return spend_narrowing(self._context, limits, wait=True)

    @retry_on_conflict
    def _redeem(self, person: Person, organization: str, text: str, guess: Counted) -> EnrollmentResult:
        """Redeem the code; where that writes anything, the guess is given back in the same transaction.

        Raises:
            _WrongCodeError: the organization has no such code.
            UsherError: it has, and the code gives the person nothing.
        """
        at, at_use = codes.ref(organization, text), code_uses.ref(organization, text, person.email)
        found = self._context.table.get_many([at, at_use])
        row, row_of_use = found.get(at), found.get(at_use)
        use = None if row_of_use is None else code_uses.use_of(row_of_use)
        if use is not None and (row is None or use.code.id == row.id):
            return EnrollmentResult(organization=organization, email=person.email, new=False)
        if row is None:
            raise _WrongCodeError
        code = codes.code_of(row)
        if not code.is_redeemable_by(person.email, self._context.now()):
            raise CodeRefusedError
        return self._enrollment.enroll(person=person, route=self._route(code, person, guess, before=use))

    def _route(self, code: Code, person: Person, guess: Counted, *, before: Use | None) -> EnrollmentRoute:
        """Return the route by the code; `before` is the person's use of a removed code of the same text."""
        now = self._context.now()
        use = Use(
            organization=code.organization,
            code=code.key,
            email=person.email,
            at=now,
            grant=code.grant,
            batch=code.batch,
        )
        own = [codes.count_use(code), *code_uses.record(use, before=before)]

        def refuse(stale: ConditionFailedError) -> None:
            if any(write in stale for write in own):
                # The person redeemed it, or the code was changed, used up or removed, at the same time.
                raise stale

        return EnrollmentRoute(
            organization=code.organization,
            method=EnrollmentMethod.CODE,
            grant=code.grant,
            language=code.language,
            event=partial(CodeRedeemed, code=CodeRef.of(code)),
            writes=lambda _enrolled: [
                *own,
                *code_batches.count_used(code),
                *rate_limits.give_back(guess),
            ],
            refuse=refuse,
        )
