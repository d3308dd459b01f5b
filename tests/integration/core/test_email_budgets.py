"""Nobody's inbox is filled by a manager: one budget for each recipient, over all commands that email them."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from tests.support.async_workers import AsyncWorkers
from tests.support.clock import Clock
from tests.support.codes import client_of, code_of, sublicense_of
from tests.support.groups import group_of
from tests.support.imports import ImportDriver
from tests.support.published_events import data_of
from tests.support.reading_back import events_of, invite_now, seats
from tests.support.tables import items
from tests.support.team import Team
from tests.support.tenant import Tenant, create_tenant
from usher.domain.email_budgets import CODE_COPIES, UNASKED_EMAILS, TooManyEmailsError
from usher.domain.invite_batches import Outcome
from usher.domain.invites import InviteState
from usher.domain.licenses import License
from usher.services.clients import Clients
from usher.services.enrollment.codes import Codes
from usher.services.invites.invite_learners import InviteLearners
from usher.services.invites.manage_invites import BulkAction, ManageInvites
from usher.services.operator_commands import FirstManager
from usher.services.outbox.sweep import Sweep
from usher.services.receipts import Receipt, open_receipt

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

UNTIL_MIDNIGHT = 15 * 3600
"""Seconds from the tests' first moment, 9:00 UTC, until the day is over."""


@pytest.fixture
def license_(tenant: Tenant) -> License:
    return tenant.license(100)


def use_up(tenant: Tenant, license_: License, email: str = "ann@x.io", *, left: int = 0) -> None:
    """Email the address by inviting and withdrawing, until `left` emails are left today; an even number."""
    for _ in range((UNASKED_EMAILS.times - left) // 2):
        tenant.withdraw(tenant.invite(license_, email))


def test_inviting_and_withdrawing_in_a_loop_mails_nobody_without_end(
    tenant: Tenant, license_: License, clock: Clock, async_workers: AsyncWorkers
) -> None:
    async_workers.skip()
    use_up(tenant, license_)

    with pytest.raises(TooManyEmailsError) as refused:
        tenant.invite(license_)
    async_workers.settle()
    sent = async_workers.sent_to("ann@x.io")
    clock.forward(seconds=refused.value.retry_after)
    tomorrow = tenant.invite(license_)

    assert refused.value.retry_after == UNTIL_MIDNIGHT
    assert 0 < len(sent) <= UNASKED_EMAILS.times
    assert tomorrow.state is InviteState.PENDING


def test_an_invite_is_withdrawn_without_an_email_once_there_were_too_many(
    tenant: Tenant, license_: License, async_workers: AsyncWorkers
) -> None:
    other = tenant.license()
    use_up(tenant, license_, left=2)
    first, second = tenant.invite(license_), tenant.invite(other)
    async_workers.skip()

    tenant.withdraw(first)
    tenant.withdraw(second)
    async_workers.settle()

    assert async_workers.sent_to("ann@x.io") == []
    assert invite_now(tenant, first).state is InviteState.WITHDRAWN
    assert seats(tenant, license_) == (100, 0, 100)
    assert seats(tenant, other) == (10, 0, 10)
    assert [data_of(one)["emailed"] for one in events_of(tenant, "invite.withdrawn")][-2:] == [False, False]


def test_inviting_and_revoking_a_manager_in_a_loop_is_refused(tenant: Tenant) -> None:
    team = Team(tenant)
    for _ in range(UNASKED_EMAILS.times):
        team.invite("eve@x.io")
        team.revoke("eve@x.io")

    with pytest.raises(TooManyEmailsError) as refused:
        team.invite("eve@x.io")

    assert refused.value.retry_after == UNTIL_MIDNIGHT
    assert "eve@x.io" not in team.list()
    team.invite("bo@x.io")


def test_a_resend_and_another_start_are_refused_without_an_email(
    tenant: Tenant, license_: License, clock: Clock
) -> None:
    team = Team(tenant)
    team.invite("ann@x.io")
    use_up(tenant, license_, left=2)
    invite = tenant.invite(license_)
    clock.forward(minutes=2)

    with pytest.raises(TooManyEmailsError):
        tenant.resend(invite)
    with pytest.raises(TooManyEmailsError):
        tenant.reschedule(invite, "2027-02-01")
    with pytest.raises(TooManyEmailsError):
        team.resend("ann@x.io")

    now = invite_now(tenant, invite)
    assert (now.number, now.access_start, now.expires_at) == (1, None, invite.expires_at)
    assert not events_of(tenant, "invite.resent")


def test_one_invite_may_be_resent_as_often_as_ever(tenant: Tenant, license_: License, clock: Clock) -> None:
    invite = tenant.invite(license_)

    for _ in range(10):
        clock.forward(minutes=2)
        invite = tenant.resend(invite)

    assert invite.number == 11


def test_each_recipient_and_each_organization_has_a_budget_of_its_own(
    tenant: Tenant, license_: License
) -> None:
    other = create_tenant(tenant.context, slug="other")
    use_up(tenant, license_)

    assert tenant.invite(license_, "bo@x.io").state is InviteState.PENDING
    assert other.invite(other.license()).state is InviteState.PENDING


def test_a_provider_and_its_clients_share_one_budget(tenant: Tenant, license_: License) -> None:
    client = client_of(tenant)
    sublicense = sublicense_of(tenant, client, license_, 10)
    use_up(tenant, license_)

    with pytest.raises(TooManyEmailsError):
        InviteLearners(tenant.context).invite(
            person=tenant.full,
            organization=client.id,
            license_ids=[sublicense.id],
            emails="ann@x.io",
            receipt=Receipt(),
        )
    with pytest.raises(TooManyEmailsError):
        Clients(tenant.context).create(
            person=tenant.full,
            organization=tenant.id,
            name="Another",
            slug="another",
            first_manager=FirstManager(email="Ann@x.io", first_name="Ann", last_name="Lee"),
            receipt=Receipt(),
        )


def test_of_a_batch_whoever_was_emailed_too_often_is_left_out_and_the_others_are_invited(
    tenant: Tenant, license_: License
) -> None:
    use_up(tenant, license_)

    results = tenant.invite_all(license_, ["bo@x.io", "ann@x.io", "cy@x.io"])

    assert [(one.email, one.outcome) for one in results] == [
        ("bo@x.io", Outcome.INVITED),
        ("ann@x.io", Outcome.TOO_MANY_EMAILS),
        ("cy@x.io", Outcome.INVITED),
    ]
    assert results[1].retry_after == UNTIL_MIDNIGHT
    assert seats(tenant, license_) == (100, 2, 98)


def test_a_refused_request_can_be_sent_again_tomorrow_with_its_key(
    tenant: Tenant, license_: License, clock: Clock
) -> None:
    use_up(tenant, license_)

    def send() -> list[Outcome]:
        receipt = open_receipt(tenant.context, scope="s", key="k", fingerprint="f", render=str)
        return [one.outcome for one in tenant.invite_all(license_, "ann@x.io", receipt=receipt)]

    with pytest.raises(TooManyEmailsError):
        send()
    clock.forward(seconds=UNTIL_MIDNIGHT)

    assert send() == [Outcome.INVITED]


def test_of_many_invites_at_once_only_those_of_the_recipient_are_refused(
    tenant: Tenant, license_: License, clock: Clock
) -> None:
    use_up(tenant, license_, left=2)
    invites = [tenant.invite(license_), tenant.invite(tenant.license()), tenant.invite(license_, "bo@x.io")]
    clock.forward(minutes=2)

    results = ManageInvites(tenant.context).bulk(
        person=tenant.full,
        organization=tenant.id,
        action=BulkAction.RESEND,
        invite_ids=[one.id for one in invites],
        access_start=None,
        receipt=Receipt(),
    )

    assert [type(one.error) for one in results] == [TooManyEmailsError, TooManyEmailsError, type(None)]


def test_a_row_of_an_import_says_so_and_the_others_are_invited(imports: ImportDriver) -> None:
    tenant = imports.tenant
    fire = tenant.license(50)
    use_up(tenant, fire)

    done = imports.carried_out(imports.previewed([f"ann@x.io,,,,{fire.id},,,", f"bo@x.io,,,,{fire.id},,,"]))

    assert imports.verdicts(done) == ["too_many_emails", "invited"]
    assert "tomorrow" in imports.rows(done)[0].reason


def test_several_invites_of_one_address_in_an_import_are_counted_each(imports: ImportDriver) -> None:
    """They would be written by one transaction, which writes no item twice."""
    tenant = imports.tenant
    fire, aid = tenant.license(50), tenant.license(50)
    group = group_of(tenant, tenant.license(50), name="Drivers")
    rows = [f"ann@x.io,,,{group.name},,,,", f"ann@x.io,,,,{fire.id},,,", f"ann@x.io,,,,{aid.id},,,"]
    use_up(tenant, fire, left=2)

    done = imports.carried_out(imports.previewed(rows))

    invited = [one for event in events_of(tenant, "invites.created") for one in data_of(event)["invites"]]
    assert len(invited) == UNASKED_EMAILS.times // 2 - 1 + 2
    assert "too_many_emails" in {row.verdict for row in imports.rows(done)}


def test_copies_of_codes_are_limited_for_the_manager_who_asks_for_them(
    tenant: Tenant, license_: License
) -> None:
    code = code_of(tenant, license_, send_copy=True)
    codes = Codes(tenant.context)
    sent = 1

    with suppress(TooManyEmailsError):
        while sent <= CODE_COPIES.times:
            codes.send_copy(person=tenant.full, organization=tenant.id, code=code.key, receipt=Receipt())
            sent += 1
    with pytest.raises(TooManyEmailsError):
        code_of(tenant, license_, text="ANOTHER", send_copy=True)
    without = code_of(tenant, license_, text="ANOTHER")

    assert sent == CODE_COPIES.times
    assert len(events_of(tenant, "code.copied")) == CODE_COPIES.times - 1
    assert without.text == "ANOTHER"


def test_reminders_count_toward_no_budget(
    tenant: Tenant, license_: License, clock: Clock, dynamodb: DynamoDBClient
) -> None:
    tenant.invite(license_)
    before = counts(dynamodb)
    clock.forward(days=7)

    Sweep(tenant.context).sweep()

    assert len(events_of(tenant, "invites.reminded")) == 1
    assert counts(dynamodb) == before


def counts(dynamodb: DynamoDBClient) -> list[str]:
    return sorted(
        one["times"]["N"] for one in items(dynamodb) if one["pk"]["S"].startswith("LIMIT#email-recipient")
    )
