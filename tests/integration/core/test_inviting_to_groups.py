"""What inviting to a group gives, and accepting."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.support.clock import Clock
from tests.support.counting import Count
from tests.support.grouping import (
    group_of,
    invite,
    invite_all,
    join,
    members,
)
from tests.support.house import House
from tests.support.looking import access_now, events_of, invite_now, outcomes, seats
from usher.domain.accesses import AccessState
from usher.domain.groups import (
    GroupRequiredError,
)
from usher.domain.invites import InviteState
from usher.domain.licenses import NotEnoughSeatsError, ProductKind
from usher.domain.starts import StartNotChosenError, StartNotEditableError
from usher.services.invites.changing import AccessBegunError, BulkAction, ChangingInvites
from usher.services.invites.looking import InviteQuery, Invites
from usher.services.managing import Managing
from usher.services.outbox.sweeping import Sweeping
from usher.services.receipts import Receipt

APRIL = datetime(2027, 3, 31, 22, 0, tzinfo=UTC)
MAY = datetime(2027, 4, 30, 22, 0, tzinfo=UTC)


def test_inviting_to_a_group_reserves_a_seat_in_each_of_its_licenses(house: House) -> None:
    first, second = house.license(3), house.license(2)
    group = group_of(house, first, second)

    sent = invite(house, group)

    assert (sent.group, sent.group_name) == (group.id, "Night shift")
    assert [terms.license for terms in sent.licenses] == [first.id, second.id]
    assert (seats(house, first), seats(house, second)) == ((3, 1, 2), (2, 1, 1))
    assert members(house, group) == []


def test_accepting_joins_the_group_and_starts_each_access_by_its_own_rule(house: House) -> None:
    course = house.license()
    agreed = house.license(kind=ProductKind.SUBSCRIPTION, starts_at="2027-05-01")
    group = group_of(house, course, agreed)

    house.accept(invite(house, group))

    assert members(house, group) == ["ann@x.io"]
    assert access_now(house, course).state is AccessState.ACTIVE
    assert access_now(house, agreed).state is AccessState.SCHEDULED
    assert access_now(house, agreed).start_at == MAY
    (accepted,) = events_of(house, "invite.accepted")
    assert accepted.facts["invites"][0]["group"] == group.id  # type: ignore[index,call-overload]


def test_a_start_holds_for_the_licenses_that_allow_one_and_the_others_keep_theirs(house: House) -> None:
    course = house.license()
    flex = house.license(kind=ProductKind.SUBSCRIPTION, flex=True, starts_at="2027-05-01")
    group = group_of(house, course, flex)

    house.accept(invite(house, group, access_start="2027-04-01"))

    assert access_now(house, course).start_at == APRIL
    assert access_now(house, flex).start_at == MAY


def test_a_start_for_subscriptions_alone_is_refused_and_a_plain_list_stays_strict(house: House) -> None:
    course = house.license()
    agreed = house.license(kind=ProductKind.SUBSCRIPTION, starts_at="2027-05-01")

    with pytest.raises(StartNotChosenError):
        invite(house, group_of(house, agreed), access_start="2027-04-01")
    with pytest.raises(StartNotChosenError):
        house.invite([course, agreed], access_start="2027-04-01")


def test_moving_the_start_of_a_group_invite_moves_what_may_be_moved(house: House) -> None:
    course = house.license()
    flex = house.license(kind=ProductKind.SUBSCRIPTION, flex=True, starts_at="2027-06-01")
    fixed = house.license(kind=ProductKind.SUBSCRIPTION, starts_at="2027-05-01")
    sent = invite(house, group_of(house, course, flex, fixed))

    house.reschedule(sent, "2027-04-01")
    house.accept(invite_now(house, sent))
    house.reschedule(sent, "2027-05-01")

    assert access_now(house, course).start_at == MAY
    assert access_now(house, flex).start_at == MAY
    assert access_now(house, fixed).start_at == MAY, "as agreed"


def test_moving_a_group_invite_whose_accesses_have_begun_or_are_fixed_is_refused(house: House) -> None:
    fixed = house.license(kind=ProductKind.SUBSCRIPTION, starts_at="2027-05-01")
    begun = invite(house, group_of(house, house.license(), name="A"))
    house.accept(begun)

    with pytest.raises(AccessBegunError):
        house.reschedule(begun, "2027-04-01")
    with pytest.raises(StartNotEditableError):
        house.reschedule(invite(house, group_of(house, fixed, name="B"), "ben@x.io"), "2027-06-01")


def test_a_learner_is_in_several_groups(house: House) -> None:
    shared, own = house.license(), house.license()
    one, other = group_of(house, shared, name="One"), group_of(house, shared, own, name="Other")
    join(house, one, "ann@x.io")

    sent = invite(house, other)
    house.accept(sent)

    assert [terms.license for terms in sent.licenses] == [own.id], "the shared one is theirs already"
    assert members(house, one) == members(house, other) == ["ann@x.io"]
    assert seats(house, shared) == (10, 1, 9)


def test_who_has_all_and_is_no_member_is_invited_without_a_seat(house: House) -> None:
    license_ = house.license(1)
    house.accept(house.invite(license_))
    group = group_of(house, license_)

    sent = invite(house, group)
    again = invite_all(house, group, "ann@x.io")
    joined = house.accept(sent)

    assert sent.licenses == ()
    assert outcomes(again) == {"ann@x.io": "already_invited"}
    assert again[0].invite is not None
    assert again[0].invite.id == sent.id
    assert joined.state is InviteState.ACCEPTED
    assert members(house, group) == ["ann@x.io"]
    assert outcomes(invite_all(house, group, "ann@x.io")) == {"ann@x.io": "already_assigned"}
    assert seats(house, license_) == (1, 1, 0)


@pytest.mark.parametrize("end", ["withdraw", "decline", "expire"])
def test_an_offer_that_came_to_nothing_is_made_again(house: House, clock: Clock, end: str) -> None:
    group = group_of(house)
    first = invite(house, group)
    if end == "expire":
        clock.forward(days=11)
        assert Sweeping(house.context).sweep().expired == 1
    else:
        getattr(house, end)(first)

    second = invite(house, group)

    assert second.id != first.id
    house.accept(second)
    assert members(house, group) == ["ann@x.io"]


def test_two_offers_at_once_are_one(house: House) -> None:
    group = group_of(house)

    with house.before_next_write(lambda: invite_all(house, group, "ann@x.io")):
        (result,) = invite_all(house, group, "ann@x.io")

    assert result.outcome == "already_invited"
    assert result.invite is not None
    listed = Invites(house.context).listed(
        person=house.full,
        organization=house.id,
        query=InviteQuery(group=group.id),
        limit=50,
        cursor=None,
    )
    assert [one.id for one in listed.items] == [result.invite.id]


def test_who_is_invited_to_all_of_it_already_is_not_invited_twice(house: House) -> None:
    group = group_of(house, house.license(), house.license())
    sent = invite(house, group)

    (again,) = invite_all(house, group, "ann@x.io")

    assert again.outcome == "already_invited"
    assert again.invite is not None
    assert again.invite.id == sent.id


def test_too_few_seats_in_one_license_refuse_the_batch_whole(house: House) -> None:
    plenty, scarce = house.license(10), house.license(1)
    group = group_of(house, plenty, scarce)

    with pytest.raises(NotEnoughSeatsError) as refused:
        invite_all(house, group, "a@x.io b@x.io")

    assert refused.value.facts["shortfall"] == [
        {"license": scarce.id, "needed": 2, "available": 1, "missing": 1}
    ]
    assert (seats(house, plenty)[1], seats(house, scarce)[1]) == (0, 0)


def test_an_organization_may_require_a_group(house: House) -> None:
    license_ = house.license()
    changed = Managing(house.context).change(person=house.full, organization=house.id, require_group=True)

    with pytest.raises(GroupRequiredError):
        house.invite(license_)

    assert changed.require_group
    assert invite(house, group_of(house, license_)).group is not None
    Managing(house.context).change(person=house.full, organization=house.id, require_group=False)
    assert house.invite(license_, "ben@x.io").group is None


def test_resending_expiring_withdrawing_and_bulk_work_for_group_invites(house: House, clock: Clock) -> None:
    first, second = house.license(2), house.license(2)
    group = group_of(house, first, second)
    ann, ben = invite(house, group), invite(house, group, "ben@x.io")
    clock.forward(days=11)
    assert Sweeping(house.context).sweep().expired == 2
    assert (seats(house, first), seats(house, second)) == ((2, 0, 2), (2, 0, 2))

    results = ChangingInvites(house.context).bulk(
        person=house.full,
        organization=house.id,
        action=BulkAction.RESEND,
        invite_ids=[ann.id, ben.id],
        access_start=None,
        receipt=Receipt(),
    )

    assert [result.error for result in results] == [None, None]
    assert (seats(house, first), seats(house, second)) == ((2, 2, 0), (2, 2, 0))
    house.withdraw(invite_now(house, ann))
    house.accept(invite_now(house, ben))
    assert members(house, group) == ["ben@x.io"]
    assert seats(house, second) == (2, 1, 1)


def test_twenty_licenses_are_invited_to_and_accepted(house: House) -> None:
    product = house.product()
    many = [house.license(2, product=product) for _ in range(20)]
    group = group_of(house, *many)

    join(house, group, "ann@x.io", "ben@x.io")

    assert {seats(house, one) for one in many} == {(2, 2, 0)}


def test_what_inviting_to_a_group_and_accepting_cost(house: House, count: Count) -> None:
    group = group_of(house, house.license(), house.license())

    with count() as inviting:
        sent = invite(house, group)
    with count() as accepting:
        house.accept(sent)

    assert (inviting.calls, inviting.items) == (4, 6), "one call more than to licenses: which are the group's"
    assert (accepting.calls, accepting.items) == (2, 6), "a member more; the group is looked at only"
