"""DESIGN 2, Seats and Batches, through the service that invites."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.clock import MONDAY, Clock
from tests.support.reading_back import emails_of, events_of, invite_now, lacking, outcomes, seats
from tests.support.tenant import Tenant, create_tenant
from usher.domain.addresses import BadAddressesError, NoAddressesError, TooManyAddressesError
from usher.domain.errors import ForbiddenError
from usher.domain.invite_batches import Outcome
from usher.domain.invites import BadMessageError, InviteState
from usher.domain.licenses import (
    LicenseOverError,
    NotEnoughSeatsError,
    ProductKind,
    UnknownLicenseError,
)
from usher.domain.organizations import UnknownOrganizationError
from usher.domain.people import BadNameError, Person
from usher.domain.starts import StartInPastError, StartNotChosenError, StartOutsideLicenseError
from usher.services.context import Context
from usher.services.invites.invite_learners import InviteLearners
from usher.services.invites.invite_plans import NoLicenseError
from usher.services.outbox.sweep import Sweep
from usher.services.receipts import Receipt
from usher.services.team_members import TeamMembers


def test_inviting_reserves_a_seat_and_keeps_what_was_said(tenant: Tenant) -> None:
    license_ = tenant.license(10)

    (result,) = InviteLearners(tenant.context).invite(
        person=tenant.full,
        organization=tenant.id,
        license_ids=[license_.id],
        emails="Ann Lee <Ann@X.io>",
        receipt=Receipt(),
        access_start="2027-02-01",
        message=" Welcome! ",
    )

    assert (result.email, result.outcome) == ("ann@x.io", Outcome.INVITED)
    assert result.invite is not None
    invite = invite_now(tenant, result.invite)
    assert invite.state is InviteState.PENDING
    assert (invite.first_name, invite.last_name, invite.message) == ("Ann", "Lee", "Welcome!")
    assert invite.access_start == datetime(2027, 1, 31, 23, tzinfo=UTC)
    assert invite.expires_at == MONDAY + timedelta(days=10)
    assert invite.remind_at == MONDAY + timedelta(days=7)
    assert invite.created_by == tenant.full.email
    assert seats(tenant, license_) == (10, 1, 9)
    assert emails_of(tenant, "invites.created") == ["ann@x.io"]


def test_a_large_batch_is_invited_whole_in_the_order_given(tenant: Tenant) -> None:
    license_ = tenant.license(130)
    emails = [f"a{n}@x.io" for n in range(120)]

    results = tenant.invite_all(license_, emails)

    assert [one.email for one in results] == emails
    assert {one.outcome for one in results} == {Outcome.INVITED}
    assert len({one.invite.id for one in results if one.invite}) == 120
    assert seats(tenant, license_) == (130, 120, 10)
    assert emails_of(tenant, "invites.created") == emails


def test_one_bad_address_refuses_the_batch_and_changes_nothing(tenant: Tenant) -> None:
    license_ = tenant.license()

    with pytest.raises(BadAddressesError) as refused:
        tenant.invite_all(license_, "ann@x.io, bob@, eve@y.io")

    assert refused.value.facts["addresses"][0]["address"] == "bob@"  # type: ignore[index]
    assert seats(tenant, license_) == (10, 0, 10)
    assert not events_of(tenant, "invites.created")


def test_skip_invalid_invites_the_others_and_says_why(tenant: Tenant) -> None:
    license_ = tenant.license()

    results = tenant.invite_all(license_, "ann@x.io, bob@, eve@y.io", skip_invalid=True)

    assert outcomes(results) == {"ann@x.io": "invited", "eve@y.io": "invited", "bob@": "invalid"}
    assert next(one for one in results if one.outcome is Outcome.INVALID).reason


def test_nothing_but_bad_addresses_invites_nobody(tenant: Tenant) -> None:
    license_ = tenant.license()

    assert outcomes(tenant.invite_all(license_, "bob@", skip_invalid=True)) == {"bob@": "invalid"}
    assert not events_of(tenant, "invites.created")


def test_a_batch_larger_than_the_pool_is_refused_whole_with_the_exact_shortfall(tenant: Tenant) -> None:
    small, large = tenant.license(3), tenant.license(50)

    with pytest.raises(NotEnoughSeatsError) as refused:
        tenant.invite_all([small, large], [f"a{n}@x.io" for n in range(10)])

    assert refused.value.facts["shortfall"] == [lacking(small, needed=10, available=3)]
    assert seats(tenant, small) == (3, 0, 3)
    assert seats(tenant, large) == (50, 0, 50)


def test_those_who_have_a_seat_do_not_count_for_the_shortfall(tenant: Tenant) -> None:
    license_ = tenant.license(2)
    tenant.invite(license_, "ann@x.io")

    results = tenant.invite_all(license_, "ann@x.io, bob@x.io")

    assert outcomes(results) == {"ann@x.io": "already_invited", "bob@x.io": "invited"}
    assert seats(tenant, license_) == (2, 2, 0)


def test_who_was_invited_or_has_a_seat_is_not_invited_again(tenant: Tenant) -> None:
    license_ = tenant.license()
    pending = tenant.invite(license_, "ann@x.io")
    tenant.accept(tenant.invite(license_, "bob@x.io"))

    results = tenant.invite_all(license_, "ann@x.io, bob@x.io")

    assert outcomes(results) == {"ann@x.io": "already_invited", "bob@x.io": "already_assigned"}
    assert results[0].invite is not None
    assert results[0].invite.id == pending.id
    assert seats(tenant, license_) == (10, 2, 8)
    assert len(emails_of(tenant, "invites.created")) == 2


def test_a_declined_or_withdrawn_person_can_be_invited_again(tenant: Tenant) -> None:
    license_ = tenant.license()
    tenant.decline(tenant.invite(license_, "ann@x.io"))
    tenant.withdraw(tenant.invite(license_, "bob@x.io"))

    results = tenant.invite_all(license_, "ann@x.io, bob@x.io")

    assert outcomes(results) == {"ann@x.io": "invited", "bob@x.io": "invited"}
    assert seats(tenant, license_) == (10, 2, 8)


def test_an_expired_invite_never_blocks_a_new_one_even_where_no_seat_was_left(
    tenant: Tenant, clock: Clock
) -> None:
    license_ = tenant.license(1)
    old = tenant.invite(license_, "ann@x.io")
    clock.forward(days=10)

    (result,) = tenant.invite_all(license_, "ann@x.io")

    assert result.outcome is Outcome.INVITED
    assert result.invite is not None
    assert result.invite.id != old.id
    assert not invite_now(tenant, old).holds_seats
    assert invite_now(tenant, old).state is InviteState.PENDING
    assert seats(tenant, license_) == (1, 1, 0)


def test_an_expired_invite_that_was_swept_never_blocks_a_new_one(tenant: Tenant, clock: Clock) -> None:
    license_ = tenant.license(1)
    tenant.invite(license_, "ann@x.io")
    clock.forward(days=10)
    Sweep(tenant.context).sweep()

    assert outcomes(tenant.invite_all(license_, "ann@x.io")) == {"ann@x.io": "invited"}


def test_an_invite_to_several_licenses_reserves_a_seat_of_each(tenant: Tenant) -> None:
    some = [tenant.license(5), tenant.license(7)]

    invite = tenant.invite(some, "ann@x.io")

    assert [terms.license for terms in invite.licenses] == [one.id for one in some]
    assert [seats(tenant, one) for one in some] == [(5, 1, 4), (7, 1, 6)]


def test_an_invite_gives_only_the_licenses_that_the_person_lacks(tenant: Tenant) -> None:
    have, lack = tenant.license(5), tenant.license(7)
    tenant.accept(tenant.invite(have, "ann@x.io"))

    invite = tenant.invite([have, lack], "ann@x.io")

    assert [terms.license for terms in invite.licenses] == [lack.id]
    assert [seats(tenant, one) for one in (have, lack)] == [(5, 1, 4), (7, 1, 6)]


def test_a_batch_to_many_licenses_is_cut_into_transactions_that_fit(tenant: Tenant) -> None:
    some = [tenant.license(20) for _ in range(9)]

    results = tenant.invite_all(some, [f"a{n}@x.io" for n in range(20)])

    assert {one.outcome for one in results} == {Outcome.INVITED}
    assert {seats(tenant, one) for one in some} == {(20, 20, 0)}


def test_an_invite_never_outlives_its_license(tenant: Tenant) -> None:
    ends_soon = tenant.license(valid_until="2027-01-08")

    assert tenant.invite(ends_soon).expires_at == datetime(2027, 1, 7, 23, tzinfo=UTC)


def test_an_organization_says_how_long_its_invites_live(context: Context) -> None:
    tenant = create_tenant(context, slug="slow", invite_days=30)

    assert tenant.invite(tenant.license()).expires_at == MONDAY + timedelta(days=30)


def test_a_subscription_can_be_offered_before_it_starts_but_not_with_a_chosen_date(tenant: Tenant) -> None:
    subscription = tenant.license(kind=ProductKind.SUBSCRIPTION, starts_at="2027-03-01")

    with pytest.raises(StartNotChosenError):
        tenant.invite(subscription, access_start="2027-04-01")
    assert tenant.invite(subscription).access_start is None


@pytest.mark.parametrize(
    ("date", "refusal"), [("2027-01-03", StartInPastError), ("2028-06-01", StartOutsideLicenseError)]
)
def test_a_date_past_or_outside_the_license_is_refused_and_nothing_reserved(
    tenant: Tenant, date: str, refusal: type[Exception]
) -> None:
    license_ = tenant.license()

    with pytest.raises(refusal):
        tenant.invite(license_, access_start=date)
    assert seats(tenant, license_) == (10, 0, 10)


def test_a_license_that_has_ended_gives_no_seats(tenant: Tenant, clock: Clock) -> None:
    license_ = tenant.license(valid_until="2027-01-08")
    clock.forward(days=5)

    with pytest.raises(LicenseOverError):
        tenant.invite(license_)


def test_a_request_that_names_nothing_sensible_is_refused(tenant: Tenant) -> None:
    license_ = tenant.license()

    with pytest.raises(NoLicenseError):
        tenant.invite_all([], "ann@x.io")
    with pytest.raises(NoAddressesError):
        tenant.invite_all(license_, " , ")
    with pytest.raises(TooManyAddressesError):
        tenant.invite_all(license_, [f"a{n}@x.io" for n in range(501)])
    with pytest.raises(BadMessageError):
        InviteLearners(tenant.context).invite(
            person=tenant.full,
            organization=tenant.id,
            license_ids=[license_.id],
            emails="ann@x.io",
            receipt=Receipt(),
            message="x" * 2001,
        )
    with pytest.raises(BadNameError):
        InviteLearners(tenant.context).invite(
            person=tenant.full,
            organization=tenant.id,
            license_ids=[license_.id],
            emails="ann@x.io",
            receipt=Receipt(),
            first_name="x" * 81,
        )
    assert seats(tenant, license_) == (10, 0, 10)


def test_a_limited_manager_may_not_invite(tenant: Tenant) -> None:
    license_ = tenant.license()

    with pytest.raises(ForbiddenError):
        InviteLearners(tenant.context).invite(
            person=tenant.limited,
            organization=tenant.id,
            license_ids=[license_.id],
            emails="ann@x.io",
            receipt=Receipt(),
        )


def test_nobody_invites_into_another_organization(tenant: Tenant, context: Context) -> None:
    other = create_tenant(context, slug="other")
    license_ = other.license()

    with pytest.raises(UnknownOrganizationError):
        InviteLearners(context).invite(
            person=tenant.full,
            organization=other.id,
            license_ids=[license_.id],
            emails="ann@x.io",
            receipt=Receipt(),
        )
    with pytest.raises(UnknownLicenseError):
        tenant.invite(license_)
    with pytest.raises(UnknownOrganizationError):
        TeamMembers(context).team(person=Person(email="ann@x.io"), organization="01ARZ3NDEKTSV4RRFFQ69G5FAV")


def test_one_persons_seats_in_two_organizations_do_not_touch(tenant: Tenant, context: Context) -> None:
    other = create_tenant(context, slug="other")
    mine, theirs = tenant.license(), other.license()

    tenant.invite(mine, "ann@x.io")

    assert other.invite(theirs, "ann@x.io").state is InviteState.PENDING
    assert (seats(tenant, mine), seats(other, theirs)) == ((10, 1, 9), (10, 1, 9))


def test_seats_that_run_out_between_check_and_write_are_told_address_by_address(tenant: Tenant) -> None:
    license_ = tenant.license(60)
    rival = tenant.before_next_write(lambda: tenant.invite_all(license_, [f"r{n}@x.io" for n in range(30)]))

    with rival:
        results = tenant.invite_all(license_, [f"a{n}@x.io" for n in range(60)])

    assert [one.outcome for one in results].count(Outcome.INVITED) == 30
    assert [one.outcome for one in results].count(Outcome.NO_SEAT) == 30
    assert seats(tenant, license_) == (60, 60, 0)


def test_somebody_invited_by_another_between_check_and_write_is_already_invited(tenant: Tenant) -> None:
    license_ = tenant.license(60)

    with tenant.before_next_write(lambda: tenant.invite(license_, "ann@x.io")):
        results = tenant.invite_all(license_, "ann@x.io, bob@x.io")

    assert outcomes(results) == {"ann@x.io": "already_invited", "bob@x.io": "invited"}
    assert results[0].invite is not None
    assert seats(tenant, license_) == (60, 2, 58)


@given(st.integers(1, 12), st.lists(st.lists(st.integers(0, 15), min_size=1, max_size=8), max_size=4))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_seats_add_up_whatever_is_asked_for(tenant: Tenant, total: int, batches: list[list[int]]) -> None:
    license_ = tenant.license(total)
    holders: set[str] = set()
    for batch in batches:
        emails = {f"a{n}@x.io" for n in batch}
        needed = len(emails - holders)
        if needed > total - len(holders):
            with pytest.raises(NotEnoughSeatsError) as refused:
                tenant.invite_all(license_, sorted(emails))
            (short,) = cast("Any", refused.value.facts["shortfall"])
            assert short["missing"] == needed - (total - len(holders))
        else:
            tenant.invite_all(license_, sorted(emails))
            holders |= emails
        assert seats(tenant, license_) == (total, len(holders), total - len(holders))
