"""An organization that has a few of each kind, which lists are asked for, and more and more others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any

from tests.support.api_caller import Caller
from tests.support.async_workers import AsyncWorkers
from tests.support.bulk_writes import write_all
from tests.support.clients import create_client
from tests.support.clock import MONDAY, Clock
from tests.support.codes import code_of, switch, used_up
from tests.support.email_holds import hold
from tests.support.groups import group_of
from tests.support.groups import invite as invite_to_group
from tests.support.list_contents import access_of, add_learners, learner_of
from tests.support.tenant import OPERATOR, Tenant
from usher.domain.accesses import AccessState
from usher.domain.enrollment.codes import Code, Use
from usher.domain.enrollment.connections import Link
from usher.domain.enrollment.join_requests import JoinRequest, JoinState
from usher.domain.groups import Group
from usher.domain.imports.imports import Import, ImportState
from usher.domain.integrations.webhook_deliveries import DeliveryState, WebhookDelivery
from usher.domain.invites import Delivery
from usher.domain.licenses import License, Product, ProductKind
from usher.domain.requests import Reply, RequestDetails, SeatRequest, SupportKind, SupportRequest
from usher.services.outbox.email_delivery_reports import EmailDeliveryReports
from usher.store import groups, imports, licenses, organization_names, organizations, requests
from usher.store.enrollment import code_uses, connections, join_requests
from usher.store.integrations import webhook_deliveries

CONNECTION: dict[str, Any] = {
    "name": "Acme ID",
    "issuer": "https://login.acme.example",
    "client_id": "usher",
    "client_secret": "the-secret-of-the-client",
    "domains": ["acme.example"],
}

FEW, OTHER = "few", "zulu"
"""What names and addresses of those who are sought begin with, and of others."""

_NUMBER = 3
"""How many of a kind are sought."""

_SEATS = 450
"""Fewer than a license has in several parts."""

_ANSWER = Reply(text="No.", granted=False, at=MONDAY, by=OPERATOR.email)


@dataclass
class GrowingOrganization:
    """An organization, which is asked by its full manager.

    Attributes:
        few: the license of those who are sought; others have other licenses.
        nurses: the group of those who are sought; they are in `everybody` as well, with others.
        code: was redeemed by those who are sought, and by others.
        batch: a batch of few codes.
        invite: the accepted one of the invites that are sought.
        since, until: when these were made.
        connection, webhook, client: ids.
    """

    tenant: Tenant
    async_workers: AsyncWorkers
    clock: Clock
    manager: Caller
    few: License = field(init=False)
    nurses: Group = field(init=False)
    everybody: Group = field(init=False)
    code: Code = field(init=False)
    batch: str = field(init=False)
    invite: str = field(init=False)
    since: str = field(init=False)
    until: str = field(init=False)
    connection: str = field(init=False)
    webhook: str = field(init=False)
    client: str = field(init=False)

    def __post_init__(self) -> None:
        """Make what is sought."""
        tenant, base = self.tenant, f"/v1/organizations/{self.tenant.id}"
        self._ids = count()
        self.few = tenant.license(40, product=tenant.product(name="Few courses"))
        self._invited, self._held = tenant.license(_SEATS), tenant.license(_SEATS)
        self.nurses, self.everybody = group_of(tenant, name="Few nurses"), group_of(tenant, name="Everybody")
        self.code = code_of(tenant, self.few, text="FEW-0", name="Few", cap=1000)
        self.batch = used_up(tenant, self.few, _NUMBER, prefix="FEWB", name="Few batch", batch=True).id
        switch(tenant, code_of(tenant, self.few, text="FEW-OFF", name="Few off"), disabled=True)
        self.client = create_client(tenant, manager="chief@branch.example").id
        webhook = self.manager.post(f"{base}/webhooks", {"url": "https://hooks.example/few"})
        connection = self.manager.post(f"{base}/sso-connections", CONNECTION)
        self.webhook, self.connection = webhook.json["id"], connection.json["id"]
        self._invite()
        self._add(FEW, _NUMBER)

    def grow(self, number: int) -> None:
        """Add others: as many of each kind."""
        self._add(OTHER, number)

    def _invite(self) -> None:
        """Invite those who are sought: one of each state and problem, and several that wait."""
        tenant, few = self.tenant, self.few
        tenant.invite(few, "Few Few <few-old@x.io>")
        self.async_workers.settle()
        self.clock.forward(days=11)
        self.async_workers.settle()
        self.since = self.clock().isoformat()
        bounced = tenant.invite(few, "Few Few <few-bad@x.io>")
        self.async_workers.settle()
        sending = self.async_workers.sending_to(bounced.email)
        EmailDeliveryReports(tenant.context).record(sending, delivery=Delivery.BOUNCED)
        hold(tenant, tenant.invite(few, "Few Few <few-held@x.io>"))
        self.invite = tenant.accept(tenant.invite(few, "Few Few <few-in@x.io>")).id
        tenant.withdraw(tenant.invite(few, "Few Few <few-out@x.io>"))
        tenant.decline(tenant.invite(few, "Few Few <few-no@x.io>"))
        invite_to_group(tenant, self.nurses, "few-nurse@x.io")
        self.async_workers.dispatch()
        self.clock.forward(hours=1)
        self.until = self.clock().isoformat()

    def _add(self, name: str, number: int) -> None:
        ids = [f"{next(self._ids):026}" for _ in range(number)]
        people = [f"{name}{id_[-6:]}@x.io" for id_ in ids]
        is_sought = name == FEW
        self._add_people(name, people, is_sought=is_sought)
        if not is_sought:
            invited = [f"Zulu Zulu <{name}-i{id_[-6:]}@x.io>" for id_ in ids]
            for first in range(0, number, 100):
                self.tenant.invite_all(self._invited, invited[first : first + 100])
            used_up(self.tenant, self.few, number, prefix=f"Z{ids[0][-6:]}", name="Zulu", batch=True)
        self._add_requests(ids, name, is_sought=is_sought)
        self._add_named(ids, name, is_sought=is_sought)
        self._add_deliveries(ids, is_sought=is_sought)
        self.async_workers.dispatch()
        self.clock.forward(hours=1)

    def _add_people(self, name: str, people: Sequence[str], *, is_sought: bool) -> None:
        """Add learners with an access, who have redeemed the code, and signed in through the connection."""
        tenant, title = self.tenant, name.title()
        license_ = self.few if is_sought else self._held
        state = AccessState.SCHEDULED if is_sought else AccessState.ACTIVE
        joined = [self.nurses, self.everybody] if is_sought else [self.everybody]
        add_learners(
            tenant,
            [
                (
                    learner_of(tenant, one, first_name=title, last_name=title),
                    [access_of(license_, one, state)],
                    joined,
                )
                for one in people
            ],
        )
        uses = [
            Use(organization=tenant.id, code=self.code.key, email=one, at=self.clock(), grant=self.code.grant)
            for one in people
        ]
        write_all(tenant, (write for one in uses for write in code_uses.record(one, before=None)))
        links = [
            Link(
                connection=self.connection,
                organization=tenant.id,
                email=one,
                issuer=CONNECTION["issuer"],
                subject=one,
                since=MONDAY,
            )
            for one in people
        ]
        write_all(tenant, map(connections.link, links))

    def _add_requests(self, ids: Sequence[str], name: str, *, is_sought: bool) -> None:
        """Add requests to operators and to join, of which those that are sought are open."""
        tenant = self.tenant
        support = [
            SupportRequest(
                id=id_,
                organization=tenant.id,
                kind=SupportKind.OTHER,
                message="Help",
                details=RequestDetails(),
                created_at=MONDAY,
                created_by=tenant.full.email,
            )
            for id_ in ids
        ]
        seats = [
            SeatRequest(
                id=f"{id_}S",
                organization=tenant.id,
                terms=self.few.terms,
                seats=1,
                message="More",
                created_at=MONDAY,
                created_by=tenant.full.email,
            )
            for id_ in ids
        ]
        write_all(tenant, (write for one in support for write in requests.SUPPORT.file(one)))
        write_all(tenant, (write for one in seats for write in requests.SEATS.file(one)))
        if not is_sought:
            write_all(tenant, (requests.SUPPORT.close(one.answered(_ANSWER)) for one in support))
            write_all(tenant, (requests.SEATS.close(one.answered(_ANSWER)) for one in seats))
        joining = [
            JoinRequest(
                id=id_,
                organization=tenant.id,
                email=f"{name}-j{id_[-6:]}@x.io",
                first_name=name.title(),
                last_name=name.title(),
                state=JoinState.PENDING if is_sought else JoinState.REFUSED,
                asked_at=MONDAY,
            )
            for id_ in ids
        ]
        write_all(tenant, (write for one in joining for write in join_requests.write(None, one)))

    def _add_named(self, ids: Sequence[str], name: str, *, is_sought: bool) -> None:
        """Add imports, groups, clients and products."""
        tenant = self.tenant
        named = {id_: f"{name.title()} {id_[-6:]}" for id_ in ids}
        state = ImportState.FAILED if is_sought else ImportState.FINISHED
        new_imports = [
            Import(
                id=id_,
                organization=tenant.id,
                file_name=f"{one}.csv",
                created_at=MONDAY,
                created_by=tenant.full.email,
                state=state,
            )
            for id_, one in named.items()
        ]
        new_groups = [
            Group(id=id_, organization=tenant.id, name=one, created_at=MONDAY) for id_, one in named.items()
        ]
        clients = [
            replace(
                tenant.organization,
                id=id_,
                name=one,
                slug=one.lower().replace(" ", "-"),
                provider=tenant.id,
                version=None,
            )
            for id_, one in named.items()
        ]
        products = [Product(id=id_, name=one, kind=ProductKind.COURSE) for id_, one in named.items()]
        write_all(tenant, map(imports.create, new_imports))
        write_all(tenant, map(groups.create, new_groups))
        write_all(tenant, (groups.claim_name(tenant.id, one.name, one.id) for one in new_groups))
        write_all(tenant, map(organizations.create, clients))
        write_all(tenant, (write for one in clients for write in organization_names.enter(one)))
        write_all(tenant, map(licenses.create_product, products))

    def _add_deliveries(self, ids: Sequence[str], *, is_sought: bool) -> None:
        """Add deliveries of the webhook, of which those that are sought were made."""
        for id_ in ids:
            one = WebhookDelivery(
                id=id_,
                organization=self.tenant.id,
                webhook=self.webhook,
                type="invites.created",
                state=DeliveryState.DELIVERED if is_sought else DeliveryState.FAILED,
                created_at=MONDAY,
                since=MONDAY,
                next_attempt_at=None,
            )
            webhook_deliveries.ensure(self.tenant.context.table, one)
