"""What an invite takes of the table's write units on its way (decisions 0089 and 0092)."""

from __future__ import annotations

import pytest
from mypy_boto3_dynamodb import DynamoDBClient

from tests.support.async_workers import AsyncWorkers
from tests.support.capacity import CapacityMeter
from tests.support.clock import Clock
from tests.support.item_sizes import WRITE_UNIT, item_size
from tests.support.tables import items
from tests.support.tenant import Tenant
from usher.domain.invites import Delivery
from usher.services.outbox.email_delivery_reports import EmailDeliveryReports
from usher.services.outbox.send_email import SendOutcome
from usher.store import invite_expiry, invites, keys
from usher.store.invites import InviteRow


@pytest.fixture
def quiet(tenant: Tenant, async_workers: AsyncWorkers) -> Tenant:
    """The tenant, once everything about its managers was sent."""
    async_workers.settle()
    return tenant


def test_an_email_takes_two_units_and_its_report_one_a_kilobyte(
    quiet: Tenant, async_workers: AsyncWorkers, dynamodb: DynamoDBClient
) -> None:
    quiet.invite(quiet.license())
    async_workers.dispatch()
    meter = CapacityMeter(dynamodb)

    with meter() as sent:
        async_workers.send()
    sending = async_workers.sendings()[-1]
    assert sending is not None
    with meter() as delivered:
        EmailDeliveryReports(quiet.context).record(sending, delivery=Delivery.DELIVERED)

    assert sent.written["table"] == 1 + 1, "the lease, the invite's mark"
    assert sent.written["listing"] == 1
    assert delivered.written["table"] == 1
    assert delivered.written["listing"] == 1
    assert not any(units for index, units in sent.written.items() if index.startswith("directory"))


def test_an_email_whose_mark_was_not_written_is_sent_again_once_the_lease_has_lapsed(
    quiet: Tenant, async_workers: AsyncWorkers, clock: Clock
) -> None:
    table = quiet.context.table
    invite = quiet.invite(quiet.license())
    async_workers.dispatch()
    (email,) = async_workers.queued()
    async_workers.send_email.send(email)
    queued = InviteRow.delivery.set(Delivery.QUEUED)
    assert table.update(invites.ref(invite.id), queued, condition=InviteRow.delivery == Delivery.SENT)

    assert async_workers.send_email.send(email) is SendOutcome.TAKEN
    clock.forward(minutes=3)
    assert async_workers.send_email.send(email) is SendOutcome.SENT
    stored = invites.get(table, invite.id)
    assert stored is not None
    assert stored.delivery is Delivery.SENT


def test_an_expiry_writes_what_it_changes_and_no_more(tenant: Tenant) -> None:
    table = tenant.context.table
    invite = invites.get(table, tenant.invite(tenant.license()).id)
    assert invite is not None

    expiry, change = invite_expiry.expire(invite), invites.change(invite, invite.expired())

    assert len(expiry.actions) == 3
    assert sorted(map(str, expiry.actions)) == sorted(map(str, change.actions))
    assert expiry.change == change.change
    assert (expiry.row.pk, expiry.row.sk) == (change.row.pk, change.row.sk)
    assert expiry.row.attribute_values["version"] == invite.version == 1


def test_an_invite_of_somebody_with_a_name_is_below_a_kilobyte(
    quiet: Tenant, dynamodb: DynamoDBClient
) -> None:
    product = quiet.product(name="Fire safety in care homes", url="https://learn.example/courses/fire-safety")
    license_ = quiet.license(product=product)
    meter = CapacityMeter(dynamodb)

    with meter() as invited:
        (one,) = quiet.invite_all(license_, ["Anna-Maria Bergmann <anna.bergmann@hospital.example>"])
    assert one.invite is not None

    (item,) = (item for item in items(dynamodb) if item["pk"]["S"] == keys.invite(one.invite.id))
    assert item_size(item) < WRITE_UNIT
    assert invited.written["listing"] == 2, "the invite and the access"


def test_an_acceptance_has_nothing_become_due_but_its_event(quiet: Tenant, dynamodb: DynamoDBClient) -> None:
    """An access ends with its license, which is due (decision 0098)."""
    invite = quiet.invite(quiet.license())
    meter = CapacityMeter(dynamodb)

    with meter() as accepted:
        quiet.accept(invite)

    assert accepted.written["due"] == 1 + 1, "the event, and the invite that is no more"
