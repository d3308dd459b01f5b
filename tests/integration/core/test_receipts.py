"""DESIGN 6, Idempotency-Key: a replay gets the first answer and does nothing again."""

from __future__ import annotations

from typing import Any, cast

import pytest

from tests.support.clock import Clock
from tests.support.crashes import Crash, crashing
from tests.support.reading_back import emails_of, events_of, seats
from tests.support.tenant import Tenant
from usher.domain.invite_batches import Invited
from usher.domain.json_values import Json
from usher.domain.licenses import License
from usher.services.invites.manage_invites import BulkAction, ManageInvites
from usher.services.receipts import (
    AnsweredMeanwhileError,
    BadKeyError,
    KeyReusedError,
    Receipt,
    open_receipt,
)
from usher.services.self_assignment import SelfAssignment

BATCH = [f"a{n}@x.io" for n in range(120)]


def render(result: Any) -> Json:
    if isinstance(result, Invited):
        invite_id = result.invite.id if result.invite else ""
        return {"email": result.email, "outcome": result.outcome, "invite": invite_id}
    return cast("Json", str(getattr(result, "id", result)))


def opened(tenant: Tenant, key: str = "key", fingerprint: str = "body") -> Receipt:
    return open_receipt(tenant.context, scope=tenant.id, key=key, fingerprint=fingerprint, render=render)


def invite(tenant: Tenant, license_: License, emails: list[str], **given: Any) -> list[Json]:
    receipt = opened(tenant, **given)
    if not receipt.complete:
        tenant.invite_all(license_, emails, receipt=receipt, skip_invalid=True)
    return receipt.answers


def test_a_replay_gets_the_first_answer_and_invites_nobody_again(tenant: Tenant) -> None:
    license_ = tenant.license(10)
    emails = ["ann@x.io", "bob@", "eve@x.io"]

    first = invite(tenant, license_, emails)
    again = invite(tenant, license_, emails)

    assert again == first
    assert [cast("Any", one)["outcome"] for one in first] == ["invited", "invalid", "invited"]
    assert seats(tenant, license_) == (10, 2, 8)
    assert len(events_of(tenant, "invites.created")) == 1


def test_a_replay_of_a_large_batch_gets_every_answer_in_order(tenant: Tenant) -> None:
    license_ = tenant.license(120)

    first = invite(tenant, license_, BATCH)

    assert [cast("Any", one)["email"] for one in first] == BATCH
    assert invite(tenant, license_, BATCH) == first


def test_the_same_key_with_another_body_is_refused(tenant: Tenant) -> None:
    license_ = tenant.license()
    invite(tenant, license_, ["ann@x.io"])

    with pytest.raises(KeyReusedError):
        invite(tenant, license_, ["bob@x.io"], fingerprint="another body")
    assert seats(tenant, license_) == (10, 1, 9)


def test_another_key_is_another_request(tenant: Tenant) -> None:
    license_ = tenant.license()
    invite(tenant, license_, ["ann@x.io"])

    (again,) = invite(tenant, license_, ["ann@x.io"], key="another")
    assert cast("Any", again)["outcome"] == "already_invited"


@pytest.mark.parametrize("key", ["", "x" * 256, "a\nb"])
def test_an_unusable_key_is_refused(tenant: Tenant, key: str) -> None:
    with pytest.raises(BadKeyError):
        opened(tenant, key)


def test_a_request_that_was_refused_leaves_no_receipt(tenant: Tenant) -> None:
    license_ = tenant.license(1)
    receipt = opened(tenant)
    with pytest.raises(Exception, match="available"):
        tenant.invite_all(license_, ["ann@x.io", "bob@x.io"], receipt=receipt)

    assert not opened(tenant, fingerprint="another").complete


def test_a_replay_after_a_crash_in_the_middle_of_a_batch_continues_it(tenant: Tenant) -> None:
    license_ = tenant.license(130)
    with pytest.raises(Crash), crashing(tenant.context.table.connection.client, at=10):
        invite(tenant, license_, BATCH)  # after the first of its four transactions
    assert seats(tenant, license_)[1] == 32

    answers = invite(tenant, license_, BATCH)

    assert [cast("Any", one)["email"] for one in answers] == BATCH
    assert {cast("Any", one)["outcome"] for one in answers} == {"invited"}
    assert seats(tenant, license_) == (130, 120, 10)
    assert emails_of(tenant, "invites.created") == BATCH
    assert invite(tenant, license_, BATCH) == answers


def test_a_continued_batch_takes_what_seats_are_left_and_says_for_whom_there_was_none(tenant: Tenant) -> None:
    license_ = tenant.license(120)
    with pytest.raises(Crash), crashing(tenant.context.table.connection.client, at=10):
        invite(tenant, license_, BATCH)
    tenant.invite_all(license_, [f"rival{n}@x.io" for n in range(30)])

    answers = invite(tenant, license_, BATCH)

    outcomes = [cast("Any", one)["outcome"] for one in answers]
    assert (outcomes.count("invited"), outcomes.count("no_seat")) == (90, 30)
    assert seats(tenant, license_) == (120, 120, 0)


def test_of_the_same_request_twice_at_once_one_is_told_to_read_the_answer(tenant: Tenant) -> None:
    license_ = tenant.license()
    receipt = opened(tenant)

    with (
        tenant.before_next_write(lambda: invite(tenant, license_, ["ann@x.io"])),
        pytest.raises(AnsweredMeanwhileError),
    ):
        tenant.invite_all(license_, "ann@x.io", receipt=receipt)

    assert opened(tenant).complete
    assert seats(tenant, license_) == (10, 1, 9)


def test_answers_too_long_for_one_item_are_kept_in_several(tenant: Tenant) -> None:
    license_ = tenant.license(120)
    tenant.invite_all(license_, BATCH)

    def at_length(result: Any) -> Json:
        return {"email": result.email, "padding": "x" * 9_000}

    def replay() -> Receipt:
        return open_receipt(tenant.context, scope=tenant.id, key="k", fingerprint="f", render=at_length)

    receipt = replay()
    tenant.invite_all(license_, BATCH, receipt=receipt)

    assert receipt.complete
    assert replay().complete
    assert replay().answers == receipt.answers
    assert [cast("Any", one)["email"] for one in receipt.answers] == BATCH


@pytest.mark.parametrize("command", ["resend", "withdraw"])
def test_a_replayed_change_of_an_invite_happens_once(tenant: Tenant, command: str) -> None:
    one = tenant.invite(tenant.license())
    manage_invites = ManageInvites(tenant.context)

    receipt = opened(tenant)
    getattr(manage_invites, command)(
        person=tenant.full, organization=tenant.id, invite=one.id, receipt=receipt
    )

    assert opened(tenant).complete
    assert opened(tenant).answers == receipt.answers == [one.id]


def test_a_replayed_bulk_request_continues_after_a_crash(tenant: Tenant, clock: Clock) -> None:
    license_ = tenant.license()
    some = [tenant.invite(license_, f"a{n}@x.io") for n in range(4)]
    clock.forward(minutes=5)

    def withdraw_all() -> list[Json]:
        receipt = opened(tenant)
        if not receipt.complete:
            ManageInvites(tenant.context).bulk(
                person=tenant.full,
                organization=tenant.id,
                action=BulkAction.WITHDRAW,
                invite_ids=[one.id for one in some],
                access_start=None,
                receipt=receipt,
            )
        return receipt.answers

    with pytest.raises(Crash), crashing(tenant.context.table.connection.client, at=10):
        withdraw_all()
    assert 0 < len(events_of(tenant, "invite.withdrawn")) < 4

    answers = withdraw_all()

    assert answers == withdraw_all()
    assert len(answers) == 4
    assert len(events_of(tenant, "invite.withdrawn")) == 4
    assert seats(tenant, license_) == (10, 0, 10)


def test_a_replayed_self_assignment_takes_one_seat(tenant: Tenant) -> None:
    license_ = tenant.license()
    receipt = opened(tenant)
    SelfAssignment(tenant.context).assign(
        person=tenant.full, organization=tenant.id, license_id=license_.id, receipt=receipt
    )

    assert opened(tenant).complete
    assert seats(tenant, license_) == (10, 1, 9)
