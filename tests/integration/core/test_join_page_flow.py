"""Joining by the page: what is given, to whom, and that nothing is given twice."""

from __future__ import annotations

from functools import partial

import pytest

from tests.support.async_workers import AsyncWorkers
from tests.support.call_counts import Count
from tests.support.clock import Clock
from tests.support.groups import invite_all
from tests.support.join_pages import approve, group_of, join, person, refuse, requests, set_page
from tests.support.published_events import seat_changes
from tests.support.reading_back import access_now, events_of, invite_now, lacking, seats
from tests.support.tenant import Tenant
from usher.domain.accesses import AccessState
from usher.domain.addresses import BadAddressError
from usher.domain.enrollment.email_verifications import VerificationPurpose
from usher.domain.enrollment.join_pages import UnknownJoinPageError, WhenFull, WrongDomainError
from usher.domain.enrollment.join_requests import JoinRequestAnsweredError, JoinState, UnknownJoinRequestError
from usher.domain.errors import ForbiddenError
from usher.domain.invites import InviteState
from usher.domain.licenses import NotEnoughSeatsError, ProductKind
from usher.domain.notices import Notice
from usher.services.enrollment.join_page_flow import JoinOutcome, JoinPageFlow
from usher.services.enrollment.join_requests import JoinRequests
from usher.services.groups import Groups
from usher.services.notification_preferences import NotificationPreferences
from usher.services.receipts import Receipt
from usher.store import groups
from usher.store.people import learners

ANN = "ann@x.io"


def is_learner(tenant: Tenant, email: str = ANN) -> bool:
    return learners.get(tenant.context.table, tenant.id, email) is not None


def is_member(tenant: Tenant, group: str, email: str = ANN) -> bool:
    return tenant.context.table.get(groups.member_ref(tenant.id, group, email)) is not None


def test_it_gives_a_license(tenant: Tenant) -> None:
    license_ = tenant.license(2)
    set_page(tenant, license_)

    assert join(tenant) is JoinOutcome.ENROLLED

    assert seats(tenant, license_) == (2, 1, 1)
    assert access_now(tenant, license_).state is AccessState.ACTIVE
    assert is_learner(tenant)
    (joined,) = events_of(tenant, "learner.joined")
    assert (joined.actor, seat_changes(joined)) == (ANN, {license_.id: 1})


def test_it_gives_a_group_with_a_seat_in_each_of_its_licenses(tenant: Tenant) -> None:
    course = tenant.license(2)
    later = tenant.license(2, kind=ProductKind.SUBSCRIPTION, starts_at="2027-03-01")
    group = group_of(tenant, course, later)
    set_page(tenant, group=group)

    assert join(tenant) is JoinOutcome.ENROLLED

    assert is_member(tenant, group)
    assert access_now(tenant, course).state is AccessState.ACTIVE
    assert access_now(tenant, later).state is AccessState.SCHEDULED


def test_it_can_give_a_place_and_nothing_else(tenant: Tenant) -> None:
    set_page(tenant)

    assert join(tenant) is JoinOutcome.ENROLLED

    assert is_learner(tenant)


def test_the_same_person_joining_again_is_in_and_nothing_is_used(tenant: Tenant, count: Count) -> None:
    license_ = tenant.license(2)
    set_page(tenant, license_)
    join(tenant)

    with count() as cost:
        assert join(tenant) is JoinOutcome.ENROLLED

    assert cost.writes == 0
    assert seats(tenant, license_) == (2, 1, 1)


def test_a_click_while_the_same_click_is_under_way_uses_nothing_more(tenant: Tenant) -> None:
    license_ = tenant.license(2)
    set_page(tenant, license_)

    with tenant.before_next_write(lambda: join(tenant)):
        assert join(tenant) is JoinOutcome.ENROLLED

    assert seats(tenant, license_) == (2, 1, 1)
    assert len(events_of(tenant, "learner.joined")) == 1


def test_who_has_an_open_invite_to_the_seat_takes_that_seat(tenant: Tenant) -> None:
    license_ = tenant.license(1)
    invite = tenant.invite(license_)
    set_page(tenant, license_)

    assert join(tenant) is JoinOutcome.ENROLLED

    assert invite_now(tenant, invite).state is InviteState.ACCEPTED
    assert seats(tenant, license_) == (1, 1, 0)


def test_who_has_an_open_invite_need_not_wait_for_a_manager(tenant: Tenant) -> None:
    license_ = tenant.license(1)
    invite = tenant.invite(license_)
    set_page(tenant, license_, approval=True)

    assert join(tenant) is JoinOutcome.ENROLLED

    assert invite_now(tenant, invite).state is InviteState.ACCEPTED
    assert requests(tenant, JoinState.PENDING) == []


def test_an_invite_to_its_licenses_alone_leads_into_no_group_without_a_managers_approval(
    tenant: Tenant,
) -> None:
    license_ = tenant.license()
    group = group_of(tenant, license_)
    set_page(tenant, group=group, approval=True)
    tenant.invite(license_, "bob@x.io")
    invite_all(tenant, group, "cem@x.io")

    assert join(tenant, "bob@x.io") is JoinOutcome.PENDING
    assert join(tenant, "cem@x.io") is JoinOutcome.ENROLLED


def test_single_addresses_may_join_beside_domains(tenant: Tenant) -> None:
    set_page(tenant, domains=["acme.example"], addresses=[" Ann@X.io ", "ann@x.io"])

    assert join(tenant, "ann@x.io") is JoinOutcome.ENROLLED
    assert join(tenant, "bo@acme.example") is JoinOutcome.ENROLLED
    with pytest.raises(WrongDomainError):
        join(tenant, "cy@x.io")


def test_where_single_addresses_alone_are_named_nobody_else_may_join(tenant: Tenant) -> None:
    set_page(tenant, addresses=["ann@x.io"])

    assert join(tenant, "ann@x.io") is JoinOutcome.ENROLLED
    with pytest.raises(WrongDomainError):
        join(tenant, "bo@acme.example")


def test_a_domain_that_was_taken_off_the_list_meanwhile_is_refused(tenant: Tenant) -> None:
    set_page(tenant)

    with (
        pytest.raises(WrongDomainError),
        tenant.before_next_write(lambda: set_page(tenant, domains=["acme.example"])),
    ):
        join(tenant)

    assert not is_learner(tenant)


def test_when_seats_run_out_refuse_changes_nothing(tenant: Tenant) -> None:
    license_ = tenant.license(1)
    set_page(tenant, license_, when_full=WhenFull.REFUSE)
    join(tenant, "bo@x.io")

    assert join(tenant) is JoinOutcome.FULL

    assert not is_learner(tenant)
    assert requests(tenant, JoinState.WAITING) == []


def test_a_page_whose_group_is_gone_gives_nothing(tenant: Tenant) -> None:
    group = group_of(tenant, tenant.license())
    set_page(tenant, group=group)
    Groups(tenant.context).delete(person=tenant.full, organization=tenant.id, group=group)

    assert join(tenant) is JoinOutcome.UNAVAILABLE


def test_only_membership_pending_a_managers_approval(tenant: Tenant) -> None:
    license_ = tenant.license(2)
    set_page(tenant, license_, approval=True)

    assert join(tenant) is JoinOutcome.PENDING
    assert join(tenant) is JoinOutcome.PENDING

    assert not is_learner(tenant)
    assert seats(tenant, license_) == (2, 0, 2)
    assert requests(tenant, JoinState.PENDING) == [ANN]
    assert len(events_of(tenant, "join.requested")) == 1


def test_managers_are_told_of_a_request_and_each_can_switch_that_off(
    tenant: Tenant, async_workers: AsyncWorkers
) -> None:
    set_page(tenant, approval=True)
    NotificationPreferences(tenant.context).mute(
        person=tenant.limited, organization=tenant.id, muted=[Notice.JOIN_REQUESTED]
    )
    async_workers.skip()

    join(tenant)
    async_workers.settle()

    assert async_workers.sent_to(tenant.full.email) == ["join_requested_notice"]
    assert async_workers.sent_to(tenant.limited.email) == []


def test_approval_enrolls_the_person_and_notifies_them(tenant: Tenant, async_workers: AsyncWorkers) -> None:
    license_ = tenant.license(2)
    set_page(tenant, license_, approval=True)
    join(tenant)
    async_workers.skip()

    approved = approve(tenant)
    async_workers.settle()

    assert (approved.state, approved.answered_by) == (JoinState.ADMITTED, tenant.full.email)
    assert access_now(tenant, license_).state is AccessState.ACTIVE
    assert async_workers.sent_to(ANN) == ["join_approved"]
    (event,) = events_of(tenant, "join.approved")
    assert event.actor == tenant.full.email
    assert requests(tenant, JoinState.PENDING) == []
    assert join(tenant) is JoinOutcome.ENROLLED


def test_refusal_gives_nothing_and_tells_the_person(tenant: Tenant, async_workers: AsyncWorkers) -> None:
    set_page(tenant, approval=True)
    join(tenant)
    async_workers.skip()

    refuse(tenant)
    async_workers.settle()

    assert async_workers.sent_to(ANN) == ["join_refused"]
    assert join(tenant) is JoinOutcome.REFUSED
    assert requests(tenant, JoinState.PENDING) == []
    assert not is_learner(tenant)


def test_who_was_refused_can_be_approved_after_all(tenant: Tenant) -> None:
    set_page(tenant, approval=True)
    join(tenant)
    refuse(tenant)

    approve(tenant)

    assert is_learner(tenant)


def test_a_request_is_answered_once(tenant: Tenant) -> None:
    set_page(tenant, approval=True)
    join(tenant)
    approve(tenant)

    with pytest.raises(JoinRequestAnsweredError):
        approve(tenant)
    with pytest.raises(JoinRequestAnsweredError):
        refuse(tenant)


def test_of_two_answers_at_once_one_counts(tenant: Tenant) -> None:
    license_ = tenant.license(2)
    set_page(tenant, license_, approval=True)
    join(tenant)

    with pytest.raises(JoinRequestAnsweredError), tenant.before_next_write(lambda: refuse(tenant)):
        refuse(tenant)
    join(tenant, "bo@x.io")
    with (
        pytest.raises(JoinRequestAnsweredError),
        tenant.before_next_write(lambda: approve(tenant, "bo@x.io")),
    ):
        approve(tenant, "bo@x.io")

    assert seats(tenant, license_) == (2, 1, 1)


def test_approval_when_seats_are_out_is_refused_with_the_shortfall(tenant: Tenant) -> None:
    license_ = tenant.license(1)
    set_page(tenant, license_, approval=True)
    join(tenant)
    tenant.invite(license_, "bo@x.io")

    with pytest.raises(NotEnoughSeatsError) as refused:
        approve(tenant)

    assert refused.value.facts["shortfall"] == [lacking(license_, needed=1, available=0)]
    assert requests(tenant, JoinState.PENDING) == [ANN]


def test_approving_somebody_who_was_invited_meanwhile_uses_their_invite(tenant: Tenant) -> None:
    license_ = tenant.license(1)
    set_page(tenant, license_, approval=True)
    join(tenant)
    invite = tenant.invite(license_)

    assert approve(tenant).state is JoinState.ADMITTED

    assert invite_now(tenant, invite).state is InviteState.ACCEPTED
    assert requests(tenant, JoinState.ADMITTED) == [ANN]


def test_once_approval_is_switched_off_a_pending_person_comes_in_by_asking_again(tenant: Tenant) -> None:
    set_page(tenant, approval=True)
    join(tenant)
    set_page(tenant, approval=False)

    assert join(tenant) is JoinOutcome.ENROLLED

    assert requests(tenant, JoinState.PENDING) == []


def test_nobody_who_did_not_ask_can_be_approved(tenant: Tenant) -> None:
    with pytest.raises(UnknownJoinRequestError):
        approve(tenant)
    set_page(tenant, approval=True)
    with pytest.raises(UnknownJoinRequestError):
        refuse(tenant)


def test_only_a_full_manager_answers(tenant: Tenant) -> None:
    set_page(tenant, approval=True)
    join(tenant)

    with pytest.raises(ForbiddenError):
        JoinRequests(tenant.context).approve(
            person=tenant.limited, organization=tenant.id, email=ANN, receipt=Receipt()
        )


def test_asking_sends_a_link_and_grants_nothing(tenant: Tenant, async_workers: AsyncWorkers) -> None:
    license_ = tenant.license()
    set_page(tenant, license_)
    async_workers.skip()

    entry = JoinPageFlow(tenant.context).ask(slug="acme-academy", email=" ANN@x.io", network_address="ip")
    async_workers.settle()

    assert (entry.email, entry.kind, entry.organization) == (ANN, VerificationPurpose.JOIN, tenant.id)
    ((to, template, link),) = async_workers.mailbox()
    assert (to, template) == (ANN, "verification_link")
    assert async_workers.links.read_verification(link.rpartition("/")[2]) == entry.id
    assert not is_learner(tenant)
    assert seats(tenant, license_)[1] == 0


def test_asking_looks_alike_whether_or_not_the_address_is_known(tenant: Tenant, count: Count) -> None:
    set_page(tenant)
    join(tenant)
    costs = []
    for email in (ANN, "nobody@x.io"):
        with count() as cost:
            JoinPageFlow(tenant.context).ask(slug="acme-academy", email=email, network_address="ip")
        costs.append(cost.operations)

    assert costs[0] == costs[1]


def test_asking_with_another_domain_or_at_a_closed_page_sends_nothing(tenant: Tenant) -> None:
    set_page(tenant, domains=["acme.example"])
    ask = partial(JoinPageFlow(tenant.context).ask, slug="acme-academy", network_address="ip")

    with pytest.raises(WrongDomainError):
        ask(email=ANN)
    with pytest.raises(BadAddressError):
        ask(email="ann")
    set_page(tenant, is_on=False)
    with pytest.raises(UnknownJoinPageError):
        ask(email="ann@acme.example")

    assert events_of(tenant, "email_verification.requested") == []


def test_the_proven_name_stands_on_the_list_of_learners(tenant: Tenant, clock: Clock) -> None:
    set_page(tenant)
    join(tenant)
    clock.forward(days=1)
    join(tenant)

    learner = learners.get(tenant.context.table, tenant.id, ANN)
    assert learner is not None
    assert (learner.first_name, learner.last_name) == (person().first_name, person().last_name)
