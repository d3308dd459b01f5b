"""DESIGN 6, Idempotency-Key: a replay gets the first answer and does nothing again."""

from __future__ import annotations

from typing import Any, cast

import pytest

from tests.support.clock import Clock
from tests.support.crashing import Death, dying
from tests.support.house import House
from tests.support.looking import emails_of, events_of, seats
from usher.domain.events import Json
from usher.domain.licenses import License
from usher.services.invites.changing import BulkAction, ChangingInvites
from usher.services.invites.reserving import Invited
from usher.services.licensing import Licensing
from usher.services.receipts import (
    AnsweredMeanwhileError,
    BadKeyError,
    KeyReusedError,
    Receipt,
    open_receipt,
)

BATCH = [f"a{n}@x.io" for n in range(120)]


def render(result: Any) -> Json:
    if isinstance(result, Invited):
        invite_id = result.invite.id if result.invite else ""
        return {"email": result.email, "outcome": result.outcome, "invite": invite_id}
    return cast("Json", str(getattr(result, "id", result)))


def opened(house: House, key: str = "key", fingerprint: str = "body") -> Receipt:
    return open_receipt(house.context, scope=house.id, key=key, fingerprint=fingerprint, render=render)


def invite(house: House, license_: License, emails: list[str], **given: Any) -> list[Json]:
    receipt = opened(house, **given)
    if not receipt.complete:
        house.invite_all(license_, emails, receipt=receipt, skip_invalid=True)
    return receipt.answers


def test_a_replay_gets_the_first_answer_and_invites_nobody_again(house: House) -> None:
    license_ = house.license(10)
    emails = ["ann@x.io", "bob@", "eve@x.io"]

    first = invite(house, license_, emails)
    again = invite(house, license_, emails)

    assert again == first
    assert [cast("Any", one)["outcome"] for one in first] == ["invited", "invited", "invalid"]
    assert seats(house, license_) == (10, 2, 8)
    assert len(events_of(house, "invites.created")) == 1


def test_a_replay_of_a_large_batch_gets_every_answer_in_order(house: House) -> None:
    license_ = house.license(120)

    first = invite(house, license_, BATCH)

    assert [cast("Any", one)["email"] for one in first] == BATCH
    assert invite(house, license_, BATCH) == first


def test_the_same_key_with_another_body_is_refused(house: House) -> None:
    license_ = house.license()
    invite(house, license_, ["ann@x.io"])

    with pytest.raises(KeyReusedError):
        invite(house, license_, ["bob@x.io"], fingerprint="another body")
    assert seats(house, license_) == (10, 1, 9)


def test_another_key_is_another_request(house: House) -> None:
    license_ = house.license()
    invite(house, license_, ["ann@x.io"])

    (again,) = invite(house, license_, ["ann@x.io"], key="another")
    assert cast("Any", again)["outcome"] == "already_invited"


@pytest.mark.parametrize("key", ["", "x" * 256, "a\nb"])
def test_an_unusable_key_is_refused(house: House, key: str) -> None:
    with pytest.raises(BadKeyError):
        opened(house, key)


def test_a_request_that_was_refused_leaves_no_receipt(house: House) -> None:
    license_ = house.license(1)
    receipt = opened(house)
    with pytest.raises(Exception, match="available"):
        house.invite_all(license_, ["ann@x.io", "bob@x.io"], receipt=receipt)

    assert not opened(house, fingerprint="another").complete


def test_a_replay_after_a_crash_in_the_middle_of_a_batch_continues_it(house: House) -> None:
    license_ = house.license(130)
    with pytest.raises(Death), dying(house.context.table.connection.client, at=10):
        invite(house, license_, BATCH)  # after the first of its three transactions
    assert seats(house, license_)[1] == 48

    answers = invite(house, license_, BATCH)

    assert [cast("Any", one)["email"] for one in answers] == BATCH
    assert {cast("Any", one)["outcome"] for one in answers} == {"invited"}
    assert seats(house, license_) == (130, 120, 10)
    assert emails_of(house, "invites.created") == BATCH
    assert invite(house, license_, BATCH) == answers


def test_a_continued_batch_takes_what_seats_are_left_and_says_for_whom_there_was_none(house: House) -> None:
    license_ = house.license(120)
    with pytest.raises(Death), dying(house.context.table.connection.client, at=10):
        invite(house, license_, BATCH)
    house.invite_all(license_, [f"rival{n}@x.io" for n in range(30)])

    answers = invite(house, license_, BATCH)

    told = [cast("Any", one)["outcome"] for one in answers]
    assert (told.count("invited"), told.count("no_seat")) == (90, 30)
    assert seats(house, license_) == (120, 120, 0)


def test_of_the_same_request_twice_at_once_one_is_told_to_read_the_answer(house: House) -> None:
    license_ = house.license()
    receipt = opened(house)

    with (
        house.before_next_write(lambda: invite(house, license_, ["ann@x.io"])),
        pytest.raises(AnsweredMeanwhileError),
    ):
        house.invite_all(license_, "ann@x.io", receipt=receipt)

    assert opened(house).complete
    assert seats(house, license_) == (10, 1, 9)


def test_answers_too_long_for_one_item_are_kept_in_several(house: House) -> None:
    license_ = house.license(120)
    house.invite_all(license_, BATCH)

    def at_length(result: Any) -> Json:
        return {"email": result.email, "padding": "x" * 9_000}

    def replay() -> Receipt:
        return open_receipt(house.context, scope=house.id, key="k", fingerprint="f", render=at_length)

    receipt = replay()
    house.invite_all(license_, BATCH, receipt=receipt)

    assert receipt.complete
    assert replay().complete
    assert replay().answers == receipt.answers
    assert [cast("Any", one)["email"] for one in receipt.answers] == BATCH


@pytest.mark.parametrize("command", ["resend", "withdraw"])
def test_a_replayed_change_of_an_invite_happens_once(house: House, command: str) -> None:
    one = house.invite(house.license())
    changing = ChangingInvites(house.context)

    receipt = opened(house)
    getattr(changing, command)(person=house.full, organization=house.id, invite=one.id, receipt=receipt)

    assert opened(house).complete
    assert opened(house).answers == receipt.answers == [one.id]


def test_a_replayed_bulk_request_continues_after_a_crash(house: House, clock: Clock) -> None:
    license_ = house.license()
    some = [house.invite(license_, f"a{n}@x.io") for n in range(4)]
    clock.forward(minutes=5)

    def withdraw_all() -> list[Json]:
        receipt = opened(house)
        if not receipt.complete:
            ChangingInvites(house.context).bulk(
                person=house.full,
                organization=house.id,
                action=BulkAction.WITHDRAW,
                invite_ids=[one.id for one in some],
                access_start=None,
                receipt=receipt,
            )
        return receipt.answers

    with pytest.raises(Death), dying(house.context.table.connection.client, at=10):
        withdraw_all()
    assert 0 < len(events_of(house, "invite.withdrawn")) < 4

    answers = withdraw_all()

    assert answers == withdraw_all()
    assert len(answers) == 4
    assert len(events_of(house, "invite.withdrawn")) == 4
    assert seats(house, license_) == (10, 0, 10)


def test_a_replayed_self_assignment_takes_one_seat(house: House) -> None:
    license_ = house.license()
    receipt = opened(house)
    Licensing(house.context).assign_self(
        person=house.full, organization=house.id, license_id=license_.id, receipt=receipt
    )

    assert opened(house).complete
    assert seats(house, license_) == (10, 1, 9)
