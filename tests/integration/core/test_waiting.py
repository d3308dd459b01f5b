"""The waiting list (issue 3, D): who asked first gets the seat that comes back, once, whatever breaks off."""

from __future__ import annotations

from contextlib import ExitStack

import pytest

from tests.support.crashing import Death, dying
from tests.support.house import House
from tests.support.joining import approve, group_of, join, refuse, requests, set_page
from tests.support.looking import access_now, events_of, invite_now, seats
from tests.support.machinery import Machinery
from usher.domain.accesses import AccessState
from usher.domain.doors.join_pages import WhenFull
from usher.domain.doors.join_requests import JoinState
from usher.domain.invites import InviteState
from usher.domain.licenses import License, NotEnoughSeatsError
from usher.services.doors.joining import JoinOutcome
from usher.services.doors.waiting import Waiting
from usher.services.grouping import Grouping
from usher.services.invites.answering import Answering
from usher.services.operating import Operating
from usher.store import accesses

ANN, BO, CY = "ann@x.io", "bo@x.io", "cy@x.io"


@pytest.fixture
def full(house: House) -> License:
    """A license of one seat, which an invite holds, and a page with a waiting list that gives it."""
    license_ = house.license(1)
    house.invite(license_, "first@x.io")
    set_page(house, license_, when_full=WhenFull.WAITING_LIST)
    return license_


def top_up(house: House, license_: License, seats_more: int) -> None:
    Operating(house.context).resize_license(
        person=house.operator,
        organization=house.id,
        license_id=license_.id,
        order_id=f"more-{house.context.new_id()}",
        seats=seats_more,
    )


def holder(house: House, license_: License) -> set[str]:
    """Return who of the three has a seat."""
    found = {email: accesses.get(house.context.table, email, license_.id) for email in (ANN, BO, CY)}
    return {email for email, access in found.items() if access is not None and access.is_live()}


def test_when_seats_run_out_people_wait_for_one(house: House, full: License, machinery: Machinery) -> None:
    machinery.skip()

    assert join(house) is JoinOutcome.WAITING
    assert join(house) is JoinOutcome.WAITING
    machinery.settle()

    assert requests(house, JoinState.WAITING) == [ANN]
    assert machinery.sent_to(ANN) == ["join_waiting"]
    assert seats(house, full) == (1, 1, 0)


def test_when_a_seat_comes_back_the_first_in_line_is_let_in_and_told(
    house: House, full: License, machinery: Machinery
) -> None:
    for email in (ANN, BO):
        join(house, email)
    machinery.settle()

    top_up(house, full, 1)
    machinery.settle()

    assert holder(house, full) == {ANN}
    assert requests(house, JoinState.WAITING) == [BO]
    assert machinery.sent_to(ANN) == ["join_waiting", "join_approved"]
    assert machinery.sent_to(BO) == ["join_waiting"]
    (event,) = events_of(house, "join.approved")
    assert event.actor == "system"
    assert event.facts["seats_taken"] == {full.id: 1}


@pytest.mark.parametrize("how", ["decline", "withdraw", "expire"])
def test_every_way_in_which_a_seat_comes_back_lets_somebody_in(
    house: House, machinery: Machinery, how: str
) -> None:
    license_ = house.license(1)
    invite = house.invite(license_, "first@x.io")
    set_page(house, license_, when_full=WhenFull.WAITING_LIST)
    join(house)
    machinery.settle()

    if how == "decline":
        Answering(house.context).decline(invite=invite.id, number=1)
    elif how == "withdraw":
        house.withdraw(invite)
    else:
        machinery.clock.forward(days=11)
    machinery.settle()
    machinery.settle()

    assert access_now(house, license_).state is AccessState.ACTIVE
    assert requests(house, JoinState.WAITING) == []


def test_the_same_event_twice_lets_in_one(house: House, full: License, machinery: Machinery) -> None:
    for email in (ANN, BO):
        join(house, email)
    machinery.dispatch()
    top_up(house, full, 1)
    already = set(machinery.dispatched)
    for _ in range(3):
        machinery.dispatched = set(already)
        machinery.dispatch()

    assert holder(house, full) == {ANN}
    assert len(events_of(house, "join.approved")) == 1


def test_a_seat_that_came_back_while_somebody_was_about_to_wait_is_not_missed(
    house: House, full: License, machinery: Machinery
) -> None:
    machinery.dispatch()

    def seat_comes_back() -> None:
        top_up(house, full, 1)
        machinery.dispatch()

    with (
        ExitStack() as later,
        house.before_next_write(
            # The first write finds no seat; the second one takes the place in the line.
            lambda: later.enter_context(house.before_next_write(seat_comes_back))
        ),
    ):
        assert join(house) is JoinOutcome.WAITING
    assert holder(house, full) == set()

    (stood_in_line,) = events_of(house, "join.waiting")
    machinery.dispatching.dispatch(stood_in_line)

    assert holder(house, full) == {ANN}


def test_nobody_who_comes_later_overtakes_those_who_wait(house: House, full: License) -> None:
    join(house, ANN)
    top_up(house, full, 1)

    assert join(house, BO) is JoinOutcome.WAITING
    assert Waiting(house.context).advance(organization=house.id) == 1

    assert holder(house, full) == {ANN}
    assert requests(house, JoinState.WAITING) == [BO]


def test_while_people_wait_a_page_that_refuses_refuses_newcomers(house: House, full: License) -> None:
    join(house, ANN)
    set_page(house, full, when_full=WhenFull.REFUSE)
    top_up(house, full, 1)

    assert join(house, BO) is JoinOutcome.FULL

    Waiting(house.context).advance(organization=house.id)
    assert holder(house, full) == {ANN}


def test_two_who_look_at_once_let_in_as_many_as_there_are_seats(house: House, full: License) -> None:
    for email in (ANN, BO, CY):
        join(house, email)
    top_up(house, full, 2)
    waiting = Waiting(house.context)

    with house.before_next_write(lambda: waiting.advance(organization=house.id)):
        assert waiting.advance(organization=house.id) == 0

    assert holder(house, full) == {ANN, BO}
    assert seats(house, full) == (3, 3, 0)
    assert requests(house, JoinState.WAITING) == [CY]


def test_whatever_call_it_dies_at_the_next_look_goes_on(house: House, full: License) -> None:
    for email in (ANN, BO):
        join(house, email)
    top_up(house, full, 2)
    waiting = Waiting(house.context)
    client = house.context.table.connection.client
    for at in range(1, 13):
        with pytest.raises(Death), dying(client, at=1 + at % 6):
            waiting.advance(organization=house.id)
        if not requests(house, JoinState.WAITING):
            break
    waiting.advance(organization=house.id)

    assert holder(house, full) == {ANN, BO}
    assert seats(house, full) == (3, 3, 0)
    assert len(events_of(house, "join.approved")) == 2


def test_a_long_line_moves_on_by_the_events_of_those_let_in(
    house: House, full: License, machinery: Machinery, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One event lets in a few only, so that a function with a long line before it is done in time."""
    monkeypatch.setattr("usher.services.doors.waiting.MOST_AT_ONCE", 1)
    for email in (ANN, BO, CY):
        join(house, email)
    machinery.skip()
    top_up(house, full, 3)

    machinery.dispatch()
    assert requests(house, JoinState.WAITING) == [BO, CY]
    machinery.dispatch()
    machinery.dispatch()

    assert requests(house, JoinState.WAITING) == []
    assert seats(house, full) == (4, 4, 0)


def test_while_the_page_is_off_nobody_is_let_in_and_all_keep_their_places(
    house: House, full: License, machinery: Machinery
) -> None:
    for email in (ANN, BO):
        join(house, email)
    set_page(house, full, when_full=WhenFull.WAITING_LIST, is_on=False)
    top_up(house, full, 1)
    machinery.dispatch()
    assert holder(house, full) == set()

    set_page(house, full, when_full=WhenFull.WAITING_LIST)
    machinery.dispatch()

    assert holder(house, full) == {ANN}


def test_whose_domain_may_not_join_any_more_is_passed_over(house: House, full: License) -> None:
    join(house, ANN)
    join(house, "bo@acme.example")
    set_page(house, full, when_full=WhenFull.WAITING_LIST, domains=["acme.example"])
    top_up(house, full, 1)

    assert Waiting(house.context).advance(organization=house.id) == 1

    assert requests(house, JoinState.WAITING) == [ANN]
    assert requests(house, JoinState.ADMITTED) == ["bo@acme.example"]


def test_who_got_the_seat_by_an_invite_leaves_the_line(house: House, full: License) -> None:
    for email in (ANN, BO):
        join(house, email)
    top_up(house, full, 1)
    invite = house.invite(full, ANN)
    top_up(house, full, 1)

    assert Waiting(house.context).advance(organization=house.id) == 2

    assert invite_now(house, invite).state is InviteState.ACCEPTED
    assert holder(house, full) == {ANN, BO}
    assert requests(house, JoinState.WAITING) == []


def test_a_manager_can_refuse_who_waits(house: House, full: License) -> None:
    for email in (ANN, BO):
        join(house, email)

    refuse(house, ANN)
    top_up(house, full, 1)
    Waiting(house.context).advance(organization=house.id)

    assert holder(house, full) == {BO}


def test_a_manager_can_let_in_who_waits_before_the_others(house: House, full: License) -> None:
    for email in (ANN, BO):
        join(house, email)
    with pytest.raises(NotEnoughSeatsError):
        approve(house, BO)
    top_up(house, full, 1)

    assert approve(house, BO).state is JoinState.ADMITTED

    assert holder(house, full) == {BO}
    assert requests(house, JoinState.WAITING) == [ANN]


def test_who_is_approved_when_seats_are_out_stands_in_line_by_when_they_asked(
    house: House, full: License, machinery: Machinery
) -> None:
    set_page(house, full, when_full=WhenFull.WAITING_LIST, approval=True)
    for email in (ANN, BO):
        join(house, email)
    machinery.skip()

    assert approve(house, BO).state is JoinState.WAITING
    assert approve(house, ANN).state is JoinState.WAITING
    top_up(house, full, 1)
    machinery.settle()

    assert holder(house, full) == {ANN}
    assert machinery.sent_to(ANN) == ["join_waiting", "join_approved"]


def test_who_asked_when_a_manager_had_to_approve_keeps_that_place_in_line(
    house: House, full: License
) -> None:
    set_page(house, full, when_full=WhenFull.WAITING_LIST, approval=True)
    join(house, ANN)
    set_page(house, full, when_full=WhenFull.WAITING_LIST)

    join(house, BO)
    join(house, ANN)

    assert requests(house, JoinState.WAITING) == [ANN, BO]


def test_an_invite_that_comes_to_nothing_at_that_moment_leaves_the_person_in_line(
    house: House, full: License
) -> None:
    top_up(house, full, 1)
    invite = house.invite(full, ANN)

    def withdrawn_and_given_away() -> None:
        house.withdraw(invite)
        house.invite(full, BO)

    with house.before_next_write(withdrawn_and_given_away):
        outcome = join(house, ANN)

    assert outcome is JoinOutcome.WAITING
    assert requests(house, JoinState.WAITING) == [ANN]


def test_a_group_that_needs_fewer_seats_by_now_lets_people_in(house: House, machinery: Machinery) -> None:
    free, scarce = house.license(5), house.license(1)
    house.invite(scarce, "first@x.io")
    group = group_of(house, free, scarce)
    set_page(house, group=group, when_full=WhenFull.WAITING_LIST)
    assert join(house) is JoinOutcome.WAITING
    assert seats(house, free) == (5, 0, 5)

    Grouping(house.context).remove_license(
        person=house.full, organization=house.id, group=group, license_id=scarce.id
    )
    machinery.dispatch()

    assert access_now(house, free).state is AccessState.ACTIVE
    assert requests(house, JoinState.WAITING) == []
