"""DESIGN 5: what an operation may cost, in calls to DynamoDB and items written."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.support.call_counts import Count
from tests.support.clients import create_client
from tests.support.clock import Clock
from tests.support.codes import code_of
from tests.support.divided import PARTS, RoomyTenant
from tests.support.tenant import Tenant
from usher.domain.invites import InviteState
from usher.domain.license_extensions import SETTLED_AFTER
from usher.domain.start_checks import LANES, StartCheck
from usher.services.bulkheads import Bulkhead
from usher.services.client_queries import ClientQueries
from usher.services.enrollment.codes import Codes
from usher.services.integrations.entitlements import Entitlements
from usher.services.invites.invite_listing import InviteQuery
from usher.services.invites.invite_plans import InviteRequest
from usher.services.invites.invite_queries import InviteQueries
from usher.services.invites.manage_invites import ManageInvites
from usher.services.invites.preview_invites import PreviewInvites
from usher.services.license_accesses import LicenseAccesses
from usher.services.license_extensions import LicenseExtensions
from usher.services.outbox.acknowledge_events import acknowledge
from usher.services.outbox.start_access import StartAccess
from usher.services.outbox.sweep import Sweep
from usher.services.overview import Overviews
from usher.services.people.learner_listing import LearnerQuery
from usher.services.people.learner_lists import LearnerLists
from usher.services.receipts import Receipt, open_receipt
from usher.services.team_members import TeamMembers
from usher.store import outbox

Prepared = Callable[[Tenant, Clock], Callable[[], object]]
"""Prepares an operation and returns it, so that it alone is counted."""


def invite_one(tenant: Tenant, _clock: Clock) -> Callable[[], object]:
    license_ = tenant.license()
    return lambda: tenant.invite(license_)


def invite_a_hundred(tenant: Tenant, _clock: Clock) -> Callable[[], object]:
    license_ = tenant.license(100)
    return lambda: tenant.invite_all(license_, [f"a{n}@x.io" for n in range(100)])


def invite_one_with_a_key(tenant: Tenant, _clock: Clock) -> Callable[[], object]:
    license_ = tenant.license()

    def invite() -> object:
        receipt = open_receipt(tenant.context, scope="s", key="k", fingerprint="f", render=str)
        return tenant.invite_all(license_, "ann@x.io", receipt=receipt)

    return invite


def preview_a_hundred(tenant: Tenant, _clock: Clock) -> Callable[[], object]:
    request = InviteRequest(license_ids=[tenant.license(100).id], emails=[f"a{n}@x.io" for n in range(100)])
    return lambda: PreviewInvites(tenant.context).preview(
        person=tenant.full, organization=tenant.id, request=request
    )


def accept(tenant: Tenant, _clock: Clock) -> Callable[[], object]:
    invite = tenant.invite(tenant.license())
    return lambda: tenant.accept(invite)


def accept_as_a_learner(tenant: Tenant, clock: Clock) -> Callable[[], object]:
    tenant.accept(tenant.invite(tenant.license()))
    return accept(tenant, clock)


def resend(tenant: Tenant, _clock: Clock) -> Callable[[], object]:
    invite = tenant.invite(tenant.license())
    return lambda: ManageInvites(tenant.context).resend(
        person=tenant.full, organization=tenant.id, invite=invite.id, receipt=Receipt()
    )


def resend_after_expiry(tenant: Tenant, clock: Clock) -> Callable[[], object]:
    operation = resend(tenant, clock)
    clock.forward(days=11)
    Sweep(tenant.context).sweep()
    return operation


def withdraw(tenant: Tenant, _clock: Clock) -> Callable[[], object]:
    invite = tenant.invite(tenant.license())
    return lambda: ManageInvites(tenant.context).withdraw(
        person=tenant.full, organization=tenant.id, invite=invite.id, receipt=Receipt()
    )


def edit_date_while_pending(tenant: Tenant, _clock: Clock) -> Callable[[], object]:
    invite = tenant.invite(tenant.license())
    return lambda: ManageInvites(tenant.context).reschedule(
        person=tenant.full,
        organization=tenant.id,
        invite=invite.id,
        access_start="2027-02-01",
        receipt=Receipt(),
    )


def edit_date_after_acceptance(tenant: Tenant, _clock: Clock) -> Callable[[], object]:
    invite = tenant.invite(tenant.license(), access_start="2027-03-01")
    tenant.accept(invite)
    return lambda: ManageInvites(tenant.context).reschedule(
        person=tenant.full,
        organization=tenant.id,
        invite=invite.id,
        access_start="2027-02-01",
        receipt=Receipt(),
    )


def page_of_invites(tenant: Tenant, _clock: Clock) -> Callable[[], object]:
    tenant.invite_all(tenant.license(60), [f"a{n}@x.io" for n in range(60)])
    query = InviteQuery(states=(InviteState.PENDING,))
    return lambda: InviteQueries(tenant.context).listed(
        person=tenant.full, organization=tenant.id, query=query, limit=50, cursor=None
    )


def page_of_invites_with_counts(tenant: Tenant, _clock: Clock) -> Callable[[], object]:
    tenant.invite_all(tenant.license(60), [f"a{n}@x.io" for n in range(60)])
    query = InviteQuery(states=(InviteState.PENDING,))
    return lambda: InviteQueries(tenant.context).listed(
        person=tenant.full, organization=tenant.id, query=query, limit=50, cursor=None, with_figures=True
    )


def overview(tenant: Tenant, _clock: Clock) -> Callable[[], object]:
    tenant.invite_all(tenant.license(60), [f"a{n}@x.io" for n in range(60)])
    return lambda: Overviews(tenant.context).overview(person=tenant.full, organization=tenant.id)


def page_of_clients(tenant: Tenant, _clock: Clock) -> Callable[[], object]:
    create_client(tenant, manager="chief@branch.example")
    return lambda: ClientQueries(tenant.context).listed(
        person=tenant.full, organization=tenant.id, limit=50, cursor=None
    )


def acknowledgment_of_sixty_events(tenant: Tenant, _clock: Clock) -> Callable[[], object]:
    license_ = tenant.license(60)
    acknowledge(tenant.context, list(outbox.waiting(tenant.context.table)))
    for n in range(60):
        tenant.invite(license_, f"a{n}@x.io")
    waiting = list(outbox.waiting(tenant.context.table))
    return lambda: acknowledge(tenant.context, waiting)


def entitlement(tenant: Tenant, _clock: Clock) -> Callable[[], object]:
    license_ = tenant.license()
    tenant.accept(tenant.invite(license_))
    product = license_.terms.product.id
    return lambda: Entitlements(tenant.context).best_access(email="ann@x.io", product=product)


def one_person_by_address(tenant: Tenant, _clock: Clock) -> Callable[[], object]:
    tenant.accept(tenant.invite(tenant.license()))
    return lambda: LearnerLists(tenant.context).learners(
        person=tenant.full,
        organization=tenant.id,
        query=LearnerQuery(email="ann@x.io"),
        limit=50,
        cursor=None,
    )


def one_manager_by_address(tenant: Tenant, _clock: Clock) -> Callable[[], object]:
    return lambda: TeamMembers(tenant.context).team(
        person=tenant.full, organization=tenant.id, email=tenant.limited.email
    )


def extension(tenant: Tenant, _clock: Clock) -> Callable[[], object]:
    license_ = tenant.license()
    return lambda: LicenseExtensions(tenant.context).extend(
        person=tenant.operator,
        organization=tenant.id,
        license_id=license_.id,
        order_id="later",
        valid_until="2029-01-01",
    )


def copies_of_sixty_accesses(tenant: Tenant, _clock: Clock) -> Callable[[], object]:
    license_ = tenant.license(60)
    tenant.invite_all(license_, [f"a{n}@x.io" for n in range(60)])
    extensions = LicenseExtensions(tenant.context)
    extensions.extend(
        person=tenant.operator,
        organization=tenant.id,
        license_id=license_.id,
        order_id="later",
        valid_until="2029-01-01",
    )
    return lambda: extensions.begin(organization=tenant.id, license_id=license_.id)


def page_of_codes_with_counts(tenant: Tenant, _clock: Clock) -> Callable[[], object]:
    code_of(tenant, tenant.license())
    return lambda: Codes(tenant.context).listed(
        person=tenant.full, organization=tenant.id, limit=50, cursor=None, with_figures=True
    )


def page_of_learners_with_counts(tenant: Tenant, _clock: Clock) -> Callable[[], object]:
    tenant.accept(tenant.invite(tenant.license()))
    return lambda: LearnerLists(tenant.context).learners(
        person=tenant.full, organization=tenant.id, limit=50, cursor=None, with_figures=True
    )


def page_of_accesses_with_counts(tenant: Tenant, _clock: Clock) -> Callable[[], object]:
    license_ = tenant.license()
    tenant.accept(tenant.invite(license_))
    return lambda: LicenseAccesses(tenant.context).listed(
        person=tenant.full,
        organization=tenant.id,
        license_id=license_.id,
        limit=50,
        cursor=None,
        with_figures=True,
    )


def expiry_of_sixty(tenant: Tenant, clock: Clock) -> Callable[[], object]:
    tenant.invite_all(tenant.license(60), [f"a{n}@x.io" for n in range(60)])
    clock.forward(days=11)
    return lambda: Sweep(tenant.context).sweep()


def expiry_of_nothing(tenant: Tenant, _clock: Clock) -> Callable[[], object]:
    tenant.invite_all(tenant.license(60), [f"a{n}@x.io" for n in range(60)])
    return lambda: Sweep(tenant.context).sweep()


def ends_of_sixty(tenant: Tenant, clock: Clock) -> Callable[[], object]:
    license_ = tenant.license(60)
    for one in tenant.invite_all(license_, [f"a{n}@x.io" for n in range(60)]):
        assert one.invite is not None
        tenant.accept(one.invite)
    clock.now = license_.terms.valid_until
    return lambda: Sweep(tenant.context).sweep()


def last_look_at_a_license(tenant: Tenant, clock: Clock) -> Callable[[], object]:
    """Whatever has ended of the license is not read again."""
    sweep = ends_of_sixty(tenant, clock)
    clock.forward(seconds=SETTLED_AFTER.total_seconds())
    sweep()
    return sweep


def starts_of_sixty(tenant: Tenant, clock: Clock) -> Callable[[], object]:
    people = [f"a{n}@x.io" for n in range(60)]
    for one in tenant.invite_all(tenant.license(60), people, access_start="2027-02-01"):
        assert one.invite is not None
        tenant.accept(one.invite)
    clock.forward(days=28)
    start_access = StartAccess(tenant.context)
    checks = [StartCheck(start_at=clock(), lane=lane) for lane in range(LANES)]
    return lambda: [start_access.check(check, Bulkhead()) for check in checks]


def starts_of_nothing(tenant: Tenant, clock: Clock) -> Callable[[], object]:
    tenant.accept(tenant.invite(tenant.license(), access_start="2027-02-01"))
    check = StartCheck(start_at=clock(), lane=0)
    return lambda: StartAccess(tenant.context).check(check, Bulkhead())


COSTS: list[tuple[Prepared, int, int]] = [
    # operation, calls, items written
    (invite_one, 3, 5),
    (invite_one_with_a_key, 4, 6),  # and a part of the receipt (DESIGN 6)
    (invite_a_hundred, 6, 1 + 3 * 100 + 4),  # four transactions
    (preview_a_hundred, 3, 0),
    (accept, 2, 4),
    (accept_as_a_learner, 3, 5),  # taken for a new one first: the fifth is the event of that attempt
    (resend, 2, 5),
    (resend_after_expiry, 2, 6),
    (withdraw, 2, 5),
    (edit_date_while_pending, 2, 3),
    (edit_date_after_acceptance, 3, 4),
    (page_of_invites, 2, 0),
    (page_of_invites_with_counts, 2, 0),
    (page_of_codes_with_counts, 3, 0),  # the caller, the codes, what they give
    (page_of_learners_with_counts, 2, 0),
    (page_of_accesses_with_counts, 4, 0),  # the caller, two runs of states, the names
    (overview, 3, 0),
    (page_of_clients, 3, 0),
    # the time zone; two transactions: events, figures of organization and license, and theirs of the day
    (acknowledgment_of_sixty_events, 1 + 2, 60 + 2 + 2),
    (entitlement, 1, 0),
    (extension, 2, 4),
    (copies_of_sixty_accesses, 3 + 2 * 2, 60 * 2),  # the license, clients, listing; two batches with invites
    (one_person_by_address, 1, 0),
    (one_manager_by_address, 1, 0),
    (expiry_of_nothing, 4, 0),  # one query a shard
    (starts_of_nothing, 1, 0),  # a lane has one of the four shards
    (starts_of_sixty, 4 + 4 + 4, 2 * 60),  # of each lane a query, a read and a transaction
    (expiry_of_sixty, 4 + 1 + 2, 2 * 60 + 2 + 1),  # the invites; two transactions: an event each, one license
    (ends_of_sixty, 4 + 1 + 2 + 1, 60 + 2),  # the license; those who started, and the others; one transaction
    (last_look_at_a_license, 4 + 1 + 2 + 1, 1),
]


@pytest.mark.parametrize(
    ("prepared", "calls", "items"), COSTS, ids=[prepared.__name__ for prepared, _, _ in COSTS]
)
def test_an_operation_costs_what_the_design_says(
    prepared: Prepared, calls: int, items: int, tenant: Tenant, clock: Clock, count: Count
) -> None:
    operation = prepared(tenant, clock)

    with count() as cost:
        operation()

    assert (cost.calls, cost.items) == (calls, items)


SEARCHING: dict[Prepared, int] = {withdraw: 2, expiry_of_sixty: 2 * 3, ends_of_sixty: 3}
"""The calls that may be more where few seats are assigned: the part that is tried first may have none."""


@pytest.mark.parametrize("parts", [parts for parts in PARTS if parts > 1])
@pytest.mark.parametrize(
    ("prepared", "calls", "items"), COSTS, ids=[prepared.__name__ for prepared, _, _ in COSTS]
)
def test_an_operation_costs_the_same_with_a_license_in_parts(
    prepared: Prepared, calls: int, items: int, tenant: Tenant, clock: Clock, count: Count, parts: int
) -> None:
    operation = prepared(RoomyTenant.of(tenant, parts), clock)

    with count() as cost:
        operation()

    if prepared in {preview_a_hundred, extension}:
        calls += 1  # the seats of all parts
    transactions = cost.operations.count("TransactWriteItems")
    searching = SEARCHING.get(prepared, 0)
    assert calls <= cost.calls <= calls + searching
    others = parts - 1 if searching else min(transactions, parts) - 1
    assert items <= cost.items <= items + max(0, others), "each transaction may write another part"


def test_a_license_is_written_once_by_each_transaction_of_a_batch(tenant: Tenant, count: Count) -> None:
    license_ = tenant.license(100)

    with count() as cost:
        tenant.invite_all(license_, [f"a{n}@x.io" for n in range(100)])

    assert cost.operations.count("TransactWriteItems") == 4
    assert cost.writes == 3 * 100 + 2 * 4


def test_expiry_writes_two_items_for_an_invite_and_two_for_a_transaction(
    tenant: Tenant, clock: Clock, count: Count
) -> None:
    sweep = expiry_of_sixty(tenant, clock)

    with count() as cost:
        sweep()

    assert cost.writes == 2 * 60 + 2 * 2
