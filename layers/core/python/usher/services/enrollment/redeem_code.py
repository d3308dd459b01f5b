"""The redemption of codes: once by each person, and never beyond the cap, however many redeem at once."""

from __future__ import annotations

from functools import partial

from usher.domain.enrollment.codes import (
    TRIES_AT_ORGANIZATION,
    TRIES_OF_NETWORK_ADDRESS,
    TRIES_OF_PERSON,
    BadCodeError,
    Code,
    CodeRefusedError,
    Use,
    read_code,
)
from usher.domain.enrollment.rate_limits import LimitReachedError
from usher.domain.errors import refuses
from usher.domain.events.codes import CodeRedeemed, CodeRef
from usher.domain.groups import UnknownGroupError
from usher.domain.licenses import LicenseOverError, NotEnoughSeatsError, UnknownLicenseError
from usher.domain.organizations import Organization, UnknownOrganizationError, is_slug
from usher.domain.people import Person
from usher.services.context import Context
from usher.services.enrollment.enrollment import Enrollment, EnrollmentResult, EnrollmentRoute
from usher.services.enrollment.rate_limits import require_all_left, spend_all
from usher.services.transactions import retry_on_conflict
from usher.store import organizations
from usher.store.enrollment import codes
from usher.store.transaction import ConditionFailedError


class RedeemCode:
    """Enrolls people by the codes that they were given."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._enrollment = Enrollment(context)

    @refuses(UnknownOrganizationError)
    def organization(self, *, slug: str) -> Organization:
        """Return the organization that the slug belongs to, or raise UnknownOrganizationError: two calls."""
        id_ = organizations.by_slug(self._context.table, slug) if is_slug(slug) else None
        found = None if id_ is None else organizations.get(self._context.table, id_)
        if found is None:
            raise UnknownOrganizationError("There is no such organization.")
        return found

    @refuses(CodeRefusedError, LimitReachedError)
    def redeem(
        self, *, person: Person, organization: str, text: str, network_address: str
    ) -> EnrollmentResult:
        """Enroll the person by the code; one who redeemed it before is given nothing, and no use is counted.

        Failed tries are counted; once there were too many, no code is read.

        Raises:
            CodeRefusedError: the code gives the person nothing; the reason is not disclosed.
            LimitReachedError: too many tries by the person, from the IP address or at the organization.
        """
        subjects = [
            (TRIES_OF_PERSON, person.email),
            (TRIES_OF_NETWORK_ADDRESS, network_address),
            (TRIES_AT_ORGANIZATION, organization),
        ]
        require_all_left(self._context, subjects)
        try:
            return self._redeem(person, organization, read_code(text))
        except (
            BadCodeError,
            CodeRefusedError,
            NotEnoughSeatsError,
            LicenseOverError,
            UnknownLicenseError,
            UnknownGroupError,
        ) as refused:
            spend_all(self._context, subjects)
            raise CodeRefusedError("The code was not redeemed.") from refused

    @retry_on_conflict
    def _redeem(self, person: Person, organization: str, text: str) -> EnrollmentResult:
        at, at_use = codes.ref(organization, text), codes.use_ref(organization, text, person.email)
        found = self._context.table.get_many([at, at_use])
        if found.get(at_use) is not None:
            return EnrollmentResult(organization=organization, email=person.email, new=False)
        row = found.get(at)
        code = None if row is None else codes.code_of(row)
        if code is None or not code.is_redeemable_by(person.email, self._context.now()):
            raise CodeRefusedError
        return self._enrollment.enroll(person=person, route=self._route(code, person))

    def _route(self, code: Code, person: Person) -> EnrollmentRoute:
        counted = codes.count_use(code)
        recorded = codes.record_use(
            Use(
                organization=code.organization,
                code=code.text,
                email=person.email,
                at=self._context.now(),
            )
        )

        def refuse(stale: ConditionFailedError) -> None:
            if recorded in stale:
                raise stale  # the same person redeemed the same code at the same time
            if counted in stale:
                raise CodeRefusedError from stale

        return EnrollmentRoute(
            organization=code.organization,
            grant=code.grant,
            event=partial(CodeRedeemed, code=CodeRef.of(code)),
            writes=lambda _enrolled: [counted, recorded],
            refuse=refuse,
        )
