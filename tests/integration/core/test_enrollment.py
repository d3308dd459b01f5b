"""Letting a person in without an invite: seats, group and place in one transaction, exact and once."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from tests.support.call_counts import Count
from tests.support.clock import Clock
from tests.support.crashes import Crash, crashing
from tests.support.join_pages import group_of, person
from tests.support.published_events import data_of, seat_changes
from tests.support.reading_back import access_now, events_of, invite_now, lacking, seats
from tests.support.tenant import Tenant
from usher.domain.accesses import AccessState
from usher.domain.enrollment.grants import Grant
from usher.domain.enrollment_methods import EnrollmentMethod
from usher.domain.events.enrollment import LearnerJoined
from usher.domain.groups import UnknownGroupError
from usher.domain.invites import InviteState
from usher.domain.licenses import LicenseOverError, NotEnoughSeatsError, UnknownLicenseError
from usher.services.enrollment.enrollment import Enrollment, EnrollmentResult, EnrollmentRoute
from usher.services.groups import Groups
from usher.services.transactions import retry_on_conflict
from usher.store import groups
from usher.store.people import learners

ANN = "ann@x.io"


def route(tenant: Tenant, grant: Grant, **more: Any) -> EnrollmentRoute:
    return EnrollmentRoute(
        organization=tenant.id,
        method=EnrollmentMethod.JOIN_PAGE,
        grant=grant,
        event=partial(LearnerJoined, slug="acme"),
        **more,
    )


def enroll(tenant: Tenant, *licenses: str, group: str | None = None, email: str = ANN) -> EnrollmentResult:
    """Enroll as the commands do that enrollment is a part of: they decide anew on a conflict."""
    enroll = retry_on_conflict(Enrollment(tenant.context).enroll)
    return enroll(person=person(email), route=route(tenant, Grant(licenses=licenses, group=group)))


def test_everything_is_given_in_one_transaction(tenant: Tenant, count: Count) -> None:
    one, other = tenant.license(2), tenant.license(2)
    group = group_of(tenant, one, other)

    with count() as cost:
        enrolled = enroll(tenant, group=group)

    assert enrolled.new
    assert [access.terms.license for access in enrolled.accesses] == [one.id, other.id]
    assert cost.operations.count("TransactWriteItems") == 1
    # Two licenses, two accesses, the learner, the member, the group's count of members and the event.
    assert cost.writes == 8
    (event,) = events_of(tenant, "learner.joined")
    assert seat_changes(event) == {one.id: 1, other.id: 1}
    assert data_of(event)["group"]["id"] == group
    assert tenant.context.table.get(groups.member_ref(tenant.id, group, ANN)) is not None


def test_what_they_have_is_not_given_again(tenant: Tenant) -> None:
    one, other = tenant.license(2), tenant.license(2)
    enroll(tenant, one.id)

    second = enroll(tenant, one.id, other.id)

    assert [access.terms.license for access in second.accesses] == [other.id]
    assert seats(tenant, one) == (2, 1, 1)


def test_who_has_it_all_is_given_nothing_and_nothing_is_written(tenant: Tenant, count: Count) -> None:
    license_ = tenant.license(2)
    enroll(tenant, license_.id)

    with count() as cost:
        again = enroll(tenant, license_.id)

    assert not again.new
    assert cost.writes == 0


def test_two_at_once_for_the_last_seat_leave_one_without(tenant: Tenant) -> None:
    license_ = tenant.license(1)

    with (
        pytest.raises(NotEnoughSeatsError) as refused,
        tenant.before_next_write(lambda: enroll(tenant, license_.id, email="bo@x.io")),
    ):
        enroll(tenant, license_.id)

    assert refused.value.facts["shortfall"] == [lacking(license_, needed=1, available=0)]
    assert learners.get(tenant.context.table, tenant.id, ANN) is None


def test_one_license_without_a_seat_gives_nothing_of_the_others(tenant: Tenant) -> None:
    plenty, none = tenant.license(5), tenant.license(1)
    tenant.invite(none, "x@x.io")

    with pytest.raises(NotEnoughSeatsError) as refused:
        enroll(tenant, plenty.id, none.id)

    assert refused.value.facts["shortfall"] == [lacking(none, needed=1, available=0)]
    assert seats(tenant, plenty) == (5, 0, 5)


def test_the_same_person_twice_at_once_takes_one_seat(tenant: Tenant) -> None:
    license_ = tenant.license(2)

    with tenant.before_next_write(lambda: enroll(tenant, license_.id)):
        assert not enroll(tenant, license_.id).new

    assert seats(tenant, license_) == (2, 1, 1)
    assert len(events_of(tenant, "learner.joined")) == 1


def test_a_seat_that_an_open_invite_holds_is_taken_up_by_accepting_it(tenant: Tenant) -> None:
    license_ = tenant.license(1)
    invite = tenant.invite(license_)

    assert not enroll(tenant, license_.id).new

    assert invite_now(tenant, invite).state is InviteState.ACCEPTED
    assert access_now(tenant, license_).state is AccessState.ACTIVE


@pytest.mark.parametrize("how", ["withdrawn", "resent"])
def test_an_invite_that_changes_at_that_moment_is_looked_at_anew(
    tenant: Tenant, clock: Clock, how: str
) -> None:
    license_ = tenant.license(1)
    invite = tenant.invite(license_)
    clock.forward(minutes=2)

    with tenant.before_next_write(
        lambda: tenant.withdraw(invite) if how == "withdrawn" else tenant.resend(invite)
    ):
        enrolled = enroll(tenant, license_.id)

    assert enrolled.new is (how == "withdrawn")
    assert access_now(tenant, license_).state is AccessState.ACTIVE
    assert seats(tenant, license_) == (1, 1, 0)


def test_a_seat_of_an_invite_that_has_run_out_is_taken_anew(tenant: Tenant, clock: Clock) -> None:
    license_ = tenant.license(1)
    tenant.invite(license_)
    clock.forward(days=11)

    assert enroll(tenant, license_.id).new

    assert seats(tenant, license_) == (1, 1, 0)


def test_is_in_says_whether_there_is_anything_to_give(tenant: Tenant, clock: Clock, count: Count) -> None:
    license_ = tenant.license(2)
    grant = Grant(licenses=(license_.id,))
    enrollment = Enrollment(tenant.context)

    def is_enrolled() -> bool:
        return enrollment.is_enrolled(person=person(), organization=tenant.id, grant=grant)

    assert not is_enrolled()
    tenant.invite(license_)
    with count() as cost:
        assert is_enrolled()
    clock.forward(days=11)
    assert not is_enrolled()
    enroll(tenant, license_.id)
    assert is_enrolled()
    assert cost.writes == 0


def test_a_group_that_is_deleted_at_the_same_moment_gives_nothing(tenant: Tenant) -> None:
    license_ = tenant.license(2)
    group = group_of(tenant, license_)

    def delete() -> None:
        Groups(tenant.context).delete(person=tenant.full, organization=tenant.id, group=group)

    with pytest.raises(UnknownGroupError), tenant.before_next_write(delete):
        enroll(tenant, group=group)

    assert seats(tenant, license_) == (2, 0, 2)


def test_what_has_ended_or_is_not_the_organizations_gives_nothing(tenant: Tenant, clock: Clock) -> None:
    license_ = tenant.license(2)

    with pytest.raises(UnknownLicenseError):
        enroll(tenant, "01KAP3V8Q2M4X7Y9Z1B5C6D8E0")
    with pytest.raises(UnknownGroupError):
        enroll(tenant, group="01KAP3V8Q2M4X7Y9Z1B5C6D8E0")
    clock.forward(days=400)
    with pytest.raises(LicenseOverError):
        enroll(tenant, license_.id)


def test_whatever_call_it_dies_at_all_or_nothing_is_given(tenant: Tenant) -> None:
    one, other = tenant.license(9), tenant.license(9)
    group = group_of(tenant, one, other)
    client = tenant.context.table.connection.client
    with crashing(client, at=None) as moments:
        enroll(tenant, group=group, email="counted@x.io")
    for at in range(1, moments.passed + 1):
        email = f"p{at}@x.io"
        with pytest.raises(Crash), crashing(client, at=at):
            enroll(tenant, group=group, email=email)
        enroll(tenant, group=group, email=email)

    people = moments.passed + 1
    assert seats(tenant, one) == seats(tenant, other) == (9, people, 9 - people)
    assert len(events_of(tenant, "learner.joined")) == people


def test_whoever_approves_is_the_actor(tenant: Tenant) -> None:
    Enrollment(tenant.context).enroll(
        person=person(), route=route(tenant, Grant(), actor="boss@acme.example")
    )

    (event,) = events_of(tenant, "learner.joined")
    assert (event.actor, data_of(event)["email"]) == ("boss@acme.example", ANN)
