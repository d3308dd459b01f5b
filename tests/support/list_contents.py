"""What fills lists for tests of what they cost: written as commands and dispatch do, but many at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from tests.support.clock import MONDAY
from tests.support.tenant import Tenant
from usher.domain.accesses import Access, AccessState
from usher.domain.enrollment_methods import EnrollmentMethod
from usher.domain.events.accesses import SeatsAssigned
from usher.domain.events.event import EventData
from usher.domain.events.groups import GroupRenamed
from usher.domain.events.parts import GroupRef, SeatChange
from usher.domain.groups import Group, Member
from usher.domain.learners import Learner
from usher.domain.licenses import License, LicenseTerms
from usher.services.transactions import record_event
from usher.store import accesses, event_trails, events, groups, license_pools, list_pointers
from usher.store.people import learners
from usher.store.transaction import MAX_ITEMS, commit


def learner_of(tenant: Tenant, email: str, *, first_name: str = "Ann", last_name: str = "Lee") -> Learner:
    return Learner(
        organization=tenant.id, email=email, first_name=first_name, last_name=last_name, joined_at=MONDAY
    )


def access_of(license_: License, email: str, state: AccessState = AccessState.ACTIVE) -> Access:
    """Return an access that began with its license, or is to begin or lapse long after the tests' days."""
    terms = license_.terms
    is_given = state in {AccessState.SCHEDULED, AccessState.ACTIVE, AccessState.ENDED}
    late = terms.valid_until.replace(day=1)
    return Access(
        email=email,
        terms=terms,
        state=state,
        given_by=EnrollmentMethod.ASSIGNMENT,
        start_at=None if not is_given else late if state is AccessState.SCHEDULED else terms.valid_from,
        reserved_until=late if state is AccessState.RESERVED else None,
    )


def add_learners(tenant: Tenant, people: Sequence[tuple[Learner, Sequence[Access], Sequence[Group]]]) -> None:
    """Write learners with their accesses, the seats of these, and memberships, ten people at a time."""
    for first in range(0, len(people), 10):
        some = people[first : first + 10]
        held = [access for _, own, _ in some for access in own]
        terms = {one.terms.license: one.terms for one in held}
        seats = Counter(one.terms.license for one in held if one.is_live())
        joined = [(learner.email, group.id) for learner, _, own in some for group in own]
        commit(
            tenant.context.table,
            [
                *(learners.join(learner, is_new=True) for learner, _, _ in some),
                *(accesses.take(one) for one in held),
                *(license_pools.take(terms[of], number) for of, number in seats.items()),
                *(
                    groups.join(Member(organization=tenant.id, group=of, email=email, joined_at=MONDAY))
                    for email, of in joined
                ),
                *(
                    groups.count(tenant.id, group, number)
                    for group, number in Counter(of for _, of in joined).items()
                ),
                record_event(
                    tenant.context,
                    _event_of([one.terms for one in held if one.is_live()]),
                    organization=tenant.id,
                ),
            ],
        )


def _event_of(taken: Sequence[LicenseTerms]) -> EventData:
    """Return an event that has the changes of seats."""
    if not taken:
        return GroupRenamed(group=GroupRef(id="g", name="Day"), previous_name="Night")
    changes = SeatChange.taken(taken)
    return SeatsAssigned(license=changes[0].license, started=(), scheduled=(), seat_changes=changes)


def add_events(
    tenant: Tenant, happened: Sequence[EventData], *, at: datetime | None = None, pointed_to: bool = True
) -> None:
    """Write events that occurred `at`, or now, and the pointers to them."""
    for first in range(0, len(happened), MAX_ITEMS):
        some = [
            tenant.context.event(one, organization=tenant.id, actor="system", at=at)
            for one in happened[first : first + MAX_ITEMS]
        ]
        commit(tenant.context.table, [events.record(one) for one in some])
        pointers = [row for one in some for row in list_pointers.added_by(one)]
        if pointed_to:
            lasting = list_pointers.lasting(some)
            tenant.context.table.write_many(puts=[*event_trails.pointers(some), *lasting, *pointers])
