"""Joining by the page (issue 3, D): what is given, to whom, and that nothing is given twice."""

from __future__ import annotations

import pytest

from tests.support.clock import Clock
from tests.support.counting import Count
from tests.support.grouping import invite_all
from tests.support.house import House
from tests.support.joining import approve, group_of, join, person, refuse, requests, set_page
from tests.support.looking import access_now, events_of, invite_now, seats
from tests.support.machinery import Machinery
from usher.domain.accesses import AccessState
from usher.domain.addresses import BadAddressError
from usher.domain.doors.entries import EntryKind
from usher.domain.doors.join_pages import UnknownJoinPageError, WhenFull, WrongDomainError
from usher.domain.doors.join_requests import JoinRequestAnsweredError, JoinState, UnknownJoinRequestError
from usher.domain.errors import ForbiddenError
from usher.domain.invites import InviteState
from usher.domain.licenses import NotEnoughSeatsError, ProductKind
from usher.domain.notices import Notice
from usher.services.doors.join_requests import JoinRequests
from usher.services.doors.joining import Joining, JoinOutcome
from usher.services.grouping import Grouping
from usher.services.noticing import Noticing
from usher.services.receipts import Receipt
from usher.store import groups
from usher.store.people import learners

ANN = "ann@x.io"


def is_learner(house: House, email: str = ANN) -> bool:
    return learners.get(house.context.table, house.id, email) is not None


def is_member(house: House, group: str, email: str = ANN) -> bool:
    return house.context.table.get(groups.member_ref(house.id, group, email)) is not None


def test_it_gives_a_license(house: House) -> None:
    license_ = house.license(2)
    set_page(house, license_)

    assert join(house) is JoinOutcome.IN

    assert seats(house, license_) == (2, 1, 1)
    assert access_now(house, license_).state is AccessState.ACTIVE
    assert is_learner(house)
    (joined,) = events_of(house, "learner.joined")
    assert (joined.actor, joined.facts["seats_taken"]) == (ANN, {license_.id: 1})


def test_it_gives_a_group_with_a_seat_in_each_of_its_licenses(house: House) -> None:
    course = house.license(2)
    later = house.license(2, kind=ProductKind.SUBSCRIPTION, starts_at="2027-03-01")
    group = group_of(house, course, later)
    set_page(house, group=group)

    assert join(house) is JoinOutcome.IN

    assert is_member(house, group)
    assert access_now(house, course).state is AccessState.ACTIVE
    assert access_now(house, later).state is AccessState.SCHEDULED


def test_it_can_give_a_place_and_nothing_else(house: House) -> None:
    set_page(house)

    assert join(house) is JoinOutcome.IN

    assert is_learner(house)


def test_the_same_person_joining_again_is_in_and_nothing_is_used(house: House, count: Count) -> None:
    license_ = house.license(2)
    set_page(house, license_)
    join(house)

    with count() as cost:
        assert join(house) is JoinOutcome.IN

    assert cost.writes == 0
    assert seats(house, license_) == (2, 1, 1)


def test_a_click_while_the_same_click_is_under_way_uses_nothing_more(house: House) -> None:
    license_ = house.license(2)
    set_page(house, license_)

    with house.before_next_write(lambda: join(house)):
        assert join(house) is JoinOutcome.IN

    assert seats(house, license_) == (2, 1, 1)
    assert len(events_of(house, "learner.joined")) == 1


def test_who_has_an_open_invite_to_the_seat_takes_that_seat(house: House) -> None:
    license_ = house.license(1)
    invite = house.invite(license_)
    set_page(house, license_)

    assert join(house) is JoinOutcome.IN

    assert invite_now(house, invite).state is InviteState.ACCEPTED
    assert seats(house, license_) == (1, 1, 0)


def test_who_has_an_open_invite_need_not_wait_for_a_manager(house: House) -> None:
    license_ = house.license(1)
    invite = house.invite(license_)
    set_page(house, license_, approval=True)

    assert join(house) is JoinOutcome.IN

    assert invite_now(house, invite).state is InviteState.ACCEPTED
    assert requests(house, JoinState.PENDING) == []


def test_an_invite_to_its_licenses_alone_leads_into_no_group_without_a_managers_approval(
    house: House,
) -> None:
    license_ = house.license()
    group = group_of(house, license_)
    set_page(house, group=group, approval=True)
    house.invite(license_, "bob@x.io")
    invite_all(house, group, "cem@x.io")

    assert join(house, "bob@x.io") is JoinOutcome.PENDING
    assert join(house, "cem@x.io") is JoinOutcome.IN


def test_a_domain_that_was_taken_off_the_list_meanwhile_is_refused(house: House) -> None:
    set_page(house)

    with (
        pytest.raises(WrongDomainError),
        house.before_next_write(lambda: set_page(house, domains=["acme.example"])),
    ):
        join(house)

    assert not is_learner(house)


def test_when_seats_run_out_refuse_changes_nothing(house: House) -> None:
    license_ = house.license(1)
    set_page(house, license_, when_full=WhenFull.REFUSE)
    join(house, "bo@x.io")

    assert join(house) is JoinOutcome.FULL

    assert not is_learner(house)
    assert requests(house, JoinState.WAITING) == []


def test_a_page_whose_group_is_gone_gives_nothing(house: House) -> None:
    group = group_of(house, house.license())
    set_page(house, group=group)
    Grouping(house.context).delete(person=house.full, organization=house.id, group=group)

    assert join(house) is JoinOutcome.UNAVAILABLE


def test_only_membership_pending_a_managers_approval(house: House) -> None:
    license_ = house.license(2)
    set_page(house, license_, approval=True)

    assert join(house) is JoinOutcome.PENDING
    assert join(house) is JoinOutcome.PENDING

    assert not is_learner(house)
    assert seats(house, license_) == (2, 0, 2)
    assert requests(house, JoinState.PENDING) == [ANN]
    assert len(events_of(house, "join.requested")) == 1


def test_managers_are_told_of_a_request_and_each_can_switch_that_off(
    house: House, machinery: Machinery
) -> None:
    set_page(house, approval=True)
    Noticing(house.context).mute(person=house.limited, organization=house.id, muted=[Notice.JOIN_REQUESTED])
    machinery.skip()

    join(house)
    machinery.settle()

    assert machinery.sent_to(house.full.email) == ["join_requested_notice"]
    assert machinery.sent_to(house.limited.email) == []


def test_approval_lets_the_person_in_and_tells_them(house: House, machinery: Machinery) -> None:
    license_ = house.license(2)
    set_page(house, license_, approval=True)
    join(house)
    machinery.skip()

    approved = approve(house)
    machinery.settle()

    assert (approved.state, approved.answered_by) == (JoinState.ADMITTED, house.full.email)
    assert access_now(house, license_).state is AccessState.ACTIVE
    assert machinery.sent_to(ANN) == ["join_approved"]
    (event,) = events_of(house, "join.approved")
    assert event.actor == house.full.email
    assert requests(house, JoinState.PENDING) == []
    assert join(house) is JoinOutcome.IN


def test_refusal_gives_nothing_and_tells_the_person(house: House, machinery: Machinery) -> None:
    set_page(house, approval=True)
    join(house)
    machinery.skip()

    refuse(house)
    machinery.settle()

    assert machinery.sent_to(ANN) == ["join_refused"]
    assert join(house) is JoinOutcome.REFUSED
    assert requests(house, JoinState.PENDING) == []
    assert not is_learner(house)


def test_who_was_refused_can_be_approved_after_all(house: House) -> None:
    set_page(house, approval=True)
    join(house)
    refuse(house)

    approve(house)

    assert is_learner(house)


def test_a_request_is_answered_once(house: House) -> None:
    set_page(house, approval=True)
    join(house)
    approve(house)

    with pytest.raises(JoinRequestAnsweredError):
        approve(house)
    with pytest.raises(JoinRequestAnsweredError):
        refuse(house)


def test_of_two_answers_at_once_one_counts(house: House) -> None:
    license_ = house.license(2)
    set_page(house, license_, approval=True)
    join(house)

    with pytest.raises(JoinRequestAnsweredError), house.before_next_write(lambda: refuse(house)):
        refuse(house)
    join(house, "bo@x.io")
    with (
        pytest.raises(JoinRequestAnsweredError),
        house.before_next_write(lambda: approve(house, "bo@x.io")),
    ):
        approve(house, "bo@x.io")

    assert seats(house, license_) == (2, 1, 1)


def test_approval_when_seats_are_out_is_refused_with_the_shortfall(house: House) -> None:
    license_ = house.license(1)
    set_page(house, license_, approval=True)
    join(house)
    house.invite(license_, "bo@x.io")

    with pytest.raises(NotEnoughSeatsError) as refused:
        approve(house)

    assert refused.value.facts["shortfall"] == [
        {"license": license_.id, "needed": 1, "available": 0, "missing": 1}
    ]
    assert requests(house, JoinState.PENDING) == [ANN]


def test_approving_somebody_who_was_invited_meanwhile_uses_their_invite(house: House) -> None:
    license_ = house.license(1)
    set_page(house, license_, approval=True)
    join(house)
    invite = house.invite(license_)

    assert approve(house).state is JoinState.ADMITTED

    assert invite_now(house, invite).state is InviteState.ACCEPTED
    assert requests(house, JoinState.ADMITTED) == [ANN]


def test_once_approval_is_switched_off_a_pending_person_comes_in_by_asking_again(house: House) -> None:
    set_page(house, approval=True)
    join(house)
    set_page(house, approval=False)

    assert join(house) is JoinOutcome.IN

    assert requests(house, JoinState.PENDING) == []


def test_nobody_who_did_not_ask_can_be_approved(house: House) -> None:
    with pytest.raises(UnknownJoinRequestError):
        approve(house)
    set_page(house, approval=True)
    with pytest.raises(UnknownJoinRequestError):
        refuse(house)


def test_only_a_full_manager_answers(house: House) -> None:
    set_page(house, approval=True)
    join(house)

    with pytest.raises(ForbiddenError):
        JoinRequests(house.context).approve(
            person=house.limited, organization=house.id, email=ANN, receipt=Receipt()
        )


def test_asking_sends_a_link_and_grants_nothing(house: House, machinery: Machinery) -> None:
    license_ = house.license()
    set_page(house, license_)
    machinery.skip()

    entry = Joining(house.context).ask(
        slug="acme-academy", email=" ANN@x.io", first_name="Ann", last_name="Lee", network_address="ip"
    )
    machinery.settle()

    assert (entry.email, entry.kind, entry.organization) == (ANN, EntryKind.JOIN, house.id)
    ((to, template, link),) = machinery.mailbox()
    assert (to, template) == (ANN, "entry_link")
    assert machinery.links.read_entry(link.rpartition("/")[2]) == entry.id
    assert not is_learner(house)
    assert seats(house, license_)[1] == 0


def test_asking_looks_alike_whether_or_not_the_address_is_known(house: House, count: Count) -> None:
    set_page(house)
    join(house)
    costs = []
    for email in (ANN, "nobody@x.io"):
        with count() as cost:
            Joining(house.context).ask(
                slug="acme-academy", email=email, first_name="A", last_name="B", network_address="ip"
            )
        costs.append(cost.operations)

    assert costs[0] == costs[1]


def test_asking_with_another_domain_or_at_a_closed_page_sends_nothing(house: House) -> None:
    set_page(house, domains=["acme.example"])
    asked = {"first_name": "A", "last_name": "B", "network_address": "ip"}

    with pytest.raises(WrongDomainError):
        Joining(house.context).ask(slug="acme-academy", email=ANN, **asked)
    with pytest.raises(BadAddressError):
        Joining(house.context).ask(slug="acme-academy", email="ann", **asked)
    set_page(house, is_on=False)
    with pytest.raises(UnknownJoinPageError):
        Joining(house.context).ask(slug="acme-academy", email="ann@acme.example", **asked)

    assert events_of(house, "entry.asked") == []


def test_the_proven_name_stands_on_the_list_of_learners(house: House, clock: Clock) -> None:
    set_page(house)
    join(house)
    clock.forward(days=1)
    join(house)

    learner = learners.get(house.context.table, house.id, ANN)
    assert learner is not None
    assert (learner.first_name, learner.last_name) == (person().first_name, person().last_name)
