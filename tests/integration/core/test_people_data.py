"""People's data: all of it is exported, and all of it is erased with the seats still counted."""

from __future__ import annotations

import pytest

from tests.support.async_workers import AsyncWorkers
from tests.support.call_counts import Count
from tests.support.clock import Clock
from tests.support.join_pages import join, set_page
from tests.support.people_data import ANN, People
from tests.support.tenant import Tenant, create_tenant
from usher.domain.accesses import AccessState
from usher.domain.erasures import Erasure, NothingHeldError, StillManagerError, UnknownErasureError
from usher.domain.errors import ForbiddenError
from usher.domain.invites import InviteState
from usher.domain.learners import UnknownLearnerError
from usher.domain.licenses import License
from usher.services.event_log import EventLog, EventQuery
from usher.services.integrations.entitlements import Entitlements
from usher.services.people.export_learner import ExportLearner
from usher.services.people.learner_details import LearnerDetails
from usher.services.receipts import Receipt
from usher.store import accesses, invites, licenses


def seats(tenant: Tenant, license_: License) -> tuple[int, int]:
    found = licenses.get(tenant.context.table, tenant.id, license_.id)
    assert found is not None
    return found.assigned, found.available


def types(tenant: Tenant) -> list[str]:
    page = EventLog(tenant.context).listed(
        person=tenant.full, organization=tenant.id, query=EventQuery(), limit=200, cursor=None
    )
    return [event.type for event in page.items]


@pytest.mark.slow
def test_ordering_an_erasure_reads_only_the_invites_to_the_address(
    tenant: Tenant, people: People, count: Count
) -> None:
    license_ = tenant.license(700)
    calls = []
    for email, others in ((ANN, 2), ("bo@x.io", 500)):
        tenant.accept(tenant.invite(license_, email))
        tenant.invite_all(license_, [f"a{others}-{n}@x.io" for n in range(others)])
        with count() as cost:
            people.order(email)
        calls.append(cost.calls)

    assert calls[0] == calls[1]


def test_an_export_holds_all_that_is_held_about_a_learner(tenant: Tenant, people: People) -> None:
    license_ = tenant.license(5)
    tenant.accept(tenant.invite(license_, ANN))
    tenant.invite(license_, "bo@x.io")

    found = people.export()

    assert {kind: len(some) for kind, some in found.records.items()} == {
        "learner": 1,
        "access": 1,
        "invite": 1,
        "event": 2,
    }
    (learner,) = found.records["learner"]
    assert (learner["email"], learner["first_name"]) == (ANN, "Ann")
    assert "bo@x.io" not in str(found.records), "and nothing about anybody else"


def test_an_export_holds_an_open_request_to_join_wherever_it_stands(tenant: Tenant, people: People) -> None:
    set_page(tenant, approval=True)
    join(tenant)

    found = people.export()

    assert {kind: len(some) for kind, some in found.records.items()} == {
        "join_request": 1,
        "join_request_marker": 1,
        "event": 1,
    }


def test_an_export_is_in_the_event_log(tenant: Tenant, people: People) -> None:
    tenant.accept(tenant.invite(tenant.license(1), ANN))

    people.export()

    assert types(tenant)[0] == "learner.exported"


def test_what_another_organization_holds_is_not_exported(tenant: Tenant, people: People) -> None:
    other = create_tenant(tenant.context, slug="other")
    other.accept(other.invite(other.license(1), ANN))

    with pytest.raises(NothingHeldError):
        people.export()


def test_an_erased_learner_is_nowhere(tenant: Tenant, async_workers: AsyncWorkers, people: People) -> None:
    license_ = tenant.license(5)
    tenant.accept(tenant.invite(license_, ANN))
    tenant.decline(tenant.invite(tenant.license(2), ANN))
    async_workers.settle()
    people.export()

    erased = people.erase("Ann@X.io")

    assert people.mentions(ANN) == []
    assert people.mentions(erased.pseudonym)
    with pytest.raises(UnknownLearnerError):
        LearnerDetails(tenant.context).learner(person=tenant.full, organization=tenant.id, email=ANN)


def test_the_seat_ledger_stays_intact(tenant: Tenant, people: People) -> None:
    license_ = tenant.license(5)
    tenant.accept(tenant.invite(license_, ANN))
    tenant.invite(license_, "bo@x.io")

    erased = people.erase()

    access = accesses.get(tenant.context.table, erased.pseudonym, license_.id)
    assert seats(tenant, license_) == (2, 3), "a seat that was used is used"
    assert access is not None
    assert access.state is AccessState.ACTIVE
    assert Entitlements(tenant.context).best_access(email=ANN, product=license_.terms.product.id) is None


def test_an_erased_learners_open_invites_are_withdrawn(tenant: Tenant, people: People) -> None:
    license_ = tenant.license(5)
    invite = tenant.invite(license_, ANN)

    erased = people.erase()

    found = invites.get(tenant.context.table, invite.id)
    assert found is not None
    assert (found.state, found.email) == (InviteState.WITHDRAWN, erased.pseudonym)
    assert seats(tenant, license_) == (0, 5), "a seat that was only reserved is back"


def test_a_start_to_come_is_nobodys_and_told_to_nobody(
    tenant: Tenant, clock: Clock, async_workers: AsyncWorkers, people: People
) -> None:
    invite = tenant.invite(tenant.license(5), ANN, access_start="2027-02-01")
    tenant.accept(invite)

    erased = people.erase()
    clock.forward(days=40)
    async_workers.settle()

    access = accesses.get(tenant.context.table, erased.pseudonym, invite.licenses[0].license)
    assert access is not None
    assert access.state is AccessState.ACTIVE
    assert async_workers.sent_to(erased.pseudonym) == []


def test_an_erasure_is_in_the_event_log_and_names_nobody(tenant: Tenant, people: People) -> None:
    tenant.accept(tenant.invite(tenant.license(1), ANN))

    erased = people.erase()

    assert types(tenant)[0] == "learner.erased"
    kept = people.service.erasure(person=tenant.full, organization=tenant.id, erasure=erased.id)
    assert kept.email == ""
    assert kept.done_at is not None
    assert people.mentions("lee") == []


def test_an_account_goes_with_the_persons_last_place(tenant: Tenant, people: People) -> None:
    people.register()
    tenant.accept(tenant.invite(tenant.license(1), ANN))

    people.erase()

    assert not people.identity.has_account(email=ANN)


def test_what_another_organization_has_of_the_person_stays_and_the_account_too(
    tenant: Tenant, people: People
) -> None:
    people.register()
    other = create_tenant(tenant.context, slug="other")
    license_ = other.license(1)
    other.accept(other.invite(license_, ANN))
    tenant.accept(tenant.invite(tenant.license(1), ANN))

    people.erase()

    assert people.identity.has_account(email=ANN)
    access = accesses.get(tenant.context.table, ANN, license_.id)
    assert access is not None
    assert access.state is AccessState.ACTIVE
    assert people.export(tenant=other).records["learner"]


def test_an_operators_account_stays(tenant: Tenant, people: People) -> None:
    people.register(operator=True)
    tenant.accept(tenant.invite(tenant.license(1), ANN))

    people.erase()

    assert people.identity.has_account(email=ANN)


def test_a_manager_is_not_erased(tenant: Tenant, people: People) -> None:
    with pytest.raises(StillManagerError):
        people.order(tenant.limited.email)


def test_who_is_not_known_is_not_erased(people: People) -> None:
    with pytest.raises(NothingHeldError):
        people.order("nobody@x.io")


def test_a_second_order_for_the_same_learner_finds_nothing(tenant: Tenant, people: People) -> None:
    tenant.accept(tenant.invite(tenant.license(1), ANN))
    people.erase()

    with pytest.raises(NothingHeldError):
        people.order()


def test_an_order_carried_out_twice_is_carried_out_once(tenant: Tenant, people: People) -> None:
    tenant.accept(tenant.invite(tenant.license(1), ANN))
    ordered = people.order()

    first = people.carry_out(ordered)
    second = people.carry_out(ordered)

    assert (first, second) == (True, False)


def test_two_who_order_at_once_both_have_it_done(tenant: Tenant, people: People) -> None:
    tenant.invite(tenant.license(1), ANN)
    orders: list[Erasure] = []

    with tenant.before_next_write(lambda: orders.append(people.order())):
        orders.append(people.order())

    assert [people.carry_out(one) for one in orders] == [True, True]
    assert people.mentions() == []


def test_what_comes_back_meanwhile_is_found_by_the_next_reading(tenant: Tenant, people: People) -> None:
    license_ = tenant.license(5)
    tenant.accept(tenant.invite(license_, ANN))
    ordered = people.order()

    with tenant.before_next_write(lambda: tenant.invite(tenant.license(1), ANN)):
        assert people.carry_out(ordered)

    assert people.mentions(ANN) == []


def test_the_order_reaches_the_worker_through_its_event(
    tenant: Tenant, people: People, async_workers: AsyncWorkers
) -> None:
    tenant.accept(tenant.invite(tenant.license(1), ANN))
    ordered = people.order()

    async_workers.dispatch()

    assert async_workers.erasure_jobs() == [{"organization": tenant.id, "erasure": ordered.id, "holds": 0}]


def test_both_are_for_full_managers_alone(tenant: Tenant, people: People) -> None:
    tenant.accept(tenant.invite(tenant.license(1), ANN))

    with pytest.raises(ForbiddenError):
        ExportLearner(tenant.context, files=people.files).export(
            person=tenant.limited, organization=tenant.id, email=ANN
        )
    with pytest.raises(ForbiddenError):
        people.service.order(person=tenant.limited, organization=tenant.id, email=ANN, receipt=Receipt())


def test_an_order_that_is_none_is_not_found(tenant: Tenant, people: People) -> None:
    with pytest.raises(UnknownErasureError):
        people.service.erasure(person=tenant.full, organization=tenant.id, erasure="nope")


def test_somebody_erased_can_be_invited_and_come_back(tenant: Tenant, people: People) -> None:
    license_ = tenant.license(5)
    tenant.accept(tenant.invite(license_, ANN))
    people.erase()

    tenant.accept(tenant.invite(license_, ANN))

    assert seats(tenant, license_) == (2, 3)
