"""The rules of an enrollment hold whichever way a person comes, also those that were set up after the way.

Each test sets up a way while it is allowed, then changes the rule (docs/decisions/0047).
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.support.clock import Clock
from tests.support.codes import code_of, draft, redeem
from tests.support.groups import group_of
from tests.support.groups import invite as invite_to_group
from tests.support.join_pages import approve, join, requests, set_page
from tests.support.reading_back import seats
from tests.support.tenant import Tenant
from usher.domain.enrollment.codes import CodeKind, CodeRefusedError, Pattern
from usher.domain.enrollment.join_pages import WhenFull
from usher.domain.enrollment.join_requests import JoinState
from usher.domain.enrollment.mail_providers import PublicMailDomainError
from usher.domain.errors import UsherError
from usher.domain.groups import GroupRequiredError
from usher.domain.licenses import License, LicenseOverError
from usher.services.enrollment.code_batches import CodeBatches
from usher.services.enrollment.join_page_flow import JoinOutcome
from usher.services.enrollment.waitlist import Waitlist
from usher.services.organization_settings import OrganizationSettings
from usher.services.receipts import Receipt
from usher.store.people import learners

ANN = "ann@x.io"

Come = Callable[[], object]
Way = Callable[[Tenant, License], Come]
"""Sets up a way to a seat of a license, and returns what a person does who comes by it."""


def by_code(tenant: Tenant, license_: License) -> Come:
    code = code_of(tenant, license_)
    return lambda: redeem(tenant, code)


def by_a_code_of_a_batch(tenant: Tenant, license_: License) -> Come:
    CodeBatches(tenant.context).upload(
        person=tenant.full,
        organization=tenant.id,
        draft=draft(license_, kind=CodeKind.REDEMPTION),
        given=["BATCH-0001"],
        skip_invalid=False,
        receipt=Receipt(),
    )
    return lambda: redeem(tenant, "BATCH-0001")


def by_the_join_page(tenant: Tenant, license_: License) -> Come:
    set_page(tenant, license_)
    return lambda: join(tenant)


def by_an_approval(tenant: Tenant, license_: License) -> Come:
    set_page(tenant, license_, approval=True)
    assert join(tenant) is JoinOutcome.PENDING
    return lambda: approve(tenant)


def by_the_waitlist(tenant: Tenant, license_: License) -> Come:
    set_page(tenant, license_, when_full=WhenFull.WAITING_LIST)
    held = [tenant.invite(license_, f"a{n}@x.io") for n in range(license_.total)]
    assert join(tenant) is JoinOutcome.WAITING
    tenant.withdraw(held[0])
    return lambda: Waitlist(tenant.context).advance(organization=tenant.id)


WAYS: list[Way] = [by_code, by_a_code_of_a_batch, by_the_join_page, by_an_approval, by_the_waitlist]


def _require_group(tenant: Tenant) -> None:
    OrganizationSettings(tenant.context).change(
        person=tenant.full, organization=tenant.id, require_group=True
    )


def _comes(come: Come) -> object:
    """Come, and return the outcome, or the refusal where there is one."""
    try:
        return come()
    except UsherError as refused:
        return refused


@pytest.mark.parametrize("way", WAYS)
def test_whoever_comes_without_a_group_is_given_nothing_once_one_is_required(
    way: Way, tenant: Tenant
) -> None:
    license_ = tenant.license(2)
    come = way(tenant, license_)
    _require_group(tenant)
    before = seats(tenant, license_)

    outcome = _comes(come)

    expected: dict[Way, object] = {by_the_join_page: JoinOutcome.UNAVAILABLE, by_the_waitlist: 0}
    if way in expected:
        assert outcome == expected[way]
    else:
        assert isinstance(outcome, GroupRequiredError if way is by_an_approval else CodeRefusedError)
    assert learners.get(tenant.context.table, tenant.id, ANN) is None
    assert seats(tenant, license_) == before


def test_whoever_waits_for_an_approval_is_still_asked_for(tenant: Tenant) -> None:
    come = by_an_approval(tenant, tenant.license(2))
    _require_group(tenant)
    _comes(come)

    assert requests(tenant, JoinState.PENDING) == [ANN]


def test_whoever_comes_by_a_group_is_enrolled(tenant: Tenant) -> None:
    _require_group(tenant)
    group = group_of(tenant, tenant.license(3))

    redeem(tenant, code_of(tenant, group))
    set_page(tenant, group=group.id)

    assert join(tenant, "bo@x.io") is JoinOutcome.ENROLLED
    tenant.accept(invite_to_group(tenant, group, "cy@x.io"))
    assert learners.get(tenant.context.table, tenant.id, ANN) is not None


def test_whoever_has_all_that_is_given_comes_in_as_before(tenant: Tenant) -> None:
    code = code_of(tenant, tenant.license(3))
    redeem(tenant, code)
    set_page(tenant, slug="again")
    _require_group(tenant)

    assert not redeem(tenant, code).new
    assert join(tenant) is JoinOutcome.ENROLLED


@pytest.mark.parametrize("way", [by_code, by_a_code_of_a_batch, by_the_join_page])
def test_no_way_without_a_group_is_set_up_where_one_is_required(way: Way, tenant: Tenant) -> None:
    license_ = tenant.license(2)
    _require_group(tenant)

    with pytest.raises(GroupRequiredError):
        way(tenant, license_)


@pytest.mark.parametrize("way", WAYS)
def test_whoever_comes_to_a_license_that_is_over_is_given_nothing(
    way: Way, tenant: Tenant, clock: Clock
) -> None:
    license_ = tenant.license(2, valid_from="2027-01-01", valid_until="2027-02-01")
    come = way(tenant, license_)
    clock.forward(days=40)

    outcome = _comes(come)

    expected: dict[Way, object] = {by_the_join_page: JoinOutcome.UNAVAILABLE, by_the_waitlist: 0}
    if way in expected:
        assert outcome == expected[way]
    else:
        assert isinstance(outcome, LicenseOverError if way is by_an_approval else CodeRefusedError)
    assert learners.get(tenant.context.table, tenant.id, ANN) is None


@pytest.mark.parametrize("way", [by_code, by_a_code_of_a_batch, by_the_join_page])
def test_no_way_to_a_license_that_is_over_is_set_up(way: Way, tenant: Tenant, clock: Clock) -> None:
    license_ = tenant.license(2, valid_from="2027-01-01", valid_until="2027-02-01")
    clock.forward(days=40)

    with pytest.raises(LicenseOverError):
        way(tenant, license_)


def test_a_page_can_be_switched_off_whatever_it_gave(tenant: Tenant, clock: Clock) -> None:
    license_ = tenant.license(2, valid_from="2027-01-01", valid_until="2027-02-01")
    set_page(tenant, license_)
    clock.forward(days=40)
    _require_group(tenant)

    assert not set_page(tenant, license_, is_on=False).is_on


def test_a_code_takes_no_domain_where_anybody_can_have_an_address(tenant: Tenant) -> None:
    license_ = tenant.license(2)

    with pytest.raises(PublicMailDomainError):
        code_of(tenant, license_, domain="@GMail.com")
    with pytest.raises(PublicMailDomainError):
        CodeBatches(tenant.context).generate(
            person=tenant.full,
            organization=tenant.id,
            draft=draft(license_, kind=CodeKind.REDEMPTION, domain="gmail.com"),
            count=2,
            pattern=Pattern(),
            receipt=Receipt(),
        )
