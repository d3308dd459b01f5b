"""What inviting to a group gives, and accepting."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.support.async_workers import AsyncWorkers
from tests.support.call_counts import Count
from tests.support.clock import Clock
from tests.support.groups import (
    delete,
    group_of,
    invite,
    invite_all,
    join,
    member_count,
    members,
)
from tests.support.published_events import data_of
from tests.support.reading_back import access_now, events_of, invite_now, lacking, outcomes, seats
from tests.support.tenant import Tenant
from usher.domain.accesses import AccessState
from usher.domain.groups import Group, GroupRequiredError, TooManyLicensesError
from usher.domain.invite_batches import Invited
from usher.domain.invites import InviteState
from usher.domain.licenses import NotEnoughSeatsError, ProductKind
from usher.domain.starts import StartNotChosenError, StartNotEditableError
from usher.services.invites.invite_learners import InviteLearners
from usher.services.invites.invite_listing import InviteQuery
from usher.services.invites.invite_queries import InviteQueries
from usher.services.invites.manage_invites import AccessBegunError, BulkAction, ManageInvites
from usher.services.organization_settings import OrganizationSettings
from usher.services.outbox.sweep import Sweep
from usher.services.receipts import Receipt

APRIL = datetime(2027, 3, 31, 22, 0, tzinfo=UTC)
MAY = datetime(2027, 4, 30, 22, 0, tzinfo=UTC)


def test_inviting_to_a_group_reserves_a_seat_in_each_of_its_licenses(tenant: Tenant) -> None:
    first, second = tenant.license(3), tenant.license(2)
    group = group_of(tenant, first, second)

    sent = invite(tenant, group)

    assert [(one.id, one.name) for one in sent.groups] == [(group.id, "Night shift")]
    assert [terms.license for terms in sent.licenses] == [first.id, second.id]
    assert (seats(tenant, first), seats(tenant, second)) == ((3, 1, 2), (2, 1, 1))
    assert members(tenant, group) == []


def test_accepting_joins_the_group_and_starts_each_access_by_its_own_rule(tenant: Tenant) -> None:
    course = tenant.license()
    agreed = tenant.license(kind=ProductKind.SUBSCRIPTION, starts_at="2027-05-01")
    group = group_of(tenant, course, agreed)

    tenant.accept(invite(tenant, group))

    assert members(tenant, group) == ["ann@x.io"]
    assert access_now(tenant, course).state is AccessState.ACTIVE
    assert access_now(tenant, agreed).state is AccessState.SCHEDULED
    assert access_now(tenant, agreed).start_at == MAY
    (accepted,) = events_of(tenant, "invite.accepted")
    assert [one["id"] for one in data_of(accepted)["invite"]["groups"]] == [group.id]


def test_a_start_holds_for_the_licenses_that_allow_one_and_the_others_keep_theirs(tenant: Tenant) -> None:
    course = tenant.license()
    flex = tenant.license(kind=ProductKind.SUBSCRIPTION, flex=True, starts_at="2027-05-01")
    group = group_of(tenant, course, flex)

    tenant.accept(invite(tenant, group, access_start="2027-04-01"))

    assert access_now(tenant, course).start_at == APRIL
    assert access_now(tenant, flex).start_at == MAY


def test_a_start_for_subscriptions_alone_is_refused_and_a_plain_list_stays_strict(tenant: Tenant) -> None:
    course = tenant.license()
    agreed = tenant.license(kind=ProductKind.SUBSCRIPTION, starts_at="2027-05-01")

    with pytest.raises(StartNotChosenError):
        invite(tenant, group_of(tenant, agreed), access_start="2027-04-01")
    with pytest.raises(StartNotChosenError):
        tenant.invite([course, agreed], access_start="2027-04-01")


def test_moving_the_start_of_a_group_invite_moves_what_may_be_moved(tenant: Tenant) -> None:
    course = tenant.license()
    flex = tenant.license(kind=ProductKind.SUBSCRIPTION, flex=True, starts_at="2027-06-01")
    fixed = tenant.license(kind=ProductKind.SUBSCRIPTION, starts_at="2027-05-01")
    sent = invite(tenant, group_of(tenant, course, flex, fixed))

    tenant.reschedule(sent, "2027-04-01")
    tenant.accept(invite_now(tenant, sent))
    tenant.reschedule(sent, "2027-05-01")

    assert access_now(tenant, course).start_at == MAY
    assert access_now(tenant, flex).start_at == MAY
    assert access_now(tenant, fixed).start_at == MAY, "as agreed"


def test_moving_a_group_invite_whose_accesses_have_begun_or_are_fixed_is_refused(tenant: Tenant) -> None:
    fixed = tenant.license(kind=ProductKind.SUBSCRIPTION, starts_at="2027-05-01")
    begun = invite(tenant, group_of(tenant, tenant.license(), name="A"))
    tenant.accept(begun)

    with pytest.raises(AccessBegunError):
        tenant.reschedule(begun, "2027-04-01")
    with pytest.raises(StartNotEditableError):
        tenant.reschedule(invite(tenant, group_of(tenant, fixed, name="B"), "ben@x.io"), "2027-06-01")


def test_a_learner_is_in_several_groups(tenant: Tenant) -> None:
    shared, own = tenant.license(), tenant.license()
    one, other = group_of(tenant, shared, name="One"), group_of(tenant, shared, own, name="Other")
    join(tenant, one, "ann@x.io")

    sent = invite(tenant, other)
    tenant.accept(sent)

    assert [terms.license for terms in sent.licenses] == [own.id], "the shared one is theirs already"
    assert members(tenant, one) == members(tenant, other) == ["ann@x.io"]
    assert seats(tenant, shared) == (10, 1, 9)


def test_who_has_all_and_is_no_member_is_invited_without_a_seat(tenant: Tenant) -> None:
    license_ = tenant.license(1)
    tenant.accept(tenant.invite(license_))
    group = group_of(tenant, license_)

    sent = invite(tenant, group)
    again = invite_all(tenant, group, "ann@x.io")
    joined = tenant.accept(sent)

    assert sent.licenses == ()
    assert outcomes(again) == {"ann@x.io": "already_invited"}
    assert again[0].invite is not None
    assert again[0].invite.id == sent.id
    assert joined.state is InviteState.ACCEPTED
    assert members(tenant, group) == ["ann@x.io"]
    assert outcomes(invite_all(tenant, group, "ann@x.io")) == {"ann@x.io": "already_assigned"}
    assert seats(tenant, license_) == (1, 1, 0)


@pytest.mark.parametrize("end", ["withdraw", "decline", "expire"])
def test_an_offer_that_came_to_nothing_is_made_again(tenant: Tenant, clock: Clock, end: str) -> None:
    group = group_of(tenant)
    first = invite(tenant, group)
    if end == "expire":
        clock.forward(days=11)
        assert Sweep(tenant.context).sweep().expired == 1
    else:
        getattr(tenant, end)(first)

    second = invite(tenant, group)

    assert second.id != first.id
    tenant.accept(second)
    assert members(tenant, group) == ["ann@x.io"]


def test_two_offers_at_once_are_one(tenant: Tenant) -> None:
    group = group_of(tenant)

    with tenant.before_next_write(lambda: invite_all(tenant, group, "ann@x.io")):
        (result,) = invite_all(tenant, group, "ann@x.io")

    assert result.outcome == "already_invited"
    assert result.invite is not None
    listed = InviteQueries(tenant.context).listed(
        person=tenant.full,
        organization=tenant.id,
        query=InviteQuery(groups=(group.id,)),
        limit=50,
        cursor=None,
    )
    assert [one.id for one in listed.items] == [result.invite.id]


def test_who_is_invited_to_all_of_it_already_is_not_invited_twice(tenant: Tenant) -> None:
    group = group_of(tenant, tenant.license(), tenant.license())
    sent = invite(tenant, group)

    (again,) = invite_all(tenant, group, "ann@x.io")

    assert again.outcome == "already_invited"
    assert again.invite is not None
    assert again.invite.id == sent.id


def test_too_few_seats_in_one_license_refuse_the_batch_whole(tenant: Tenant) -> None:
    plenty, scarce = tenant.license(10), tenant.license(1)
    group = group_of(tenant, plenty, scarce)

    with pytest.raises(NotEnoughSeatsError) as refused:
        invite_all(tenant, group, "a@x.io b@x.io")

    assert refused.value.facts["shortfall"] == [lacking(scarce, needed=2, available=1)]
    assert (seats(tenant, plenty)[1], seats(tenant, scarce)[1]) == (0, 0)


def test_an_organization_may_require_a_group(tenant: Tenant) -> None:
    license_ = tenant.license()
    changed = OrganizationSettings(tenant.context).change(
        person=tenant.full, organization=tenant.id, require_group=True
    )

    with pytest.raises(GroupRequiredError):
        tenant.invite(license_)

    assert changed.require_group
    assert invite(tenant, group_of(tenant, license_)).groups
    OrganizationSettings(tenant.context).change(
        person=tenant.full, organization=tenant.id, require_group=False
    )
    assert tenant.invite(license_, "ben@x.io").groups == ()


def test_resending_expiring_withdrawing_and_bulk_work_for_group_invites(tenant: Tenant, clock: Clock) -> None:
    first, second = tenant.license(2), tenant.license(2)
    group = group_of(tenant, first, second)
    ann, ben = invite(tenant, group), invite(tenant, group, "ben@x.io")
    clock.forward(days=11)
    assert Sweep(tenant.context).sweep().expired == 2
    assert (seats(tenant, first), seats(tenant, second)) == ((2, 0, 2), (2, 0, 2))

    results = ManageInvites(tenant.context).bulk(
        person=tenant.full,
        organization=tenant.id,
        action=BulkAction.RESEND,
        invite_ids=[ann.id, ben.id],
        access_start=None,
        receipt=Receipt(),
    )

    assert [result.error for result in results] == [None, None]
    assert (seats(tenant, first), seats(tenant, second)) == ((2, 2, 0), (2, 2, 0))
    tenant.withdraw(invite_now(tenant, ann))
    tenant.accept(invite_now(tenant, ben))
    assert members(tenant, group) == ["ben@x.io"]
    assert seats(tenant, second) == (2, 1, 1)


def test_twenty_licenses_are_invited_to_and_accepted(tenant: Tenant) -> None:
    product = tenant.product()
    many = [tenant.license(2, product=product) for _ in range(20)]
    group = group_of(tenant, *many)

    join(tenant, group, "ann@x.io", "ben@x.io")

    assert {seats(tenant, one) for one in many} == {(2, 2, 0)}


def invite_to_both(tenant: Tenant, *groups: Group, email: str = "ann@x.io") -> Invited:
    (one,) = InviteLearners(tenant.context).invite(
        person=tenant.full,
        organization=tenant.id,
        groups=[group.id for group in groups],
        emails=email,
        receipt=Receipt(),
    )
    return one


def test_one_invite_to_two_groups_reserves_each_license_once_and_joins_both(
    tenant: Tenant, async_workers: AsyncWorkers, count: Count
) -> None:
    shared, own = tenant.license(), tenant.license()
    cooks, drivers = group_of(tenant, shared, name="Cooks"), group_of(tenant, shared, own, name="Drivers")

    sent = invite_to_both(tenant, cooks, drivers).invite
    async_workers.settle()
    assert sent is not None
    with count() as accepting:
        tenant.accept(sent)

    assert [group.name for group in sent.groups] == ["Cooks", "Drivers"]
    assert [terms.license for terms in sent.licenses] == [shared.id, own.id]
    assert (seats(tenant, shared), seats(tenant, own)) == ((10, 1, 9), (10, 1, 9))
    assert async_workers.sent_to("ann@x.io") == ["invite"]
    assert members(tenant, cooks) == members(tenant, drivers) == ["ann@x.io"]
    assert (member_count(tenant, cooks), member_count(tenant, drivers)) == (1, 1)
    assert accepting.calls == 2


def test_an_invite_to_two_groups_is_found_by_each_and_not_repeated_to_one(tenant: Tenant) -> None:
    cooks, drivers = group_of(tenant, tenant.license(), name="Cooks"), group_of(tenant, name="Drivers")
    sent = invite_to_both(tenant, cooks, drivers).invite
    assert sent is not None

    again = [invite_to_both(tenant, one) for one in (cooks, drivers)]

    assert [(one.outcome, one.invite and one.invite.id) for one in again] == [
        ("already_invited", sent.id)
    ] * 2
    for group in (cooks, drivers):
        listed = InviteQueries(tenant.context).listed(
            person=tenant.full,
            organization=tenant.id,
            query=InviteQuery(groups=(group.id,)),
            limit=50,
            cursor=None,
        )
        assert [one.id for one in listed.items] == [sent.id]


def test_of_two_groups_the_one_that_was_deleted_is_not_joined(tenant: Tenant) -> None:
    license_ = tenant.license()
    cooks, drivers = group_of(tenant, license_, name="Cooks"), group_of(tenant, name="Drivers")
    sent = invite_to_both(tenant, cooks, drivers).invite
    assert sent is not None

    with tenant.before_next_write(lambda: delete(tenant, cooks)):
        tenant.accept(sent)

    assert members(tenant, drivers) == ["ann@x.io"]
    assert access_now(tenant, license_).state is AccessState.ACTIVE


def test_of_two_groups_of_which_one_is_offered_at_that_moment_the_other_is_left(
    tenant: Tenant,
) -> None:
    cooks, drivers = group_of(tenant, name="Cooks"), group_of(tenant, name="Drivers")

    with tenant.before_next_write(lambda: invite_to_both(tenant, cooks)):
        late = invite_to_both(tenant, cooks, drivers)

    assert late.outcome == "invited"
    assert late.invite is not None
    assert [group.name for group in late.invite.groups] == ["Drivers"]


def test_more_than_twenty_licenses_or_ten_groups_altogether_are_refused(tenant: Tenant) -> None:
    product = tenant.product()
    many = [tenant.license(2, product=product) for _ in range(21)]
    one, other = group_of(tenant, *many[:11], name="One"), group_of(tenant, *many[10:], name="Other")
    empty = [group_of(tenant, name=f"Group {n}") for n in range(11)]

    with pytest.raises(TooManyLicensesError):
        invite_to_both(tenant, one, other)
    with pytest.raises(TooManyLicensesError):
        invite_to_both(tenant, *empty)

    assert invite_to_both(tenant, one, *empty[:9]).outcome == "invited"


def test_ten_groups_with_twenty_licenses_are_invited_to_and_accepted(tenant: Tenant) -> None:
    product = tenant.product()
    many = [tenant.license(2, product=product) for _ in range(20)]
    groups = [group_of(tenant, *many[2 * n : 2 * n + 2], name=f"Group {n}") for n in range(10)]

    sent = invite_to_both(tenant, *groups).invite
    assert sent is not None
    tenant.accept(sent)

    assert {seats(tenant, one) for one in many} == {(2, 1, 1)}
    assert {member_count(tenant, group) for group in groups} == {1}


def test_what_inviting_to_a_group_and_accepting_cost(tenant: Tenant, count: Count) -> None:
    group = group_of(tenant, tenant.license(), tenant.license())

    with count() as inviting:
        sent = invite(tenant, group)
    with count() as accepting:
        tenant.accept(sent)

    assert (inviting.calls, inviting.items) == (4, 7), "one call more than to licenses: which are the group's"
    assert (accepting.calls, accepting.items) == (2, 7), "a member more, who is counted on the group"
