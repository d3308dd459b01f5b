"""What questions cost: calls and read units of the first page of 50 (docs/data-model.md, Questions).

They are asked through the API of an organization that has 60 of each kind, and of operators. Units are
computed by DynamoDB's rules (tests/support/capacity.py).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.bench.conftest import Say
from tests.integration.api.test_operated_organizations import CONNECTION
from tests.support.api_caller import Caller
from tests.support.async_workers import AsyncWorkers
from tests.support.bulk_writes import write_all
from tests.support.capacity import CapacityMeter
from tests.support.clients import create_client
from tests.support.clock import MONDAY, Clock
from tests.support.groups import group_of
from tests.support.join_pages import join, set_page
from tests.support.list_contents import access_of, add_learners, learner_of
from tests.support.tenant import Tenant
from usher.domain.enrollment.connections import Link
from usher.domain.people import Person
from usher.services.people.dashboards import Dashboards
from usher.store import managers, product_retirement
from usher.store.enrollment import connections
from usher.store.people import learners

pytest_plugins = ["tests.integration.api.conftest"]

OF_A_KIND = 60
PAGE = 50


class Questions:
    """Asks, and says what it took."""

    def __init__(self, tenant: Tenant, say: Say) -> None:
        self._meter = CapacityMeter(tenant.context.table.connection.client)
        self._say = say

    def ask(self, name: str, question: Callable[[], object]) -> None:
        """Ask something that finds something."""
        with self._meter() as taken:
            assert question(), name
        self._say(f"{name:<60}{taken.calls.total():>4} calls{taken.read:>8.1f} units")

    def page(self, name: str, caller: Caller, path: str, *, items: int = PAGE, **query: str) -> None:
        """Ask for the first page of a list."""

        def read() -> object:
            answer = caller.get(path, limit=str(PAGE), **query)
            assert answer.status == 200, (name, answer.json)
            assert len(answer.json["items"]) == items, (name, len(answer.json["items"]))
            return answer.json["items"]

        self.ask(name, read)


@pytest.fixture
def questions(tenant: Tenant, say: Say) -> Questions:
    return Questions(tenant, say)


def test_learners(
    tenant: Tenant,
    async_workers: AsyncWorkers,
    clock: Clock,
    manager: Caller,
    base: str,
    questions: Questions,
) -> None:
    """Each has one of twelve licenses, and every other one is in a group."""
    group = group_of(tenant, name="Nurses")
    product = tenant.product()
    many = [tenant.license(100, product=product) for _ in range(12)]
    people: list[Any] = []
    for n in range(2 * OF_A_KIND):
        email = f"a{n:03}@x.io"
        people.append((learner_of(tenant, email), [access_of(many[n % 12], email)], [group] if n % 2 else []))
    add_learners(tenant, people)
    async_workers.dispatch()
    clock.forward(hours=1)

    path = f"{base}/learners"
    questions.page("learners in a state of any license", manager, path, state="active")
    questions.page("the same by name", manager, path, state="active", sort="name")
    questions.page("the same of a group", manager, path, state="active", group=group.id)
    questions.page("the same in a search", manager, path, state="active", q="lee")


def test_invites_and_requests(
    tenant: Tenant,
    async_workers: AsyncWorkers,
    clock: Clock,
    manager: Caller,
    operator: Caller,
    base: str,
    questions: Questions,
) -> None:
    license_ = tenant.license(500)
    emails = [f"ann{n:02}@x.io" for n in range(OF_A_KIND)]
    set_page(tenant, license_, approval=True)
    for email in emails:
        join(tenant, email)
    for n in range(OF_A_KIND):
        assert (
            manager.post(f"{base}/support-requests", {"kind": "other", "message": f"Help {n}"}).status == 201
        )
        assert manager.post(f"{base}/imports", {"file_name": f"people{n}.csv"}).status == 201
    tenant.accept(tenant.invite(license_, "ann@x.io"))
    async_workers.dispatch()
    clock.forward(hours=1)

    ann = Person(email="ann@x.io", first_name="Ann", last_name="Lee")
    asked = {"license": license_.id, "emails": ", ".join(emails[:PAGE])}
    questions.ask(
        "what inviting would do, of 50",
        lambda: len(manager.post(f"{base}/invites/preview", asked).json["results"]) == PAGE,
    )
    questions.ask(
        "a person's dashboard, with an access",
        lambda: Dashboards(tenant.context).dashboard(person=ann).accesses,
    )
    imports, requests, joining = (f"{base}/{one}" for one in ("imports", "support-requests", "join-requests"))
    questions.page("imports in a state", manager, imports, state="awaiting_file")
    questions.page("those of a name", manager, imports, state="awaiting_file", q="people")
    questions.page("own requests in a state", manager, requests, state="open")
    questions.page("join requests in a state", manager, joining, state="pending")
    questions.page("those whose address begins with a text", manager, joining, state="pending", q="ann")
    questions.page("those whose name begins with a text", manager, joining, state="pending", q="lee")
    every = "/v1/operator/support-requests"
    questions.page("requests of all organizations in a state", operator, every, state="open")
    questions.page("the same with counts", operator, every, state="open", counts="true")


def test_operators_and_people(
    tenant: Tenant,
    async_workers: AsyncWorkers,
    operator: Caller,
    manager: Caller,
    base: str,
    questions: Questions,
) -> None:
    for n in range(OF_A_KIND):
        tenant.license(5, product=tenant.product(name=f"Course {n:02}"))
    client = create_client(tenant, manager="chief@branch.example")
    async_workers.dispatch()
    one, every = f"/v1/operator/organizations/{tenant.id}", "/v1/operator/products"

    questions.page("products", operator, every)
    questions.page("those whose name begins with a text", operator, every, q="course")
    questions.page("organizations by name", operator, "/v1/operator/organizations", items=1, q="branch")
    questions.ask("an organization as an operator sees it", lambda: operator.get(one).json["licenses"])
    questions.ask("a client", lambda: manager.get(f"{base}/clients/{client.id}").json["name"] == "Branch")
    table = tenant.context.table
    held = tenant.license(5).terms.product.id
    async_workers.dispatch()
    questions.ask(
        "who holds licenses of a product",
        lambda: product_retirement.holders(table, held, limit=PAGE, cursor=None).rows,
    )
    questions.ask(
        "where a person is a manager", lambda: [*managers.manager_memberships(table, tenant.full.email)]
    )
    tenant.accept(tenant.invite(tenant.license(5), "ann@x.io"))
    questions.ask("where a person is a learner", lambda: [*learners.learner_memberships(table, "ann@x.io")])


def test_single_sign_on(
    tenant: Tenant, manager: Caller, operator: Caller, base: str, questions: Questions
) -> None:
    path = f"{base}/sso-connections"
    for n in range(3):
        connection = manager.post(path, {**CONNECTION, "name": f"Acme {n}"}).json["id"]
    links = [
        Link(
            connection=connection,
            organization=tenant.id,
            email=f"ann{n}@acme.example",
            issuer=CONNECTION["issuer"],
            subject=str(n),
            since=MONDAY,
        )
        for n in range(OF_A_KIND)
    ]
    write_all(tenant, (connections.link(one) for one in links))

    questions.page("who signed in through a connection", manager, f"{path}/{connection}/people")
    questions.page("those whose address begins with a text", manager, f"{path}/{connection}/people", q="ann")
    questions.page("domains to be confirmed", operator, "/v1/operator/unconfirmed-domains", items=3)
