"""Shortcuts that export and erase learners, as the full manager, and run the worker."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.support.async_workers import client_of
from tests.support.suppression_list import SuppressionList
from tests.support.tables import items
from tests.support.tenant import Tenant
from usher.domain.erasures import Erasure
from usher.gateways.identity import OPERATORS, Identity
from usher.gateways.suppressions import Suppressions
from usher.services.imports.import_files import ImportFiles
from usher.services.people.export_learner import Export, ExportLearner
from usher.services.people.learner_erasures import LearnerErasures
from usher.services.people.pseudonymize_learner import ErasureTurn, PseudonymizeLearner
from usher.services.receipts import Receipt

ANN = "ann@x.io"
PASSWORD = "Correct-Horse-9"


@dataclass
class People:
    """A tenant's learners, their accounts and the data held about them."""

    tenant: Tenant
    files: ImportFiles
    suppressed: SuppressionList = field(default_factory=SuppressionList)

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
        self.service = LearnerErasures(self.tenant.context, files=self.files)
        self.pseudonymize_learner = PseudonymizeLearner(
            self.tenant.context,
            identity=self.identity,
            suppressions=Suppressions(client=self.suppressed.client),
            files=self.files,
        )

    def register(self, email: str = ANN, *, operator: bool = False) -> None:
        """Give the person an account."""
        self.identity.register(email=email, password=PASSWORD, first_name="Ann", last_name="Lee")
        if operator:
            self.cognito.admin_add_user_to_group(UserPoolId=self.pool, Username=email, GroupName=OPERATORS)

    def order(self, email: str = ANN, *, receipt: Receipt | None = None) -> Erasure:
        return self.service.order(
            person=self.tenant.full,
            organization=self.tenant.id,
            email=email,
            receipt=receipt or Receipt(),
        )

    def turn(self, order: Erasure, *, enough: Callable[[], bool] = lambda: False) -> ErasureTurn:
        """Carry out as much of an erasure as fits into an invocation: by default all of it."""
        return self.pseudonymize_learner.advance(
            organization=order.organization, erasure=order.id, enough=enough
        )

    def carry_out(self, order: Erasure) -> bool:
        """Carry out an erasure; return whether it was done by this call."""
        return self.turn(order) is ErasureTurn.DONE

    def carry_out_by_pages(self, order: Erasure) -> int:
        """Carry out an erasure in turns of one page each, and return how many it took."""
        turns = 1
        while self.turn(order, enough=lambda: True) is ErasureTurn.MORE:
            turns += 1
        return turns

    def erase(self, email: str = ANN) -> Erasure:
        """Order an erasure, and carry it out."""
        ordered = self.order(email)
        assert self.carry_out(ordered)
        return ordered

    def export(self, email: str = ANN, *, tenant: Tenant | None = None) -> Export:
        exported = tenant or self.tenant
        return ExportLearner(exported.context, files=self.files).export(
            person=exported.full, organization=exported.id, email=email
        )

    def mentions(self, email: str = ANN) -> list[dict[str, Any]]:
        """Return the items that contain the address."""
        dynamodb: Any = self.tenant.context.table.connection.client
        return [item for item in items(dynamodb) if email in str(item).lower()]
