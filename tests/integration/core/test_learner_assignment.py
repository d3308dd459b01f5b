"""Learners who are in already are put into a group, or given a license, without a new invite."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from tests.support.async_workers import AsyncWorkers
from tests.support.call_counts import Count
from tests.support.clock import Clock
from tests.support.groups import add, delete, group_of, invite, join, member_count, members
from tests.support.published_events import data_of, seat_changes, starts
from tests.support.reading_back import access_now, events_of, lacking, seats
from tests.support.tenant import Tenant
from usher.domain.accesses import AccessState
from usher.domain.errors import ForbiddenError
from usher.domain.groups import Group, GroupRequiredError, UnknownGroupError
from usher.domain.learner_assignments import Assigned, NotLearnersError
from usher.domain.licenses import License, LicenseOverError, NotEnoughSeatsError, ProductKind
from usher.services.learner_assignment import LearnerAssignment
from usher.services.organization_settings import OrganizationSettings
from usher.services.receipts import Receipt, open_receipt
from usher.store import accesses
from usher.store.people import learners
from usher.store.transaction import commit


def learn(tenant: Tenant, *emails: str) -> License:
    """Let the addresses become learners by a license of their own; return it."""
    license_ = tenant.license(len(emails))
    for email in emails:
        tenant.accept(tenant.invite(license_, email))
    return license_


def put(
    tenant: Tenant,
    group: Group,
    emails: str | Sequence[str] = (),
    *,
    people: Mapping[str, str] | None = None,
    receipt: Receipt | None = None,
) -> list[tuple[str, str]]:
    """Put learners into the group; return (address, outcome) of each."""
    done = LearnerAssignment(tenant.context).add_to_group(
        person=tenant.full,
        organization=tenant.id,
        group=group.id,
        emails=emails,
        people=people or {},
        receipt=receipt or Receipt(),
    )
    return shown(done)


def give(tenant: Tenant, license_: License, emails: str | Sequence[str]) -> list[tuple[str, str]]:
    """Give learners the license; return (address, outcome) of each."""
    done = LearnerAssignment(tenant.context).assign_license(
        person=tenant.full,
        organization=tenant.id,
        license_id=license_.id,
        emails=emails,
        people={},
        receipt=Receipt(),
    )
    return shown(done)


def shown(done: Sequence[Assigned]) -> list[tuple[str, str]]:
    return [(one.email, str(one.outcome)) for one in done]


def test_learners_join_a_group_at_once_with_the_seats_they_lack(
    tenant: Tenant, async_workers: AsyncWorkers
) -> None:
    learn(tenant, "ann@x.io", "ben@x.io")
    course, exam = tenant.license(5), tenant.license(5)
    tenant.accept(tenant.invite(exam, "ann@x.io"))
    group = group_of(tenant, course, exam)
    async_workers.skip()

    done = put(tenant, group, "ann@x.io", people={"an-id": "ben@x.io"})
    again = put(tenant, group, "ann@x.io, ben@x.io")
    async_workers.settle()

    assert done == [("ben@x.io", "assigned"), ("ann@x.io", "assigned")]
    assert again == [("ann@x.io", "already_assigned"), ("ben@x.io", "already_assigned")]
    assert members(tenant, group) == ["ann@x.io", "ben@x.io"]
    assert member_count(tenant, group) == 2
    assert (seats(tenant, course), seats(tenant, exam)) == ((5, 2, 3), (5, 2, 3))
    assert access_now(tenant, course).state is AccessState.ACTIVE
    (event,) = events_of(tenant, "group.members_added")
    assert data_of(event)["emails"] == ["ben@x.io", "ann@x.io"]
    assert seat_changes(event) == {course.id: 2, exam.id: 1}
    assert async_workers.sent_to("ann@x.io") == ["access_started"]
    assert async_workers.sent_to("ben@x.io") == ["access_started"], "one email about both"


def test_a_learner_is_given_a_single_license(tenant: Tenant, async_workers: AsyncWorkers) -> None:
    learn(tenant, "ann@x.io", "ben@x.io")
    license_ = tenant.license(2)
    tenant.invite(license_, "ben@x.io")
    async_workers.skip()

    done = give(tenant, license_, ["ann@x.io", "ben@x.io"])
    again = give(tenant, license_, "ann@x.io")
    async_workers.settle()

    assert done == [("ann@x.io", "assigned"), ("ben@x.io", "already_invited")]
    assert again == [("ann@x.io", "already_assigned")]
    assert seats(tenant, license_) == (2, 2, 0)
    assert len(events_of(tenant, "seats.assigned")) == 1
    assert (async_workers.sent_to("ann@x.io"), async_workers.sent_to("ben@x.io")) == (["access_started"], [])


def test_a_subscription_given_by_hand_starts_on_its_own_date(
    tenant: Tenant, async_workers: AsyncWorkers
) -> None:
    learn(tenant, "ann@x.io")
    agreed = tenant.license(kind=ProductKind.SUBSCRIPTION, starts_at="2027-05-01")

    give(tenant, agreed, "ann@x.io")

    assert access_now(tenant, agreed).state is AccessState.SCHEDULED
    (event,) = events_of(tenant, "seats.assigned")
    assert starts(event)
    async_workers.settle()


def test_who_is_no_learner_refuses_all_of_it_and_is_named(tenant: Tenant) -> None:
    learn(tenant, "ann@x.io")
    license_ = tenant.license(5)
    group = group_of(tenant, license_)
    tenant.invite(tenant.license(), "ben@x.io")

    with pytest.raises(NotLearnersError) as refused:
        put(tenant, group, "ann@x.io ben@x.io", people={"of-nobody": ""})
    with pytest.raises(NotLearnersError):
        give(tenant, license_, "ann@x.io ben@x.io")

    assert refused.value.facts["not_learners"] == ["of-nobody", "ben@x.io"]
    assert "Invite" in refused.value.next_action
    assert members(tenant, group) == []
    assert seats(tenant, license_) == (5, 0, 5)


def test_a_preview_says_the_seats_of_each_license_and_changes_nothing(tenant: Tenant, count: Count) -> None:
    learn(tenant, "ann@x.io", "ben@x.io", "cat@x.io")
    plenty, scarce = tenant.license(5), tenant.license(1)
    group = group_of(tenant, plenty, scarce)
    tenant.invite(plenty, "cat@x.io")
    service = LearnerAssignment(tenant.context)

    with count() as cost:
        preview = service.preview_group(
            person=tenant.limited,
            organization=tenant.id,
            group=group.id,
            emails="ann@x.io ben@x.io cat@x.io",
            people={},
        )
    alone = service.preview_license(
        person=tenant.limited, organization=tenant.id, license_id=scarce.id, emails="ann@x.io", people={}
    )

    assert (preview.learners, preview.members) == (3, 0)
    assert [(one.have, one.needed, one.available, one.missing) for one in preview.seats] == [
        (1, 2, 4, 0),
        (0, 3, 1, 2),
    ]
    assert (alone.seats.members, alone.seats.needed, alone.seats.missing) == (1, 1, 0)
    assert cost.writes == 0
    assert cost.calls == 2


def test_a_preview_says_what_becomes_of_each_in_their_order(tenant: Tenant) -> None:
    learn(tenant, "ann@x.io", "ben@x.io", "cat@x.io", "dan@x.io")
    license_ = tenant.license(3)
    tenant.invite(license_, "cat@x.io")
    give(tenant, license_, "ann@x.io")

    preview = LearnerAssignment(tenant.context).preview_license(
        person=tenant.limited,
        organization=tenant.id,
        license_id=license_.id,
        emails="dan@x.io cat@x.io ann@x.io ben@x.io",
        people={},
    )

    assert [(one.email, str(one.outcome)) for one in preview.results] == [
        ("dan@x.io", "assigned"),
        ("cat@x.io", "already_invited"),
        ("ann@x.io", "already_assigned"),
        ("ben@x.io", "no_seat"),
    ]
    assert (preview.seats.have, preview.seats.needed, preview.seats.missing) == (2, 2, 1)


def test_too_few_seats_of_one_license_refuse_all_of_it(tenant: Tenant) -> None:
    learn(tenant, "ann@x.io", "ben@x.io")
    plenty, scarce = tenant.license(5), tenant.license(1)
    group = group_of(tenant, plenty, scarce)

    with pytest.raises(NotEnoughSeatsError) as refused:
        put(tenant, group, "ann@x.io ben@x.io")

    assert refused.value.facts["shortfall"] == [lacking(scarce, needed=2, available=1)]
    assert members(tenant, group) == []
    assert (seats(tenant, plenty)[1], seats(tenant, scarce)[1]) == (0, 0)


def test_the_last_seat_going_at_that_moment_refuses_it(tenant: Tenant) -> None:
    learn(tenant, "ann@x.io")
    license_ = tenant.license(1)

    with (
        tenant.before_next_write(lambda: tenant.invite(license_, "eve@x.io")),
        pytest.raises(NotEnoughSeatsError),
    ):
        give(tenant, license_, "ann@x.io")

    assert seats(tenant, license_) == (1, 1, 0)


def test_who_gets_one_of_the_seats_at_that_moment_gets_the_rest_once(tenant: Tenant) -> None:
    learn(tenant, "ann@x.io", "ben@x.io")
    course, exam = tenant.license(5), tenant.license(5)
    group = group_of(tenant, course, exam)

    with tenant.before_next_write(lambda: give(tenant, course, "ann@x.io")):
        done = put(tenant, group, "ann@x.io ben@x.io")

    assert done == [("ann@x.io", "assigned"), ("ben@x.io", "assigned")]
    assert member_count(tenant, group) == 2
    assert (seats(tenant, course)[1], seats(tenant, exam)[1]) == (2, 2)


def test_seats_that_run_out_after_the_first_transaction_are_told_of_person_by_person(tenant: Tenant) -> None:
    emails = [f"a{n:02}@x.io" for n in range(60)]
    learn(tenant, *emails)
    license_ = tenant.license(60)

    with tenant.before_next_write(lambda: tenant.invite_all(license_, "eve@x.io fay@x.io"), after=1):
        done = give(tenant, license_, emails)

    assert [outcome for _, outcome in done] == ["assigned"] * 58 + ["no_seat"] * 2
    assert [email for email, _ in done] == emails
    assert seats(tenant, license_) == (60, 60, 0)


def test_whose_erasure_is_ordered_at_that_moment_is_given_nothing(tenant: Tenant) -> None:
    learn(tenant, "ann@x.io")
    license_ = tenant.license(1)

    with (
        tenant.before_next_write(
            lambda: commit(tenant.context.table, [learners.leave(tenant.id, "ann@x.io")])
        ),
        pytest.raises(NotLearnersError),
    ):
        give(tenant, license_, "ann@x.io")

    assert accesses.get(tenant.context.table, "ann@x.io", license_.id) is None


def test_a_group_that_is_deleted_at_that_moment_is_joined_by_nobody(tenant: Tenant) -> None:
    learn(tenant, "ann@x.io")
    license_ = tenant.license(1)
    group = group_of(tenant, license_)

    with tenant.before_next_write(lambda: delete(tenant, group)), pytest.raises(UnknownGroupError):
        put(tenant, group, "ann@x.io")

    assert seats(tenant, license_) == (1, 0, 1)


def test_a_license_that_the_group_gets_at_that_moment_is_not_missed_on_a_second_look(tenant: Tenant) -> None:
    learn(tenant, "ann@x.io")
    first, second = tenant.license(1), tenant.license(2)
    group = group_of(tenant, first)

    def rival() -> None:
        add(tenant, group, second, apply=False)
        give(tenant, first, "ann@x.io")

    with tenant.before_next_write(rival):
        done = put(tenant, group, "ann@x.io")

    assert done == [("ann@x.io", "assigned")]
    assert (seats(tenant, first)[1], seats(tenant, second)[1]) == (1, 1)


def test_an_open_invite_keeps_its_seat_and_a_lapsed_one_gives_it_up(tenant: Tenant, clock: Clock) -> None:
    learn(tenant, "ann@x.io", "ben@x.io")
    license_ = tenant.license(2)
    group = group_of(tenant, license_)
    tenant.invite(license_, "ann@x.io")
    clock.forward(days=11)
    tenant.invite(license_, "ben@x.io")

    done = put(tenant, group, "ann@x.io ben@x.io")

    assert done == [("ann@x.io", "assigned"), ("ben@x.io", "assigned")]
    assert access_now(tenant, license_).state is AccessState.ACTIVE
    assert access_now(tenant, license_, "ben@x.io").state is AccessState.RESERVED
    assert member_count(tenant, group) == 2


def test_a_required_group_and_a_license_that_is_over_hold(tenant: Tenant, clock: Clock) -> None:
    learn(tenant, "ann@x.io")
    license_, ending = tenant.license(2), tenant.license(valid_until="2027-01-06")
    group, over = group_of(tenant, license_), group_of(tenant, ending, name="Over")
    OrganizationSettings(tenant.context).change(
        person=tenant.full, organization=tenant.id, require_group=True
    )
    clock.forward(days=3)

    with pytest.raises(GroupRequiredError) as refused:
        give(tenant, license_, "ann@x.io")
    with pytest.raises(LicenseOverError):
        put(tenant, over, "ann@x.io")

    assert "into one of the organization's groups" in refused.value.next_action
    assert put(tenant, group, "ann@x.io") == [("ann@x.io", "assigned")]


def test_five_hundred_are_put_in_and_a_replay_does_nothing_again(tenant: Tenant, count: Count) -> None:
    emails = [f"a{n:03}@x.io" for n in range(150)]
    learn(tenant, *emails)
    license_ = tenant.license(150)
    group = group_of(tenant, license_)

    def once() -> Receipt:
        return open_receipt(
            tenant.context, scope="s", key="k", fingerprint="f", render=lambda one: str(one.outcome)
        )

    with count() as cost:
        put(tenant, group, emails, receipt=once())
    replay = once()

    assert replay.complete
    assert replay.answers == ["assigned"] * 150
    assert member_count(tenant, group) == 150
    assert seats(tenant, license_) == (150, 150, 0)
    # Each person's access, member and look at the learner; besides them license, group, event and receipt.
    assert cost.operations.count("TransactWriteItems") == 5


def test_limited_managers_preview_and_change_nothing(tenant: Tenant) -> None:
    learn(tenant, "ann@x.io")
    group = group_of(tenant, tenant.license())

    with pytest.raises(ForbiddenError):
        LearnerAssignment(tenant.context).add_to_group(
            person=tenant.limited,
            organization=tenant.id,
            group=group.id,
            emails="ann@x.io",
            people={},
            receipt=Receipt(),
        )


def test_a_group_by_hand_and_an_invite_to_it_count_once(tenant: Tenant) -> None:
    learn(tenant, "ann@x.io")
    group = group_of(tenant, tenant.license())
    open_invite = invite(tenant, group)

    put(tenant, group, "ann@x.io")
    tenant.accept(open_invite)

    assert member_count(tenant, group) == 1
    join(tenant, group, "ben@x.io")
    assert member_count(tenant, group) == 2
