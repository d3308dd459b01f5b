"""The waiting list: who asked first gets the seat that comes back, once, whatever breaks off."""

from __future__ import annotations

from contextlib import ExitStack

import pytest

from tests.support.async_workers import AsyncWorkers
from tests.support.call_counts import Count
from tests.support.crashes import Crash, crashing
from tests.support.join_pages import approve, group_of, join, person, refuse, requests, set_page, withdraw
from tests.support.published_events import data_of, seat_changes
from tests.support.reading_back import access_now, events_of, invite_now, seats
from tests.support.tenant import Tenant
from usher.domain.accesses import AccessState
from usher.domain.enrollment.join_pages import WhenFull
from usher.domain.enrollment.join_requests import JoinRequestAnsweredError, JoinState, UnknownJoinRequestError
from usher.domain.invites import InviteState
from usher.domain.licenses import License, NotEnoughSeatsError
from usher.services.enrollment.join_page_flow import JoinOutcome
from usher.services.enrollment.waitlist import Waitlist
from usher.services.groups import Groups
from usher.services.invites.answer_invite import AnswerInvite
from usher.services.operator_commands import OperatorCommands
from usher.services.people.dashboards import Dashboards
from usher.store import accesses
from usher.store.enrollment import join_requests

ANN, BO, CY = "ann@x.io", "bo@x.io", "cy@x.io"


@pytest.fixture
def full(tenant: Tenant) -> License:
    """A license of one seat, which an invite holds, and a page with a waiting list that gives it."""
    license_ = tenant.license(1)
    tenant.invite(license_, "first@x.io")
    set_page(tenant, license_, when_full=WhenFull.WAITING_LIST)
    return license_


def top_up(tenant: Tenant, license_: License, seats_more: int) -> None:
    OperatorCommands(tenant.context).resize_license(
        person=tenant.operator,
        organization=tenant.id,
        license_id=license_.id,
        order_id=f"more-{tenant.context.new_id()}",
        seats=seats_more,
    )


def holder(tenant: Tenant, license_: License) -> set[str]:
    """Return who of the three has a seat."""
    found = {email: accesses.get(tenant.context.table, email, license_.id) for email in (ANN, BO, CY)}
    return {email for email, access in found.items() if access is not None and access.is_live()}


def test_when_seats_run_out_people_wait_for_one(
    tenant: Tenant, full: License, async_workers: AsyncWorkers
) -> None:
    async_workers.skip()

    assert join(tenant) is JoinOutcome.WAITING
    assert join(tenant) is JoinOutcome.WAITING
    async_workers.settle()

    assert requests(tenant, JoinState.WAITING) == [ANN]
    assert async_workers.sent_to(ANN) == ["join_waiting"]
    assert seats(tenant, full) == (1, 1, 0)


def test_when_a_seat_comes_back_the_first_on_the_waitlist_is_enrolled_and_notified(
    tenant: Tenant, full: License, async_workers: AsyncWorkers
) -> None:
    for email in (ANN, BO):
        join(tenant, email)
    async_workers.settle()

    top_up(tenant, full, 1)
    async_workers.settle()

    assert holder(tenant, full) == {ANN}
    assert requests(tenant, JoinState.WAITING) == [BO]
    assert async_workers.sent_to(ANN) == ["join_waiting", "join_approved"]
    assert async_workers.sent_to(BO) == ["join_waiting"]
    (event,) = events_of(tenant, "join.approved")
    assert event.actor == "system"
    assert seat_changes(event) == {full.id: 1}


@pytest.mark.parametrize("how", ["decline", "withdraw", "expire"])
def test_every_way_in_which_a_seat_comes_back_enrolls_somebody(
    tenant: Tenant, async_workers: AsyncWorkers, how: str
) -> None:
    license_ = tenant.license(1)
    invite = tenant.invite(license_, "first@x.io")
    set_page(tenant, license_, when_full=WhenFull.WAITING_LIST)
    join(tenant)
    async_workers.settle()

    if how == "decline":
        AnswerInvite(tenant.context).decline(invite=invite.id, number=1)
    elif how == "withdraw":
        tenant.withdraw(invite)
    else:
        async_workers.clock.forward(days=11)
    async_workers.settle()
    async_workers.settle()

    assert access_now(tenant, license_).state is AccessState.ACTIVE
    assert requests(tenant, JoinState.WAITING) == []


def test_the_same_event_twice_enrolls_one(tenant: Tenant, full: License, async_workers: AsyncWorkers) -> None:
    for email in (ANN, BO):
        join(tenant, email)
    async_workers.dispatch()
    top_up(tenant, full, 1)
    already = set(async_workers.dispatched)
    for _ in range(3):
        async_workers.dispatched = set(already)
        async_workers.dispatch()

    assert holder(tenant, full) == {ANN}
    assert len(events_of(tenant, "join.approved")) == 1


def test_a_seat_that_came_back_while_somebody_was_about_to_wait_is_not_missed(
    tenant: Tenant, full: License, async_workers: AsyncWorkers
) -> None:
    async_workers.dispatch()

    def seat_comes_back() -> None:
        top_up(tenant, full, 1)
        async_workers.dispatch()

    with (
        ExitStack() as later,
        tenant.before_next_write(
            # The first write finds no seat; the second one takes the place in the line.
            lambda: later.enter_context(tenant.before_next_write(seat_comes_back))
        ),
    ):
        assert join(tenant) is JoinOutcome.WAITING
    assert holder(tenant, full) == set()

    (stood_in_line,) = events_of(tenant, "join.waiting")
    async_workers.dispatch_events.dispatch(stood_in_line)

    assert holder(tenant, full) == {ANN}


def test_nobody_who_comes_later_overtakes_those_who_wait(tenant: Tenant, full: License) -> None:
    join(tenant, ANN)
    top_up(tenant, full, 1)

    assert join(tenant, BO) is JoinOutcome.WAITING
    assert Waitlist(tenant.context).advance(organization=tenant.id) == 1

    assert holder(tenant, full) == {ANN}
    assert requests(tenant, JoinState.WAITING) == [BO]


def test_while_people_wait_a_page_that_refuses_refuses_newcomers(tenant: Tenant, full: License) -> None:
    join(tenant, ANN)
    set_page(tenant, full, when_full=WhenFull.REFUSE)
    top_up(tenant, full, 1)

    assert join(tenant, BO) is JoinOutcome.FULL

    Waitlist(tenant.context).advance(organization=tenant.id)
    assert holder(tenant, full) == {ANN}


def test_two_workers_at_once_enroll_as_many_as_there_are_seats(tenant: Tenant, full: License) -> None:
    for email in (ANN, BO, CY):
        join(tenant, email)
    top_up(tenant, full, 2)
    waitlist = Waitlist(tenant.context)

    with tenant.before_next_write(lambda: waitlist.advance(organization=tenant.id)):
        assert waitlist.advance(organization=tenant.id) == 0

    assert holder(tenant, full) == {ANN, BO}
    assert seats(tenant, full) == (3, 3, 0)
    assert requests(tenant, JoinState.WAITING) == [CY]


def test_whatever_call_it_dies_at_the_next_look_goes_on(tenant: Tenant, full: License) -> None:
    for email in (ANN, BO):
        join(tenant, email)
    top_up(tenant, full, 2)
    waitlist = Waitlist(tenant.context)
    client = tenant.context.table.connection.client
    for at in range(1, 13):
        with pytest.raises(Crash), crashing(client, at=1 + at % 6):
            waitlist.advance(organization=tenant.id)
        if not requests(tenant, JoinState.WAITING):
            break
    waitlist.advance(organization=tenant.id)

    assert holder(tenant, full) == {ANN, BO}
    assert seats(tenant, full) == (3, 3, 0)
    assert len(events_of(tenant, "join.approved")) == 2


def test_a_long_waitlist_advances_by_the_events_of_those_enrolled(
    tenant: Tenant, full: License, async_workers: AsyncWorkers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One event lets in a few only, so that a function with a long line before it is done in time."""
    monkeypatch.setattr("usher.services.enrollment.waitlist.MOST_AT_ONCE", 1)
    for email in (ANN, BO, CY):
        join(tenant, email)
    async_workers.skip()
    top_up(tenant, full, 3)

    async_workers.dispatch()
    assert requests(tenant, JoinState.WAITING) == [BO, CY]
    async_workers.dispatch()
    async_workers.dispatch()

    assert requests(tenant, JoinState.WAITING) == []
    assert seats(tenant, full) == (4, 4, 0)


def test_while_the_page_is_off_nobody_is_enrolled_and_all_keep_their_positions(
    tenant: Tenant, full: License, async_workers: AsyncWorkers
) -> None:
    for email in (ANN, BO):
        join(tenant, email)
    set_page(tenant, full, when_full=WhenFull.WAITING_LIST, is_on=False)
    top_up(tenant, full, 1)
    async_workers.dispatch()
    assert holder(tenant, full) == set()

    set_page(tenant, full, when_full=WhenFull.WAITING_LIST)
    async_workers.dispatch()

    assert holder(tenant, full) == {ANN}


def test_whose_domain_may_not_join_any_more_is_passed_over(tenant: Tenant, full: License) -> None:
    join(tenant, ANN)
    join(tenant, "bo@acme.example")
    set_page(tenant, full, when_full=WhenFull.WAITING_LIST, domains=["acme.example"])
    top_up(tenant, full, 1)

    assert Waitlist(tenant.context).advance(organization=tenant.id) == 1

    assert requests(tenant, JoinState.WAITING) == [ANN]
    assert requests(tenant, JoinState.ADMITTED) == ["bo@acme.example"]


def test_whoever_got_the_seat_by_an_invite_leaves_the_waitlist(tenant: Tenant, full: License) -> None:
    for email in (ANN, BO):
        join(tenant, email)
    top_up(tenant, full, 1)
    invite = tenant.invite(full, ANN)
    top_up(tenant, full, 1)

    assert Waitlist(tenant.context).advance(organization=tenant.id) == 2

    assert invite_now(tenant, invite).state is InviteState.ACCEPTED
    assert holder(tenant, full) == {ANN, BO}
    assert requests(tenant, JoinState.WAITING) == []


def test_a_manager_can_refuse_who_waits(tenant: Tenant, full: License) -> None:
    for email in (ANN, BO):
        join(tenant, email)

    refuse(tenant, ANN)
    top_up(tenant, full, 1)
    Waitlist(tenant.context).advance(organization=tenant.id)

    assert holder(tenant, full) == {BO}


def test_a_manager_can_enroll_somebody_before_those_ahead_of_them(tenant: Tenant, full: License) -> None:
    for email in (ANN, BO):
        join(tenant, email)
    with pytest.raises(NotEnoughSeatsError):
        approve(tenant, BO)
    top_up(tenant, full, 1)

    assert approve(tenant, BO).state is JoinState.ADMITTED

    assert holder(tenant, full) == {BO}
    assert requests(tenant, JoinState.WAITING) == [ANN]


def test_who_is_approved_when_seats_are_out_stands_in_line_by_when_they_asked(
    tenant: Tenant, full: License, async_workers: AsyncWorkers
) -> None:
    set_page(tenant, full, when_full=WhenFull.WAITING_LIST, approval=True)
    for email in (ANN, BO):
        join(tenant, email)
    async_workers.skip()

    assert approve(tenant, BO).state is JoinState.WAITING
    assert approve(tenant, ANN).state is JoinState.WAITING
    async_workers.settle()
    top_up(tenant, full, 1)
    async_workers.settle()

    assert holder(tenant, full) == {ANN}
    assert async_workers.sent_to(ANN) == ["join_waiting", "join_approved"]


def test_who_asked_when_a_manager_had_to_approve_keeps_that_place_in_line(
    tenant: Tenant, full: License
) -> None:
    set_page(tenant, full, when_full=WhenFull.WAITING_LIST, approval=True)
    join(tenant, ANN)
    set_page(tenant, full, when_full=WhenFull.WAITING_LIST)

    join(tenant, BO)
    join(tenant, ANN)

    assert requests(tenant, JoinState.WAITING) == [ANN, BO]


def test_an_invite_that_comes_to_nothing_at_that_moment_leaves_the_person_in_line(
    tenant: Tenant, full: License
) -> None:
    top_up(tenant, full, 1)
    invite = tenant.invite(full, ANN)

    def withdrawn_and_given_away() -> None:
        tenant.withdraw(invite)
        tenant.invite(full, BO)

    with tenant.before_next_write(withdrawn_and_given_away):
        outcome = join(tenant, ANN)

    assert outcome is JoinOutcome.WAITING
    assert requests(tenant, JoinState.WAITING) == [ANN]


def test_a_group_that_needs_fewer_seats_by_now_enrolls_people(
    tenant: Tenant, async_workers: AsyncWorkers
) -> None:
    free, scarce = tenant.license(5), tenant.license(1)
    tenant.invite(scarce, "first@x.io")
    group = group_of(tenant, free, scarce)
    set_page(tenant, group=group, when_full=WhenFull.WAITING_LIST)
    assert join(tenant) is JoinOutcome.WAITING
    assert seats(tenant, free) == (5, 0, 5)

    Groups(tenant.context).remove_license(
        person=tenant.full, organization=tenant.id, group=group, license_id=scarce.id
    )
    async_workers.dispatch()

    assert access_now(tenant, free).state is AccessState.ACTIVE
    assert requests(tenant, JoinState.WAITING) == []


def places(tenant: Tenant, email: str = ANN) -> list[tuple[JoinState, int | None]]:
    """Return what the person's dashboard says of their requests."""
    found = Dashboards(tenant.context).dashboard(person=person(email))
    return [(one.request.state, one.place) for one in found.requests]


def test_whoever_waits_is_told_their_place(tenant: Tenant, full: License) -> None:
    for email in (ANN, BO, CY):
        join(tenant, email)

    assert [places(tenant, email) for email in (ANN, BO, CY)] == [
        [(JoinState.WAITING, place)] for place in (1, 2, 3)
    ]
    top_up(tenant, full, 1)
    Waitlist(tenant.context).advance(organization=tenant.id)
    assert [places(tenant, email) for email in (ANN, BO)] == [[], [(JoinState.WAITING, 1)]]


@pytest.mark.usefixtures("full")
def test_a_place_far_behind_is_counted_no_further_than_one_call_reads(
    tenant: Tenant, monkeypatch: pytest.MonkeyPatch, count: Count
) -> None:
    monkeypatch.setattr(join_requests, "MOST_COUNTED", 2)
    others = [f"p{n}@x.io" for n in range(3)]
    for email in (*others, ANN):
        join(tenant, email)

    with count() as cost:
        found = places(tenant)

    assert found == [(JoinState.WAITING, 3)]
    assert cost.operations == ["Query", "BatchGetItem", "Query"]


def test_who_waits_for_a_manager_has_no_place_and_costs_no_call_more(tenant: Tenant, count: Count) -> None:
    set_page(tenant, tenant.license(1), approval=True)
    join(tenant)

    with count() as cost:
        found = places(tenant)

    assert found == [(JoinState.PENDING, None)]
    assert cost.operations == ["Query", "BatchGetItem"]
    refuse(tenant)
    assert places(tenant) == []


@pytest.mark.parametrize("approval", [True, False])
def test_a_request_that_is_taken_back_is_gone_and_may_be_made_again(
    tenant: Tenant, full: License, *, approval: bool
) -> None:
    set_page(tenant, full, when_full=WhenFull.WAITING_LIST, approval=approval)
    state = JoinState.PENDING if approval else JoinState.WAITING
    for email in (ANN, BO):
        join(tenant, email)

    for _ in range(2):  # a second click
        withdraw(tenant)

    assert (requests(tenant, state), places(tenant)) == ([BO], [])
    (event,) = events_of(tenant, "join.withdrawn")
    assert (event.actor, data_of(event)["person"]["email"]) == (ANN, ANN)
    join(tenant)
    assert requests(tenant, state) == [BO, ANN], "at the end"


@pytest.mark.usefixtures("full")
def test_who_was_answered_has_nothing_to_take_back(tenant: Tenant) -> None:
    join(tenant)
    refuse(tenant)

    with pytest.raises(JoinRequestAnsweredError):
        withdraw(tenant)
    assert requests(tenant, JoinState.REFUSED) == [ANN]


def test_a_seat_that_waited_goes_to_the_next_when_the_first_leaves(
    tenant: Tenant, async_workers: AsyncWorkers
) -> None:
    license_ = tenant.license(1)
    tenant.invite(license_, "first@x.io")
    set_page(tenant, license_, when_full=WhenFull.WAITING_LIST)
    for email in (ANN, BO):
        join(tenant, email)
    async_workers.settle()
    top_up(tenant, license_, 1)  # nobody has looked yet
    async_workers.skip()

    withdraw(tenant)
    async_workers.settle()

    assert holder(tenant, license_) == {BO}
    assert requests(tenant, JoinState.WAITING) == []


def test_whoever_is_let_in_while_leaving_stays_in(tenant: Tenant, full: License) -> None:
    join(tenant)
    top_up(tenant, full, 1)

    with (
        tenant.before_next_write(lambda: Waitlist(tenant.context).advance(organization=tenant.id)),
        pytest.raises(JoinRequestAnsweredError),
    ):
        withdraw(tenant)

    assert holder(tenant, full) == {ANN}
    assert events_of(tenant, "join.withdrawn") == []


def test_whoever_leaves_while_being_let_in_is_out_and_the_next_is_in(tenant: Tenant, full: License) -> None:
    for email in (ANN, BO):
        join(tenant, email)
    top_up(tenant, full, 1)

    with tenant.before_next_write(lambda: withdraw(tenant)):
        Waitlist(tenant.context).advance(organization=tenant.id)

    assert holder(tenant, full) == {BO}
    assert seats(tenant, full) == (2, 2, 0)


def test_a_request_that_is_taken_back_while_a_manager_approves_it_is_gone(tenant: Tenant) -> None:
    license_ = tenant.license(1)
    set_page(tenant, license_, approval=True)
    join(tenant)

    with tenant.before_next_write(lambda: withdraw(tenant)), pytest.raises(UnknownJoinRequestError):
        approve(tenant)

    assert seats(tenant, license_) == (1, 0, 1)


@pytest.mark.usefixtures("full")
def test_two_clicks_at_once_take_a_request_back_once(tenant: Tenant) -> None:
    for email in (ANN, BO):
        join(tenant, email)

    with tenant.before_next_write(lambda: withdraw(tenant)):
        withdraw(tenant)

    assert len(events_of(tenant, "join.withdrawn")) == 1
    assert requests(tenant, JoinState.WAITING) == [BO]
