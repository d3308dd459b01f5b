"""What searches, and lists with states by the clock, cost: what they return (decision 0103)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from mypy_boto3_dynamodb import DynamoDBClient

from tests.support.async_workers import AsyncWorkers
from tests.support.bulk_writes import write_all
from tests.support.clock import MONDAY, Clock
from tests.support.codes import code_of, redeem
from tests.support.list_costs import Lists, all_of, check_costs, cost_of_page
from tests.support.list_sizes import SIZES, Size
from tests.support.tenant import OPERATOR, Tenant
from usher.domain.accesses import AccessState
from usher.domain.enrollment.codes import CodeKey
from usher.domain.enrollment.connections import Link
from usher.domain.groups import Group
from usher.domain.learners import Learner
from usher.domain.licenses import Product, ProductKind
from usher.domain.list_sorts import AddressSort, NamedSort
from usher.domain.organizations import Organization
from usher.services.client_queries import ClientQueries
from usher.services.enrollment.code_uses import CodeUses
from usher.services.groups import Groups
from usher.services.learner_assignment import LearnerAssignment
from usher.services.license_accesses import LicenseAccesses
from usher.services.operated_organizations import OperatedOrganizations
from usher.services.operator_commands import OperatorCommands
from usher.services.paging import ResultPage
from usher.services.receipts import Receipt
from usher.store import groups, licenses, organization_names, organizations
from usher.store.enrollment import connections
from usher.store.people import learners

OTHERS = [40, 400]
"""How many there are that no filter lets pass."""


def all_called_ann(tenant: Tenant, others: int) -> list[str]:
    """Make learners who are all called alike; return their addresses."""
    people = [
        Learner(
            organization=tenant.id, email=f"b{n}@x.io", first_name="Ann", last_name="Lee", joined_at=MONDAY
        )
        for n in range(others)
    ]
    write_all(tenant, (learners.join(one, is_new=True) for one in people))
    return [one.email for one in people]


@pytest.mark.parametrize("others", OTHERS)
def test_accesses_cost_what_they_are(
    tenant: Tenant, dynamodb: DynamoDBClient, clock: Clock, async_workers: AsyncWorkers, others: int
) -> None:
    """All others are called as some are sought, and have seats of another license, in another state."""
    few, many = tenant.license(), tenant.license(others + 5, valid_until="2027-02-01")
    everybody = all_called_ann(tenant, others)
    LearnerAssignment(tenant.context).assign_license(
        person=tenant.full,
        organization=tenant.id,
        license_id=many.id,
        emails=everybody,
        people={},
        receipt=Receipt(),
    )
    tenant.invite_all(few, ["ann@x.io", "Max Typed <max@x.io>"])
    tenant.accept(tenant.invite([few, many], "zoe@x.io", access_start="2027-01-20"))
    tenant.withdraw(tenant.invite(many, "gone@x.io"))
    async_workers.dispatch()
    reserved, scheduled, active = AccessState.RESERVED, AccessState.SCHEDULED, AccessState.ACTIVE
    released, by_address = AccessState.RELEASED, AddressSort.EMAIL

    of_few: Lists = [
        # which, whom they find, calls: the membership with the license, the listing, names
        ({}, ["ann", "max", "zoe"], 1 + 2 + 1, 3 + 1 + 5),
        ({"states": [reserved]}, ["ann", "max"], 1 + 1 + 1, 3 + 0.5 + 4),
        ({"states": [scheduled], "sort": by_address}, ["zoe"], 1 + 1 + 1, 3 + 0.5 + 1),
        # By address; then all of them with their people, and again those whom a name finds.
        ({"search": "ann"}, ["ann", "zoe"], 1 + (3 + 1) + (3 + 2) + 2 + 3, 20),
    ]
    listed = partial(LicenseAccesses(tenant.context).listed, person=tenant.limited, organization=tenant.id)
    check_costs(
        dynamodb, of_few, partial(listed, license_id=few.id), lambda one: one.access.email.partition("@")[0]
    )
    of_many: Lists = [
        ({"states": [scheduled]}, ["zoe"], 1 + 1 + 1, 3 + 0.5 + 1),
        ({"states": [released]}, ["gone"], 1 + 1 + 1, 3 + 0.5 + 1),
        (
            {"states": [AccessState.RELEASED, scheduled], "sort": by_address},
            ["gone", "zoe"],
            1 + 2 + 1,
            3 + 1 + 2,
        ),
        ({"states": [AccessState.ENDED], "sort": by_address}, [], 1 + 1, 3 + 0.5),
    ]
    check = partial(check_costs, dynamodb, read=partial(listed, license_id=many.id))
    check(of_many, name=lambda one: one.access.email.partition("@")[0])
    # Once the license is over, all have ended, whether that is written yet or not.
    clock.forward(days=29)
    over: Lists = [
        ({"states": [active]}, [], 1, 3),
        ({"states": [scheduled, reserved]}, [], 1 + 1, 3 + 0.5),
        ({"states": [active], "sort": by_address}, [], 1, 3),
    ]
    check(over, name=lambda one: one.access.email)
    ended = all_of(partial(listed, license_id=many.id, states=[AccessState.ENDED]), limit=200)
    assert {one.access.email for one in ended} == {*everybody, "zoe@x.io"}


@pytest.mark.parametrize("others", OTHERS)
def test_uses_of_a_code_cost_what_they_are(
    tenant: Tenant, dynamodb: DynamoDBClient, async_workers: AsyncWorkers, others: int
) -> None:
    all_called_ann(tenant, others)
    code = code_of(tenant, tenant.license(), text="SPRING")
    for email in ("ann@x.io", "zoe@x.io"):
        redeem(tenant, code, email)
    async_workers.dispatch()

    lists: Lists = [
        # which, whom they find, calls: the membership with the code, what it gives, its uses, names
        ({}, ["ann", "zoe"], 1 + 1 + 1 + 1, 9),
        ({"search": "zoe@"}, ["zoe"], 1 + 1 + 1 + 1, 8),
        # By address; then all uses with their people, and again those whom a name finds.
        ({"search": "ann"}, ["ann", "zoe"], 1 + 1 + 1 + (1 + 1) + 1 + 1, 16),
        ({"search": "lee ann"}, ["ann", "zoe"], 1 + 1 + (1 + 1) + 1 + 1, 15),
    ]
    of_code = partial(
        CodeUses(tenant.context).of_code,
        person=tenant.limited,
        organization=tenant.id,
        code=CodeKey(id=code.id, text=code.text),
    )
    check_costs(dynamodb, lists, of_code, lambda one: one.use.email.partition("@")[0])


@pytest.mark.parametrize("size", SIZES)
def test_people_of_a_license_or_code_are_found_in_the_same_order_however_many_they_are(
    tenant: Tenant, async_workers: AsyncWorkers, monkeypatch: pytest.MonkeyPatch, size: Size
) -> None:
    """Whoever accepts or redeems is Ann Lee; others are called so, too."""
    all_called_ann(tenant, 6)
    license_ = tenant.license(20)
    tenant.invite_all(license_, ["Lee Typed <c1@x.io>", "Ann Typed <leo@x.io>", "c2@x.io"])
    for email in ("lea@x.io", "ann@x.io", "c3@x.io"):
        tenant.accept(tenant.invite(license_, email))
    tenant.withdraw(tenant.invite(license_, "lee@x.io"))
    code = code_of(tenant, tenant.license(), text="SPRING")
    for email in ("lea@x.io", "b1@x.io", "ann@x.io", "c3@x.io"):
        redeem(tenant, code, email)
    async_workers.dispatch()
    size(monkeypatch)
    manager: dict[str, Any] = {"person": tenant.limited, "organization": tenant.id}
    of_license = partial(LicenseAccesses(tenant.context).listed, **manager, license_id=license_.id)
    of_code = partial(CodeUses(tenant.context).of_code, **manager, code=CodeKey(id=code.id, text=code.text))

    def sitting(search: str, *states: AccessState) -> list[str]:
        found = all_of(partial(of_license, search=search, states=states))
        assert found == all_of(partial(of_license, search=search, states=states), limit=3)
        return [one.access.email.partition("@")[0] for one in found]

    # By address, then first names, then last names.
    assert sitting("le") == ["lea", "leo", "c1", "ann", "c3"]
    assert sitting("le", AccessState.ACTIVE) == ["lea", "ann", "c3"]
    assert sitting("le", AccessState.RESERVED) == ["leo", "c1"]
    assert sitting("ann") == ["ann", "c3", "lea", "leo"]
    assert sitting("le", AccessState.RELEASED) == ["lee"]
    for search, emails in (
        ("le", ["lea", "ann", "b1", "c3"]),
        ("ann", ["ann", "b1", "c3", "lea"]),
        ("z", []),
    ):
        found = all_of(partial(of_code, search=search))
        assert [one.use.email.partition("@")[0] for one in found] == emails


@pytest.mark.parametrize("others", OTHERS)
def test_who_signed_in_by_a_connection_costs_what_they_are(
    tenant: Tenant, dynamodb: DynamoDBClient, others: int
) -> None:
    def link(name: str) -> Link:
        return Link(
            connection="c",
            organization=tenant.id,
            email=f"{name}@x.io",
            issuer="https://id.example",
            subject=name,
            since=MONDAY,
        )

    names = ["ann", "zoe", *(f"m{n}" for n in range(others))]
    write_all(tenant, (connections.link(link(name)) for name in names))

    def read(*, begins_with: str, limit: int, cursor: str | None) -> ResultPage[Link]:
        page = connections.links_of(
            tenant.context.table, "c", begins_with=begins_with, limit=limit, cursor=cursor
        )
        return ResultPage(items=[connections.link_of(row) for row in page.rows], next=page.next)

    lists: Lists = [
        ({"begins_with": "z"}, ["zoe"], 1, 0.5),
        ({"begins_with": "b"}, [], 1, 0.5),
    ]
    check_costs(dynamodb, lists, read, lambda one: one.subject)


@pytest.mark.parametrize("others", OTHERS)
def test_what_has_a_name_costs_what_is_found_by_it(
    tenant: Tenant, dynamodb: DynamoDBClient, async_workers: AsyncWorkers, others: int
) -> None:
    """Groups, clients, organizations and products."""
    names = ["Ann", "Zoe", *(f"M{n}" for n in range(others))]
    ids = [f"{n:026}" for n in range(len(names))]
    named = [
        Group(id=id_, organization=tenant.id, name=name, created_at=MONDAY)
        for id_, name in zip(ids, names, strict=True)
    ]
    claims = (groups.claim_name(tenant.id, one.name, one.id) for one in named)
    write_all(tenant, [*map(groups.create, named), *claims])
    clients = [
        replace(
            tenant.organization, id=id_, name=name, slug=f"{name.lower()}-x", provider=tenant.id, version=None
        )
        for id_, name in zip(ids, names, strict=True)
    ]
    entered = (write for one in clients for write in organization_names.enter(one))
    write_all(tenant, [*map(organizations.create, clients), *entered])
    products = (
        Product(id=id_, name=name, kind=ProductKind.COURSE) for id_, name in zip(ids, names, strict=True)
    )
    write_all(tenant, map(licenses.create_product, products))
    async_workers.dispatch()
    manager: dict[str, Any] = {"person": tenant.limited, "organization": tenant.id}
    of_groups, of_clients = Groups(tenant.context).listed, ClientQueries(tenant.context).listed
    of_operators, of_products = (
        OperatedOrganizations(tenant.context).search,
        OperatorCommands(tenant.context).products,
    )

    found: list[tuple[Callable[..., ResultPage[Any]], Lists]] = [
        # calls: the membership, what was found, its items, what stands beside it
        (partial(of_groups, **manager), [({"search": "z"}, ["Zoe"], 3, 4), ({"search": "b"}, [], 2, 3)]),
        (partial(of_clients, **manager), [({"search": "z"}, ["Zoe"], 4, 4.5), ({"search": "b"}, [], 2, 2.5)]),
        # by name, and not by slug again; the provider's name
        (partial(of_operators, person=OPERATOR), [({"text": "zoe"}, ["Zoe"], 3, 3)]),
        (
            partial(of_operators, person=OPERATOR),
            [({"text": "zoe-"}, ["Zoe"], 3, 3), ({"text": "b"}, [], 1, 1)],
        ),
        (partial(of_products, person=OPERATOR), [({"search": "z"}, ["Zoe"], 2, 1.5)]),
    ]
    for read, lists in found:
        check_costs(dynamodb, lists, read, _name)
    orders: list[tuple[Callable[..., ResultPage[Any]], NamedSort, list[str], int, float]] = [
        (of_groups, NamedSort.OLDEST, ["Ann", "Zoe"], 2, 3),
        (of_groups, NamedSort.NAME_DESCENDING, ["Zoe", f"M{max(map(str, range(others)))}"], 3, 6),
        (of_clients, NamedSort.OLDEST, ["Ann", "Zoe"], 3, 4.5),
        (of_clients, NamedSort.NAME, ["Ann", "M0"], 4, 7.5),
    ]
    measured = []
    for read, sort, *_ in orders:
        page, calls, units = cost_of_page(dynamodb, partial(read, **manager, sort=sort), limit=2)
        measured.append((read, sort, [_name(one) for one in page.items], calls, units))
        assert page.next is not None
    assert measured == orders


@pytest.mark.parametrize("limit", [1, 2])
def test_no_page_of_organizations_is_empty_where_names_and_slugs_find_the_same(
    tenant: Tenant, limit: int
) -> None:
    """All slugs stand behind all names, and none is shown."""
    clients = [
        replace(
            tenant.organization,
            id=f"{n:026}",
            name=f"Pier {n}",
            slug=f"pier-{n}",
            provider=tenant.id,
            version=None,
        )
        for n in range(5)
    ]
    entered = (write for one in clients for write in organization_names.enter(one))
    write_all(tenant, [*map(organizations.create, clients), *entered])
    search = partial(OperatedOrganizations(tenant.context).search, person=OPERATOR, text="pier")

    assert [one.organization.id for one in all_of(search, limit=limit)] == [one.id for one in clients]


def _name(one: Any) -> str:
    parts = (getattr(one, part, None) for part in ("group", "organization", "product"))
    return str(next(part for part in parts if part is not None).name)


def _client(tenant: Tenant, id_: str, *, name: str, slug: str) -> Organization:
    return replace(
        tenant.organization, id=id_, name=name, slug=slug, provider=tenant.id, full_managers=0, version=None
    )
