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
from tests.support.divided import DividedTenant, available_by_part
from tests.support.reading_back import events_of, invite_now, seats
from tests.support.tenant import Tenant
from usher.domain.email_budgets import UNASKED_EMAILS
from usher.domain.invites import Invite, InviteState
from usher.domain.people import Person
from usher.store import accesses, invite_lists, invites
from usher.store.transaction import ConditionFailedError, commit

TIMES = 24
"""How often each race of two is run; eight such races run side by side."""


def call(tenant: Tenant, command: str, invite: Invite | None = None, **given: Any) -> Call:
    person = tenant.full
    if command == "accept" and invite is not None:
        person = Person(email=invite.email, first_name="Ann", last_name="Lee")
    plain: dict[str, Any] = {
        "at": 0.0,
        "now": tenant.context.now(),
        "person": person,
        "organization": tenant.id,
        "invite": invite.id if invite else "",
    }
    return Call(command=command, **plain | given)


def duels(tenant: Tenant, race: Race, invites: list[Invite], first: str, second: str) -> list[list[Answer]]:
    """Race two commands for each invite, eight invites at a time."""
    pairs: list[list[Answer]] = []
    for start in range(0, len(invites), CALLERS // 2):
        at = time.time() + 0.05
        some = invites[start : start + CALLERS // 2]
        answers = race([call(tenant, name, one, at=at) for one in some for name in (first, second)])
        pairs.extend([answers[n], answers[n + 1]] for n in range(0, len(answers), 2))
    return pairs


def told_invited(answers: Iterable[Answer]) -> list[str]:
    return [email for answer in answers for email, outcome in answer.outcomes if outcome == "invited"]


def holders(tenant: Tenant, emails: Iterable[str], license_id: str) -> list[str]:
    found = ((email, accesses.get(tenant.context.table, email, license_id)) for email in emails)
    return [email for email, access in found if access is not None and access.is_live()]


def test_the_engine_tells_what_stood_in_the_way(emulator_tenant: Tenant) -> None:
    license_ = emulator_tenant.license()
    invite = emulator_tenant.invite(license_)
    access = accesses.get(emulator_tenant.context.table, invite.email, license_.id)
    assert access is not None

    with pytest.raises(ConditionFailedError) as failed:
        commit(emulator_tenant.context.table, [take := accesses.take(access)])

    assert accesses.state_in(failed.value.failed[take]) == access


def test_sixteen_callers_for_the_last_hundred_seats_by_two_hundred_addresses(
    divided_tenant: DividedTenant, race: Race
) -> None:
    license_ = divided_tenant.license(100)
    emails = [f"a{n}@x.io" for n in range(200)]

    answers = race([call(divided_tenant, "invite", license=license_.id, emails=email) for email in emails])

    invited = told_invited(answers)
    refused = [answer for answer in answers if answer.refusal]
    assert len(invited) == 100
    assert Counter(invited) == Counter(holders(divided_tenant, emails, license_.id))
    assert {answer.refusal for answer in refused} <= {"no_seats"}
    assert seats(divided_tenant, license_) == (100, 100, 0)


def test_sixteen_callers_in_batches_for_the_same_seats_and_addresses(
    divided_tenant: DividedTenant, race: Race
) -> None:
    license_ = divided_tenant.license(100)
    emails = [f"a{n}@x.io" for n in range(200)]
    at = time.time() + 0.05
    batches = [" ".join(emails[25 * (n // 2) : 25 * (n // 2) + 25]) for n in range(CALLERS)]

    answers = race(
        [call(divided_tenant, "invite", license=license_.id, emails=one, at=at) for one in batches]
    )

    invited = told_invited(answers)
    assert sorted(invited) == sorted(holders(divided_tenant, emails, license_.id)), "nobody is invited twice"
    assert seats(divided_tenant, license_)[1] == len(invited) <= 100
    for answer in answers:
        for email, outcome in answer.outcomes:
            assert outcome in {"invited", "already_invited", "no_seat"}
            assert (email in invited) == (outcome != "no_seat") or outcome == "no_seat"


def test_one_address_invited_to_thirty_licenses_at_once_gets_twenty_emails(
    emulator_tenant: Tenant, race: Race
) -> None:
    licenses = [emulator_tenant.license() for _ in range(30)]
    at = time.time() + 0.05

    answers = race(
        [call(emulator_tenant, "invite", license=one.id, emails="ann@x.io", at=at) for one in licenses]
    )

    assert len(told_invited(answers)) == UNASKED_EMAILS.times
    assert Counter(answer.refusal for answer in answers) == {"": 20, "too_many_emails": 10}
    assert sum(seats(emulator_tenant, one)[1] for one in licenses) == UNASKED_EMAILS.times


def test_sixteen_withdrawals_of_one_invite(divided_tenant: DividedTenant, race: Race) -> None:
    license_ = divided_tenant.license(10)
    for n in range(3):
        invite = divided_tenant.invite(license_, f"a{n}@x.io")
        at = time.time() + 0.05

        answers = race([call(divided_tenant, "withdraw", invite, at=at)] * CALLERS)

        assert sum(answer.done for answer in answers) == 1
        assert Counter(answer.refusal for answer in answers) == {"": 1, "invite_withdrawn": CALLERS - 1}
        assert seats(divided_tenant, license_) == (10, 0, 10)
        assert len(events_of(divided_tenant, "invite.withdrawn")) == n + 1


def test_sixteen_acceptances_of_one_invite(divided_tenant: DividedTenant, race: Race) -> None:
    license_ = divided_tenant.license(10)
    invite = divided_tenant.invite(license_)
    at = time.time() + 0.05

    answers = race([call(divided_tenant, "accept", invite, at=at)] * CALLERS)

    assert {answer.refusal for answer in answers} == {""}
    assert len(events_of(divided_tenant, "invite.accepted")) == 1
    assert seats(divided_tenant, license_) == (10, 1, 9)


def test_accept_against_withdraw(divided_tenant: DividedTenant, race: Race) -> None:
    license_ = divided_tenant.license(TIMES)
    invites = [divided_tenant.invite(license_, f"a{n}@x.io") for n in range(TIMES)]

    for one, (accept, withdraw) in zip(
        invites, duels(divided_tenant, race, invites, "accept", "withdraw"), strict=True
    ):
        state = invite_now(divided_tenant, one).state
        assert (accept.refusal, withdraw.refusal) == (
            ("", "already_accepted") if state is InviteState.ACCEPTED else ("invite_withdrawn", "")
        )
    assert seats(divided_tenant, license_)[1] == len(events_of(divided_tenant, "invite.accepted"))
    assert (
        len(events_of(divided_tenant, "invite.accepted")) + len(events_of(divided_tenant, "invite.withdrawn"))
        == TIMES
    )


def test_resend_against_accept(divided_tenant: DividedTenant, race: Race) -> None:
    license_ = divided_tenant.license(TIMES)
    invites = [divided_tenant.invite(license_, f"a{n}@x.io") for n in range(TIMES)]

    for one, (accept, resend) in zip(
        invites, duels(divided_tenant, race, invites, "accept", "resend"), strict=True
    ):
        now = invite_now(divided_tenant, one)
        if now.state is InviteState.ACCEPTED:
            assert (accept.refusal, resend.refusal, now.number) == ("", "already_accepted", 1)
        else:
            assert (accept.refusal, resend.refusal, now.number) == ("invite_replaced", "", 2)
    assert seats(divided_tenant, license_)[1] == TIMES


def test_accept_against_expiry(divided_tenant: DividedTenant, race: Race, clock: Clock) -> None:
    """The acceptors' clocks are a second behind the sweep's: both think that they are in time."""
    license_ = divided_tenant.license(200)
    for turn in range(5):
        invites = [divided_tenant.invite(license_, f"a{turn}-{at}@x.io") for at in range(CALLERS - 1)]
        expires_at = invites[0].expires_at
        late = expires_at - timedelta(seconds=1)
        at = time.time() + 0.05
        answers = race(
            [
                call(divided_tenant, "sweep", at=at, now=expires_at),
                # The sweep reads first; who comes one by one meets it before, while and after it writes.
                *(
                    call(divided_tenant, "accept", one, at=at + 0.02 * n, now=late)
                    for n, one in enumerate(invites)
                ),
            ]
        )
        accepted = 0
        for one, answer in zip(invites, answers[1:], strict=True):
            now = invite_now(divided_tenant, one)
            access = accesses.get(divided_tenant.context.table, one.email, license_.id)
            assert access is not None
            assert (now.state is InviteState.ACCEPTED) == (answer.refusal == "")
            assert access.is_live() == (answer.refusal == "")
            accepted += answer.done
        assert answers[0].done + accepted == len(invites)
        clock.now = expires_at
    assert seats(divided_tenant, license_)[1] == len(events_of(divided_tenant, "invite.accepted"))


def test_last_seats_against_seats_that_come_back(divided_tenant: DividedTenant, race: Race) -> None:
    license_ = divided_tenant.license(CALLERS // 2)
    came = 0
    for turn in range(6):
        held = [divided_tenant.invite(license_, f"a{turn}-{n}@x.io") for n in range(CALLERS // 2)]
        at = time.time() + 0.05
        answers = race(
            [
                # Who asks meets the seats before, while and after they come back.
                call(divided_tenant, command, one, at=when, license=license_.id, emails=f"b{turn}-{n}@x.io")
                for n, one in enumerate(held)
                for command, when in (("withdraw", at), ("invite", at + 0.04 * n))
            ]
        )

        invited = told_invited(answers)
        assert {answer.refusal for answer in answers} <= {"", "no_seats"}
        assert sum(answer.done for answer in answers) == len(held), "all were withdrawn"
        assert seats(divided_tenant, license_) == (len(held), len(invited), len(held) - len(invited))
        came += len(invited)
        for one in pending_of(divided_tenant):
            divided_tenant.withdraw(one)
    assert came


def test_nobody_is_refused_while_seats_are_free_in_one_part_or_another(
    divided_tenant: DividedTenant, race: Race
) -> None:
    """Of sixteen seats fifteen callers hold one each and change it: two are free whenever one is taken."""
    movers = CALLERS - 1
    license_ = divided_tenant.license(CALLERS)
    emails = [f"a0-{n}@x.io" for n in range(movers)]
    for email in emails:
        divided_tenant.invite(license_, email)
    for turn in range(1, 11):
        held = pending_of(divided_tenant)
        at = time.time() + 0.05
        answers = race(
            [
                call(divided_tenant, "swap", one, at=at, license=license_.id, emails=f"a{turn}-{n}@x.io")
                for n, one in enumerate(held)
            ]
        )

        assert {answer.refusal for answer in answers} == {""}
        assert len(told_invited(answers)) == movers
        assert sum(available_by_part(divided_tenant, license_)) == 1


def test_a_license_gets_its_parts_while_its_seats_are_taken(emulator_tenant: Tenant, race: Race) -> None:
    license_ = emulator_tenant.license(20)
    emails = [f"a{n}@x.io" for n in range(60)]
    calls = [call(emulator_tenant, "invite", license=license_.id, emails=email) for email in emails]
    growth = call(
        emulator_tenant,
        "resize",
        person=emulator_tenant.operator,
        license=license_.id,
        seats=4000,
        name="more",
    )

    answers = race([*calls[:8], growth, *calls[8:]])

    invited = told_invited(answers)
    assert {answer.refusal for answer in answers} <= {"", "no_seats"}
    assert len(available_by_part(emulator_tenant, license_)) == 8
    assert seats(emulator_tenant, license_) == (4020, len(invited), 4020 - len(invited))
    assert len(invited) >= 20


def pending_of(tenant: Tenant) -> list[Invite]:
    """Return the invites that wait for an answer."""
    rows = invite_lists.all_in_state(tenant.context.table, tenant.id, 1, InviteState.PENDING)
    return [one for row in rows if (one := invites.invite_of(row)).holds_seats]
