"""The line of those who wait for a seat: the first is let in when one comes back, once, whoever looks.

What has to happen hangs on events: of seats that came back, of somebody who stood in line, of the page that
changed. Each makes dispatch look at the line, and an event that was not dispatched is handed over again; so a
seat that came back while somebody was only about to stand in line is found by the event of that.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from usher.domain.enrollment.join_pages import JoinPage
from usher.domain.enrollment.join_requests import JoinRequest, JoinState
from usher.domain.events.enrollment import JoinApproved, JoinRefused, JoinRequested, JoinWaiting
from usher.domain.events.event import SYSTEM
from usher.domain.events.parts import PersonRef
from usher.domain.groups import UnknownGroupError
from usher.domain.licenses import LicenseOverError, NotEnoughSeatsError, UnknownLicenseError
from usher.domain.people import Person
from usher.services.context import Context
from usher.services.enrollment.enrollment import (
    Enrollment,
    EnrollmentEvent,
    EnrollmentResult,
    EnrollmentRoute,
)
from usher.services.transactions import record_event, retry_on_conflict
from usher.store.enrollment import join_pages, join_requests
from usher.store.transaction import ConditionFailedError, Write, commit

MOST_AT_ONCE = 20
"""Let in on one event; the event that tells of each makes the line move on."""


class LineError(Exception):
    """Others wait for the seats that come free."""


class Waitlist:
    """Lets in those who wait for a seat, in the order of asking."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._enrollment = Enrollment(context)

    def advance(self, *, organization: str) -> int:
        """Let in who is first, and those behind as long as there are seats; return how many.

        Nobody is let in while the page is off, nor whose domain may not join any more; they keep their place.
        """
        done = 0
        for email in join_requests.waitlist(self._context.table, organization):
            outcome = self._let_in(organization, email)
            if outcome is None:
                break
            done += outcome
            if done == MOST_AT_ONCE:
                break
        return done

    @retry_on_conflict
    def _let_in(self, organization: str, email: str) -> bool | None:
        """Say whether this let the person in; None where nobody can be now."""
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
            self._admit(page, request)
        except (NotEnoughSeatsError, LicenseOverError, UnknownLicenseError, UnknownGroupError):
            return None
        return True

    def _admit(self, page: JoinPage, request: JoinRequest) -> None:
        granted = request.admitted(by="", now=self._context.now())
        own = [*join_requests.write(request, granted), join_pages.unchanged(page)]
        door = EnrollmentRoute(
            organization=page.organization,
            grant=page.grant,
            event=approval(request),
            writes=lambda _admitted: own,
            refuse=refusing(own, []),
            actor=SYSTEM,
        )
        admitted = self._enrollment.admit(person=person_of(request), door=door)
        settle(self._context, admitted, request, own, actor=SYSTEM)


def settle(
    context: Context, admitted: EnrollmentResult, request: JoinRequest, writes: Sequence[Write], *, actor: str
) -> None:
    """Answer a request whose person turned out to have it all, since then their admission wrote nothing.

    Raises:
        ConditionFailedError: the request has changed meanwhile.
    """
    if admitted.new:
        return
    event = approved_without_enrollment(context, request, actor=actor)
    commit(context.table, [*writes, event])


def refusing(own: Sequence[Write], line: Sequence[Write]) -> Callable[[ConditionFailedError], None]:
    """Return the check that raises the conflict again if it was about `own`, LineError if about `line`."""

    def refuse(stale: ConditionFailedError) -> None:
        if any(write in stale for write in own):
            raise stale
        if any(write in stale for write in line):
            raise LineError from stale

    return refuse


def person_of(request: JoinRequest) -> Person:
    """Return who asked, as they named themselves."""
    return Person(email=request.email, first_name=request.first_name, last_name=request.last_name)


def approval(request: JoinRequest) -> EnrollmentEvent:
    """Return what makes the event of an approved request."""
    return partial(JoinApproved, request=request.id, person=_person_ref(request))


def approved_without_enrollment(context: Context, request: JoinRequest, *, actor: str) -> Write:
    """Return the write that records an approved request whose person had it all."""
    data = approval(request)(email=request.email, group=None, accesses=(), seat_changes=())
    return record_event(context, data, organization=request.organization, actor=actor)


def request_event(
    context: Context,
    kind: type[JoinRequested | JoinWaiting | JoinRefused],
    request: JoinRequest,
    *,
    actor: str,
) -> Write:
    """Return the write that records what became of a request."""
    data = kind(request=request.id, person=_person_ref(request))
    return record_event(context, data, organization=request.organization, actor=actor)


def _person_ref(request: JoinRequest) -> PersonRef:
    return PersonRef(email=request.email, first_name=request.first_name, last_name=request.last_name)
