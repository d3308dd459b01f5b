"""Items are read as PynamoDB and botocore read them by themselves, in less time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import boto3
import pytest
from pynamodb.attributes import AttributeContainer
from pynamodb.exceptions import AttributeDeserializationError

from tests.support.tables import NAME, REGION, items
from tests.support.tenant import Tenant
from usher.store.accesses import AccessRow
from usher.store.events import EventRow
from usher.store.invites import InviteRow
from usher.store.licenses import LicenseRow
from usher.store.managers import ManagerRow
from usher.store.organizations import OrganizationRow
from usher.store.people.learners import LearnerRow
from usher.store.table import Row

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

ROWS: dict[str, type[Row]] = {
    "ACCESS": AccessRow,
    "EVENT": EventRow,
    "INVITE": InviteRow,
    "LEARNER": LearnerRow,
    "LICENSE": LicenseRow,
    "MANAGER": ManagerRow,
    "ORG": OrganizationRow,
}
"""The row of an item by the beginning of its sort key."""


@pytest.fixture
def busy(tenant: Tenant) -> Tenant:
    """A tenant with invites that were accepted, and that wait."""
    license_ = tenant.license()
    tenant.accept(tenant.invite(license_))
    tenant.invite([license_, tenant.license()], "bob@x.io", access_start="2027-02-01")
    return tenant


def by_pynamodb(row: type[Row], item: dict[str, Any]) -> Row:
    instance = row("", "")
    AttributeContainer._container_deserialize(instance, item)
    return instance


@pytest.mark.usefixtures("busy")
def test_an_item_is_read_as_pynamodb_reads_it(dynamodb: DynamoDBClient) -> None:
    read = [
        (row.from_raw_data(item), by_pynamodb(row, item))
        for item in items(dynamodb)
        if (row := ROWS.get(item["sk"]["S"].partition("#")[0])) is not None
    ]

    assert {type(ours) for ours, _ in read} == set(ROWS.values())
    for ours, theirs in read:
        assert ours.serialize() == AttributeContainer._container_serialize(theirs)


@pytest.mark.usefixtures("busy")
def test_an_attribute_of_another_type_is_an_error(dynamodb: DynamoDBClient) -> None:
    item = next(item for item in items(dynamodb) if item["sk"]["S"] == "INVITE")

    with pytest.raises(AttributeDeserializationError):
        InviteRow.from_raw_data({**item, "email": {"N": "1"}})


def test_the_client_gives_what_botocores_own_gives(busy: Tenant, dynamodb: DynamoDBClient) -> None:
    theirs = boto3.client("dynamodb", region_name=REGION)
    of_license: dict[str, Any] = {
        "TableName": NAME,
        "KeyConditionExpression": "pk = :pk",
        "ExpressionAttributeValues": {":pk": {"S": f"ORG#{busy.id}"}},
    }

    def without_metadata(answer: Any) -> dict[str, Any]:
        return {name: value for name, value in answer.items() if name != "ResponseMetadata"}

    ours = without_metadata(dynamodb.query(**of_license))

    assert ours["Items"]
    assert ours == without_metadata(theirs.query(**of_license))


def test_the_client_builds_its_user_agent_once(dynamodb: DynamoDBClient) -> None:
    sent = []

    def keep(request: Any, **_: object) -> None:
        sent.append(request.headers["User-Agent"])

    dynamodb.meta.events.register_first("before-send.dynamodb", keep)
    try:
        for _ in range(2):
            dynamodb.list_tables()
    finally:
        dynamodb.meta.events.unregister("before-send.dynamodb", keep)

    first, second = ((one.decode() if isinstance(one, bytes) else one) for one in sent)
    assert first == second
    assert first.startswith("Botocore/")
    creator: Any = dynamodb._user_agent_creator  # type: ignore[attr-defined] # botocore has no public way
    assert creator.to_string() is creator.to_string()
