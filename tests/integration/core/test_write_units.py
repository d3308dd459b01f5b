"""What an invite takes of the table's write units on its way (decision 0089)."""

from __future__ import annotations

import pytest
from mypy_boto3_dynamodb import DynamoDBClient

from tests.support.async_workers import AsyncWorkers
from tests.support.capacity import CapacityMeter
from tests.support.tenant import Tenant
from usher.domain.invites import Delivery
from usher.services.outbox.email_delivery_reports import EmailDeliveryReports
from usher.services.outbox.send_email import SendOutcome
from usher.store import emails, invite_expiry, invites
from usher.store.table import Ref


@pytest.fixture
def quiet(tenant: Tenant, async_workers: AsyncWorkers) -> Tenant:
    """The tenant, once everything about its managers was sent."""
    async_workers.settle()
    return tenant


def test_an_email_takes_three_units_and_its_mark_one_a_kilobyte(
    quiet: Tenant, async_workers: AsyncWorkers, dynamodb: DynamoDBClient
) -> None:
    quiet.invite(quiet.license())
    async_workers.dispatch()
    meter = CapacityMeter(dynamodb)

    with meter() as sent:
        async_workers.send()
    (message,) = async_workers.message_ids()[-1:]
    with meter() as delivered:
        EmailDeliveryReports(quiet.context).record(message_id=message, delivery=Delivery.DELIVERED)

    assert sent.written["table"] == 1 + 2 + 1, "the lease, the email and its message, the invite's mark"
    assert delivered.written["table"] == 1
    assert delivered.written["listing"] == 1
    assert not any(units for index, units in sent.written.items() if index.startswith("directory"))


def test_an_email_that_comes_again_is_recorded_whole(quiet: Tenant, async_workers: AsyncWorkers) -> None:
    table = quiet.context.table
    invite = quiet.invite(quiet.license())
    async_workers.dispatch()
    (email,) = async_workers.queued()
    async_workers.send_email.send(email)
    message = async_workers.message_ids()[-1]
    at = emails.message_ref(message)
    table.write_many(deletes=[Ref(emails.MessageRow, at.pk, at.sk)])

    assert async_workers.send_email.send(email) is SendOutcome.REPEATED
    assert emails.about(table, message) == emails.Sent(invite=invite.id, number=1)
    stored = invites.get(table, invite.id)
    assert stored is not None
    assert stored.delivery is Delivery.SENT


def test_an_expiry_writes_what_it_changes_and_no_more(tenant: Tenant) -> None:
    table = tenant.context.table
    invite = invites.get(table, tenant.invite(tenant.license()).id)
    assert invite is not None

    expiry, change = invite_expiry.expire(invite), invites.change(invite, invite.expired())

    assert len(expiry.actions) == 4
    assert sorted(map(str, expiry.actions)) == sorted(map(str, change.actions))
    assert expiry.change == change.change
    assert (expiry.row.pk, expiry.row.sk) == (change.row.pk, change.row.sk)
    assert expiry.row.attribute_values["version"] == invite.version == 1
