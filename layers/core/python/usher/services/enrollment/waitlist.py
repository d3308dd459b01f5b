"""The waiting list of a join page: a seat that comes back goes to the first person on it, once.

The waitlist advances on events: a seat came back, a person was put on it, the page changed. An event that was
not dispatched is delivered again; a seat that came back just before somebody was put on the waitlist is found
by the event of the latter.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from usher.domain.enrollment.join_pages import JoinPage
from usher.domain.enrollment.join_requests import JoinRequest, JoinState
from usher.domain.enrollment_methods import EnrollmentMethod
from usher.domain.events.enrollment import (
    JoinApproved,
    JoinRefused,
    JoinRequested,
    JoinWaiting,
    JoinWithdrawn,
)
from usher.domain.events.event import SYSTEM
from usher.domain.events.parts import PersonRef
from usher.domain.licenses import NotEnoughSeatsError
from usher.domain.people import Person
from usher.services.context import Context
from usher.services.enrollment.enrollment import (
    UNGRANTABLE,
    Enrollment,
    EnrollmentEvent,
    EnrollmentResult,
    EnrollmentRoute,
)
from usher.services.transactions import record_event, retry_on_conflict
from usher.store.enrollment import join_pages, join_requests
from usher.store.transaction import ConditionFailedError, Write, commit

MOST_AT_ONCE = 20
"""People enrolled on one event; the events of their enrollments advance the waitlist further."""


class WaitlistNotEmptyError(Exception):
    """Others are on the waitlist, and come first."""


class Waitlist:
    """Enrolls the people who wait for a seat, in the order of asking."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._enrollment = Enrollment(context)

    def advance(self, *, organization: str) -> int:
        """Enroll the people on the waitlist, in order, while there are seats; return how many.

        Nobody is enrolled while the page is off; a person whose domain may not join any more is passed over.
        Both stay on the waitlist.
        """
        done = 0
        for email in join_requests.waitlist(self._context.table, organization):
            outcome = self._enroll_next(organization, email)
            if outcome is None:
                break
            done += outcome
            if done == MOST_AT_ONCE:
                break
        return done

    @retry_on_conflict
    def _enroll_next(self, organization: str, email: str) -> bool | None:
        """Enroll the person if they may join; None means that nobody can be enrolled now."""
        at_page, at_request = join_pages.ref(organization), join_requests.ref(organization, email)
        found = self._context.table.get_many([at_page, at_request])
        row, waiting = found.get(at_page), found.get(at_request)
        if row is None or not row.is_on:
            return None
        request = None if waiting is None else join_requests.request_of(waiting)
        page = join_pages.page_of(row, organization)
        if request is None or request.state is not JoinState.WAITING or not page.allows(email):
            return False
        try:
            self._enroll(page, request)
        except (NotEnoughSeatsError, *UNGRANTABLE):
            return None
        return True

    def _enroll(self, page: JoinPage, request: JoinRequest) -> None:
        granted = request.admitted(by="", now=self._context.now())
        own = [*join_requests.write(request, granted), join_pages.unchanged(page)]
        route = EnrollmentRoute(
            organization=page.organization,
            method=EnrollmentMethod.JOIN_PAGE,
            grant=page.grant,
            language=request.language,
            event=approved_event(request),
            writes=lambda _enrolled: own,
            refuse=conflict_check(own, []),
            actor=SYSTEM,
        )
        enrolled = self._enrollment.enroll(person=person_of(request), route=route)
        _approve_enrolled(self._context, enrolled, request, own, actor=SYSTEM)


def _approve_enrolled(
    context: Context, enrolled: EnrollmentResult, request: JoinRequest, writes: Sequence[Write], *, actor: str
) -> None:
    """Answer the request of a person who had all of the page's grant, since enrolling them wrote nothing.

    Raises:
        ConditionFailedError: the request has changed meanwhile.
    """
    if enrolled.new:
        return
    event = approved_without_enrollment(context, request, actor=actor)
    commit(context.table, [*writes, event])


def conflict_check(
    own: Sequence[Write], waitlist_check: Sequence[Write]
) -> Callable[[ConditionFailedError], None]:
    """Return a function that raises the conflict again if one of `own` failed.

    It raises WaitlistNotEmptyError if `waitlist_check` failed.
    """

    def refuse(stale: ConditionFailedError) -> None:
        if any(write in stale for write in own):
            raise stale
        if any(write in stale for write in waitlist_check):
            raise WaitlistNotEmptyError from stale

    return refuse


def person_of(request: JoinRequest) -> Person:
    """Return the person who asked, by the name that they gave."""
    return Person(email=request.email, first_name=request.first_name, last_name=request.last_name)


def approved_event(request: JoinRequest) -> EnrollmentEvent:
    """Return a function that makes the event of the approved request."""
    return partial(JoinApproved, request=request.id, person=_person_ref(request), language=request.language)


def approved_without_enrollment(context: Context, request: JoinRequest, *, actor: str) -> Write:
    """Return the write that records the approval for a person who had all of the page's grant."""
    data = JoinApproved(
        request=request.id,
        person=_person_ref(request),
        language=request.language,
        email=request.email,
        group=None,
        accesses=(),
        seat_changes=(),
        enrolled=False,
    )
    return record_event(context, data, organization=request.organization, actor=actor)


def request_event(
    context: Context,
    kind: type[JoinRequested | JoinWaiting | JoinRefused | JoinWithdrawn],
    request: JoinRequest,
    *,
    actor: str,
) -> Write:
    """Return the write that records what became of the request."""
    data = kind(request=request.id, person=_person_ref(request), language=request.language)
    return record_event(context, data, organization=request.organization, actor=actor)


def _person_ref(request: JoinRequest) -> PersonRef:
    return PersonRef(email=request.email, first_name=request.first_name, last_name=request.last_name)
