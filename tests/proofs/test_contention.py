"""Many at once, on MiniStack's table engine: every answer agrees with the table, and seats stay exact.

Each caller is a process. A race is repeated many times, since a lucky order proves nothing.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import pytest

from tests.proofs.callers import Answer, Call
from tests.proofs.conftest import CALLERS, Race
from tests.support.clock import Clock
from tests.support.house import House
from tests.support.looking import events_of, invite_now, seats
from usher.domain.invites import Invite, InviteState
from usher.domain.people import Person
from usher.store import accesses
from usher.store.transaction import ConditionFailedError, commit

TIMES = 24
"""How often each race of two is run; eight such races run side by side."""


def call(house: House, command: str, invite: Invite | None = None, **given: Any) -> Call:
    person = house.full
    if command == "accept" and invite is not None:
        person = Person(email=invite.email, first_name="Ann", last_name="Lee")
    plain: dict[str, Any] = {
        "at": 0.0,
        "now": house.context.now(),
        "person": person,
        "organization": house.id,
        "invite": invite.id if invite else "",
    }
    return Call(command=command, **plain | given)


def duels(house: House, race: Race, invites: list[Invite], first: str, second: str) -> list[list[Answer]]:
    """Race two commands for each invite, eight invites at a time."""
    pairs: list[list[Answer]] = []
    for start in range(0, len(invites), CALLERS // 2):
        at = time.time() + 0.05
        some = invites[start : start + CALLERS // 2]
        answers = race([call(house, name, one, at=at) for one in some for name in (first, second)])
        pairs.extend([answers[n], answers[n + 1]] for n in range(0, len(answers), 2))
    return pairs


def told_invited(answers: Iterable[Answer]) -> list[str]:
    return [email for answer in answers for email, outcome in answer.outcomes if outcome == "invited"]


def holders(house: House, emails: Iterable[str], license_id: str) -> list[str]:
    found = ((email, accesses.get(house.context.table, email, license_id)) for email in emails)
    return [email for email, access in found if access is not None and access.is_live()]


def test_the_engine_tells_what_stood_in_the_way(arena: House) -> None:
    license_ = arena.license()
    invite = arena.invite(license_)
    access = accesses.get(arena.context.table, invite.email, license_.id)
    assert access is not None

    with pytest.raises(ConditionFailedError) as failed:
        commit(arena.context.table, [take := accesses.take(access)])

    assert accesses.state_in(failed.value.failed[take]) == access


def test_sixteen_callers_for_the_last_hundred_seats_by_two_hundred_addresses(
    arena: House, race: Race
) -> None:
    license_ = arena.license(100)
    emails = [f"a{n}@x.io" for n in range(200)]

    answers = race([call(arena, "invite", license=license_.id, emails=email) for email in emails])

    invited = told_invited(answers)
    refused = [answer for answer in answers if answer.refusal]
    assert len(invited) == 100
    assert Counter(invited) == Counter(holders(arena, emails, license_.id))
    assert {answer.refusal for answer in refused} <= {"no_seats"}
    assert seats(arena, license_) == (100, 100, 0)


def test_sixteen_callers_in_batches_for_the_same_seats_and_addresses(arena: House, race: Race) -> None:
    license_ = arena.license(100)
    emails = [f"a{n}@x.io" for n in range(200)]
    at = time.time() + 0.05
    batches = [" ".join(emails[25 * (n // 2) : 25 * (n // 2) + 25]) for n in range(CALLERS)]

    answers = race([call(arena, "invite", license=license_.id, emails=one, at=at) for one in batches])

    invited = told_invited(answers)
    assert sorted(invited) == sorted(holders(arena, emails, license_.id)), "nobody is invited twice"
    assert seats(arena, license_)[1] == len(invited) <= 100
    for answer in answers:
        for email, outcome in answer.outcomes:
            assert outcome in {"invited", "already_invited", "no_seat"}
            assert (email in invited) == (outcome != "no_seat") or outcome == "no_seat"


def test_sixteen_withdrawals_of_one_invite(arena: House, race: Race) -> None:
    license_ = arena.license(10)
    for n in range(3):
        invite = arena.invite(license_, f"a{n}@x.io")
        at = time.time() + 0.05

        answers = race([call(arena, "withdraw", invite, at=at)] * CALLERS)

        assert sum(answer.done for answer in answers) == 1
        assert Counter(answer.refusal for answer in answers) == {"": 1, "invite_withdrawn": CALLERS - 1}
        assert seats(arena, license_) == (10, 0, 10)
        assert len(events_of(arena, "invite.withdrawn")) == n + 1


def test_sixteen_acceptances_of_one_invite(arena: House, race: Race) -> None:
    license_ = arena.license(10)
    invite = arena.invite(license_)
    at = time.time() + 0.05

    answers = race([call(arena, "accept", invite, at=at)] * CALLERS)

    assert {answer.refusal for answer in answers} == {""}
    assert len(events_of(arena, "invite.accepted")) == 1
    assert seats(arena, license_) == (10, 1, 9)


def test_accept_against_withdraw(arena: House, race: Race) -> None:
    license_ = arena.license(TIMES)
    invites = [arena.invite(license_, f"a{n}@x.io") for n in range(TIMES)]

    for one, (accept, withdraw) in zip(
        invites, duels(arena, race, invites, "accept", "withdraw"), strict=True
    ):
        state = invite_now(arena, one).state
        assert (accept.refusal, withdraw.refusal) == (
            ("", "already_accepted") if state is InviteState.ACCEPTED else ("invite_withdrawn", "")
        )
    assert seats(arena, license_)[1] == len(events_of(arena, "invite.accepted"))
    assert len(events_of(arena, "invite.accepted")) + len(events_of(arena, "invite.withdrawn")) == TIMES


def test_resend_against_accept(arena: House, race: Race) -> None:
    license_ = arena.license(TIMES)
    invites = [arena.invite(license_, f"a{n}@x.io") for n in range(TIMES)]

    for one, (accept, resend) in zip(invites, duels(arena, race, invites, "accept", "resend"), strict=True):
        now = invite_now(arena, one)
        if now.state is InviteState.ACCEPTED:
            assert (accept.refusal, resend.refusal, now.number) == ("", "already_accepted", 1)
        else:
            assert (accept.refusal, resend.refusal, now.number) == ("invite_replaced", "", 2)
    assert seats(arena, license_)[1] == TIMES


def test_accept_against_expiry(arena: House, race: Race, clock: Clock) -> None:
    """The acceptors' clocks are a second behind the sweep's: both think that they are in time."""
    license_ = arena.license(200)
    for turn in range(5):
        invites = [arena.invite(license_, f"a{turn}-{at}@x.io") for at in range(CALLERS - 1)]
        expires_at = invites[0].expires_at
        late = expires_at - timedelta(seconds=1)
        at = time.time() + 0.05
        answers = race(
            [
                call(arena, "sweep", at=at, now=expires_at),
                # The sweep reads first; who comes one by one meets it before, while and after it writes.
                *(call(arena, "accept", one, at=at + 0.02 * n, now=late) for n, one in enumerate(invites)),
            ]
        )
        accepted = 0
        for one, answer in zip(invites, answers[1:], strict=True):
            now = invite_now(arena, one)
            access = accesses.get(arena.context.table, one.email, license_.id)
            assert access is not None
            assert (now.state is InviteState.ACCEPTED) == (answer.refusal == "")
            assert access.is_live() == (answer.refusal == "")
            accepted += answer.done
        assert answers[0].done + accepted == len(invites)
        clock.now = expires_at
    assert seats(arena, license_)[1] == len(events_of(arena, "invite.accepted"))
