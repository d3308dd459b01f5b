"""Join requests: listed, approved and refused by managers."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial

from usher.domain.addresses import BadAddressError, read_address
from usher.domain.directory import DirectoryField, SortedSearchError, fields_for, read_search
from usher.domain.enrollment.join_pages import JoinPage, WhenFull
from usher.domain.enrollment.join_requests import (
    JoinRequest,
    JoinRequestAnsweredError,
    JoinState,
    UnknownJoinRequestError,
    directory_entry,
)
from usher.domain.enrollment_methods import EnrollmentMethod
from usher.domain.errors import refusals_of, refuses
from usher.domain.events.enrollment import JoinRefused, JoinWaiting
from usher.domain.licenses import NotEnoughSeatsError
from usher.domain.list_sorts import JoinRequestSort
from usher.domain.organizations import Permission
from usher.domain.paging import BadCursorError
from usher.domain.people import Person
from usher.services.authorization import AUTHORIZE, authorize
from usher.services.context import Context
from usher.services.enrollment.enrollment import Enrollment, EnrollmentRoute
from usher.services.enrollment.waitlist import (
    WaitlistNotEmptyError,
    approved_event,
    approved_without_enrollment,
    conflict_check,
    person_of,
    request_event,
)
from usher.services.list_effort import FoundEarlier
from usher.services.list_figures import authorize_to_list
from usher.services.merged_lists import Section, read_page
from usher.services.paging import ResultPage
from usher.services.receipts import Receipt
from usher.services.transactions import retry_on_conflict
from usher.store import figures
from usher.store.enrollment import join_pages, join_requests
from usher.store.key_ranges import Found, KeyRange
from usher.store.key_sources import Candidates
from usher.store.transaction import ConditionFailedError


class JoinRequests:
    """Lists an organization's join requests and answers them."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._enrollment = Enrollment(context)

    @refuses(*AUTHORIZE, BadCursorError, BadAddressError, SortedSearchError)
    def listed(  # noqa: PLR0913 - the filters
        self,
        *,
        person: Person,
        organization: str,
        states: Collection[JoinState] = (),
        email: str | None = None,
        search: str | None = None,
        sort: JoinRequestSort | None = None,
        limit: int,
        cursor: str | None,
        with_figures: bool = False,
    ) -> ResultPage[JoinRequest]:
        """List the requests in some states, in the order of asking: one call, and one for each state.

        With a search, those whose address, first or last name begins with it, one call for each of these and
        each state, and one for the requests that each finds; with an address, only its request: both whatever
        the state unless some are given. Without states, those that are `pending`. With the organization's
        figures it costs no further call.
        """
        beginning = read_search(search, sort=sort)
        if email is not None:
            at = read_address(email)
            return self._of_address(person, organization, at, states, with_figures=with_figures)
        counted = authorize_to_list(
            self._context, person=person, organization=organization, with_figures=with_figures
        )
        wanted = sorted(set(states)) or [JoinState.PENDING]
        sort_ = sort or JoinRequestSort.OLDEST
        section = Section(
            ranges=[
                join_requests.in_state(organization, state, descending=sort_.is_descending)
                for state in wanted
            ],
            load=join_requests.whole,
            wanted=lambda one: one.state in wanted,
        )
        page = read_page(
            self._context.table,
            self._found(organization, beginning, states, limit=limit) if beginning else [section],
            query=(organization, *wanted, *([sort_] if sort else []), beginning),
            limit=limit,
            cursor=cursor,
        )
        return ResultPage(items=page.items, next=page.next, figures=counted)

    @refuses(
        *AUTHORIZE,
        UnknownJoinRequestError,
        JoinRequestAnsweredError,
        *refusals_of(Enrollment.enroll),
    )
    @retry_on_conflict
    def approve(self, *, person: Person, organization: str, email: str, receipt: Receipt) -> JoinRequest:
        """Approve a request, also one that was refused: enroll the person with the page's present grant.

        Where no seat is left and the page has a waiting list, the person is put on it, as the answer's state
        says. A person who is on it already is enrolled before the others if there is a seat.

        Raises:
            NotEnoughSeatsError: nothing was changed; `shortfall` names the licenses.
            LicenseOverError, UnknownLicenseError, UnknownGroupError, GroupRequiredError: the page's grant
                cannot be given any more.
        """
        page, request = self._read(person, organization, email)
        return self._approve(page, request, person, receipt)

    @refuses(*AUTHORIZE, UnknownJoinRequestError, JoinRequestAnsweredError)
    @retry_on_conflict
    def refuse(self, *, person: Person, organization: str, email: str, receipt: Receipt) -> JoinRequest:
        """Refuse a request; the person gets an email, and asking again changes nothing from then on."""
        _, request = self._read(person, organization, email)
        after = request.refused(by=person.email, now=self._context.now())
        event = request_event(self._context, JoinRefused, request, actor=person.email)
        receipt.commit(self._context, [*join_requests.write(request, after), event], after)
        return after

    def _found(
        self, organization: str, beginning: str, states: Collection[JoinState], *, limit: int
    ) -> list[Section[JoinRequest]]:
        """A search goes through addresses, first and last names in turn; without states, in all.

        By address, those in all states are found in the table itself.
        """
        in_directory = partial(join_requests.in_directory, self._context.table)

        def is_found(field: DirectoryField, one: JoinRequest) -> bool:
            is_wanted = one.organization == organization and (not states or one.state in states)
            return is_wanted and directory_entry(one).found_by(beginning) is field

        def in_states(field: DirectoryField) -> list[KeyRange]:
            return [
                join_requests.range_beginning(organization, state, field, beginning)
                for state in sorted(set(states or JoinState))
            ]

        def is_new(earlier: FoundEarlier, found: Found) -> bool:
            # Whoever is found by address or first name is not loaded again.
            is_by_address = join_requests.address_of(found).startswith(beginning)
            return not is_by_address and earlier.is_new(found)

        def section(field: DirectoryField) -> Section[JoinRequest]:
            wanted = partial(is_found, field)
            if field is DirectoryField.EMAIL and not states:
                every = join_requests.address_range(organization, beginning)
                return Section([every], join_requests.whole, wanted)
            if field is DirectoryField.EMAIL:
                return Section(in_states(field), in_directory, wanted)
            is_last = field is DirectoryField.LAST_NAME
            first_names = in_states(DirectoryField.FIRST_NAME) if is_last else []
            earlier = FoundEarlier(self._context.table, first_names, limit=limit)
            candidates = [Candidates(one, partial(is_new, earlier)) for one in in_states(field)]
            return Section(candidates, in_directory, wanted)

        return [*map(section, fields_for(beginning))]

    def _of_address(
        self,
        person: Person,
        organization: str,
        email: str,
        states: Collection[JoinState],
        *,
        with_figures: bool,
    ) -> ResultPage[JoinRequest]:
        at, at_figures = join_requests.ref(organization, email), figures.ref(organization)
        membership = authorize(
            self._context,
            person=person,
            organization=organization,
            permission=Permission.READ,
            also=[at, at_figures] if with_figures else [at],
        )
        row = membership.rows.get(at)
        found = [] if row is None else [join_requests.request_of(row)]
        return ResultPage(
            items=[one for one in found if not states or one.state in states],
            next=None,
            figures=figures.found_in(membership.rows, organization) if with_figures else None,
        )

    def _approve(self, page: JoinPage, request: JoinRequest, person: Person, receipt: Receipt) -> JoinRequest:
        granted = request.admitted(by=person.email, now=self._context.now())
        own = [*join_requests.write(request, granted), join_pages.unchanged(page)]
        may_wait = page.when_full is WhenFull.WAITING_LIST and request.state is not JoinState.WAITING
        guarded = may_wait and not page.grant.is_empty
        waitlist_check = [join_requests.is_waitlist_empty(page.organization)] if guarded else []
        raise_conflict = conflict_check(own, waitlist_check)

        def refuse(stale: ConditionFailedError) -> None:
            receipt.refuse_race(stale)
            receipt.forget(0)
            raise_conflict(stale)

        route = EnrollmentRoute(
            organization=page.organization,
            method=EnrollmentMethod.JOIN_PAGE,
            grant=page.grant,
            language=request.language,
            event=approved_event(request),
            writes=lambda _enrolled: [*own, *waitlist_check, *receipt.whole(self._context, granted)],
            refuse=refuse,
            actor=person.email,
        )
        try:
            enrolled = self._enrollment.enroll(person=person_of(request), route=route)
        except (NotEnoughSeatsError, WaitlistNotEmptyError):
            if not may_wait:
                raise
            return self._put_on_waitlist(page, request, person, receipt)
        if enrolled.new:
            receipt.written(complete=True)
        else:
            event = approved_without_enrollment(self._context, request, actor=person.email)
            receipt.commit(self._context, [*own, event], granted)
        return granted

    def _put_on_waitlist(
        self, page: JoinPage, request: JoinRequest, person: Person, receipt: Receipt
    ) -> JoinRequest:
        waiting = request.waiting()
        event = request_event(self._context, JoinWaiting, request, actor=person.email)
        receipt.commit(
            self._context,
            [*join_requests.write(request, waiting), join_pages.unchanged(page), event],
            waiting,
        )
        return waiting

    def _read(self, person: Person, organization: str, email: str) -> tuple[JoinPage, JoinRequest]:
        at_page, at_request = join_pages.ref(organization), join_requests.ref(organization, email)
        membership = authorize(
            self._context,
            person=person,
            organization=organization,
            permission=Permission.MANAGE_JOIN_PAGE,
            also=[at_page, at_request],
        )
        row, asked = membership.rows.get(at_page), membership.rows.get(at_request)
        if row is None or asked is None:
            raise UnknownJoinRequestError("Nobody with this address asked to join.")
        return join_pages.page_of(row, organization), join_requests.request_of(asked)
