"""Short ways to export and erase learners, as the full manager, and to be the worker."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.support.house import House
from tests.support.machinery import client_of
from tests.support.tables import items
from usher.domain.erasures import Erasure
from usher.gateways.identity import OPERATORS, Identity
from usher.services.importing.files import ImportFiles
from usher.services.people.erasing import Erasing
from usher.services.people.exporting import Export, Exporting
from usher.services.people.scrubbing import Scrubbing
from usher.services.receipts import Receipt

ANN = "ann@x.io"
PASSWORD = "Correct-Horse-9"


@dataclass
class People:
    """A house's learners, their accounts and what is held about them."""

    house: House
    files: ImportFiles

    def __post_init__(self) -> None:
        client = client_of("cognito-idp")
        self.cognito: Any = client
        self.pool = client.create_user_pool(PoolName="usher", UsernameAttributes=["email"])["UserPool"]["Id"]
        app = client.create_user_pool_client(
            UserPoolId=self.pool,
            ClientName="usher",
            ExplicitAuthFlows=["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
        )["UserPoolClient"]["ClientId"]
        client.create_group(UserPoolId=self.pool, GroupName=OPERATORS)
        self.identity = Identity(client=client, pool=self.pool, app=app)
        self.service = Erasing(self.house.context, files=self.files)
        self.scrubbing = Scrubbing(self.house.context, identity=self.identity, files=self.files)

    def register(self, email: str = ANN, *, operator: bool = False) -> None:
        """Give the person an account."""
        self.identity.register(email=email, password=PASSWORD, first_name="Ann", last_name="Lee")
        if operator:
            self.cognito.admin_add_user_to_group(UserPoolId=self.pool, Username=email, GroupName=OPERATORS)

    def order(self, email: str = ANN, *, receipt: Receipt | None = None) -> Erasure:
        return self.service.order(
            person=self.house.full,
            organization=self.house.id,
            email=email,
            receipt=receipt or Receipt(),
        )

    def carry_out(self, order: Erasure) -> bool:
        return self.scrubbing.carry_out(organization=order.organization, erasure=order.id)

    def erase(self, email: str = ANN) -> Erasure:
        """Order it, and be the worker."""
        ordered = self.order(email)
        assert self.carry_out(ordered)
        return ordered

    def export(self, email: str = ANN, *, house: House | None = None) -> Export:
        home = house or self.house
        return Exporting(home.context, files=self.files).export(
            person=home.full, organization=home.id, email=email
        )

    def mentions(self, email: str = ANN) -> list[dict[str, Any]]:
        """Return the items that name the address anywhere."""
        dynamodb: Any = self.house.context.table.connection.client
        return [item for item in items(dynamodb) if email in str(item).lower()]
