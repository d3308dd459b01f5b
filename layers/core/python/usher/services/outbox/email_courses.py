"""The courses that an email says are open to a learner now, as they are when it is sent."""

from __future__ import annotations

from usher.domain.effects.kinds import Email
from usher.domain.events.accesses import AccessStarted, SeatsGivenData
from usher.domain.events.enrollment import JoinApproved
from usher.domain.events.parts import AccessRef
from usher.domain.licenses import Product
from usher.store import licenses
from usher.store.table import BatchResult, Ref


def course_refs(email: Email) -> list[Ref[licenses.LicenseRow]]:
    """Return the licenses of the email's courses, to be read in a call that is made anyway."""
    given = dict.fromkeys(access.license.id for access in _given(email))
    return [licenses.ref(email.organization, license_id) for license_id in given]


def courses(email: Email, found: BatchResult) -> tuple[Product, ...]:
    """Return the email's courses; `found` has what `course_refs` names."""
    rows = [found.get(at) for at in course_refs(email)]
    return tuple(licenses.terms_of(row).product for row in rows if row is not None)


def _given(email: Email) -> tuple[AccessRef, ...]:
    match email.data:
        case AccessStarted(access=access):
            return (access,)
        case SeatsGivenData(started=started):
            return started
        case JoinApproved(accesses=accesses):
            return accesses
    return ()
