"""Codes on MiniStack's table engine: caps and the limits of guesses are exact, however many try at once."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import replace

import pytest

from tests.proofs.callers import Answer, Call
from tests.proofs.conftest import CALLERS, Race
from tests.support.codes import OFFICE, all_uses, code_now, code_of, uses
from tests.support.published_events import data_of
from tests.support.reading_back import events_of, seats
from tests.support.tenant import Tenant
from usher.domain.enrollment.codes import FEW_TRIES_OF_PERSON, TRIES_AT_ORGANIZATION
from usher.domain.people import Person
from usher.store import rate_limits

FIFTY = [f"p{number}@x.io" for number in range(50)]


def calls(tenant: Tenant, text: str, emails: list[str], *, at: float) -> list[Call]:
    """Divide the addresses among all the callers."""
    shares = [emails[caller::CALLERS] for caller in range(CALLERS)]
    return [
        Call(
            command="redeem",
            at=at,
            now=tenant.context.now(),
            person=tenant.full,
            organization=tenant.id,
            name=text,
            emails=" ".join(share),
        )
        for share in shares
    ]


@pytest.mark.parametrize(("cap", "available"), [(20, 100), (None, 10)])
def test_the_cap_is_exact_under_fifty_simultaneous_redemptions(
    emulator_tenant: Tenant, race: Race, cap: int | None, available: int
) -> None:
    license_ = emulator_tenant.license(available)
    code = code_of(emulator_tenant, license_, cap=cap)
    expected = min(cap or available, available)

    answers = race(calls(emulator_tenant, code.text, FIFTY, at=time.time() + 0.1))

    outcomes = Counter(outcome for answer in answers for _, outcome in answer.outcomes)
    enrolled = sorted(email for answer in answers for email, outcome in answer.outcomes if outcome == "in")
    assert outcomes == {"in": expected, "refused": len(FIFTY) - expected}
    assert code_now(emulator_tenant, code).uses == expected
    assert sorted(use.email for use in uses(emulator_tenant, code)) == enrolled
    assert seats(emulator_tenant, license_)[1] == expected
    assert len(events_of(emulator_tenant, "code.redeemed")) == expected


def test_one_person_who_redeems_sixteen_times_at_once_uses_one(emulator_tenant: Tenant, race: Race) -> None:
    license_ = emulator_tenant.license(100)
    code = code_of(emulator_tenant, license_, cap=5)

    answers = race(calls(emulator_tenant, code.text, ["ann@x.io"] * CALLERS, at=time.time() + 0.1))

    outcomes = Counter(outcome for answer in answers for _, outcome in answer.outcomes)
    assert outcomes == {"in": 1, "again": CALLERS - 1}
    assert code_now(emulator_tenant, code).uses == 1
    assert seats(emulator_tenant, license_)[1] == 1


def test_a_cap_that_falls_under_fifty_redemptions_is_exact(emulator_tenant: Tenant, race: Race) -> None:
    license_ = emulator_tenant.license(100)
    code = code_of(emulator_tenant, license_, cap=40)
    at = time.time() + 0.1
    fall = Call(
        command="cap_code",
        at=at + 0.05,
        now=emulator_tenant.context.now(),
        person=emulator_tenant.full,
        organization=emulator_tenant.id,
        name=code.text,
        code=code.id,
        seats=15,
    )

    answers = race([*calls(emulator_tenant, code.text, FIFTY, at=at)[1:], fall])

    after = code_now(emulator_tenant, code)
    capped = answers[-1]
    assert capped.refusal in {"", "cap_below_uses"}
    assert after.cap == (40 if capped.refusal else 15)
    assert after.uses == told(answers)["in"] == seats(emulator_tenant, license_)[1]
    assert after.uses <= after.cap


def test_a_code_replaced_under_fifty_redemptions_enrolls_each_once_by_one_of_the_two(
    emulator_tenant: Tenant, race: Race
) -> None:
    license_ = emulator_tenant.license(100)
    old = code_of(emulator_tenant, license_)
    at = time.time() + 0.1
    replacement = Call(
        command="remove_code",
        at=at + 0.05,
        now=emulator_tenant.context.now(),
        person=emulator_tenant.full,
        organization=emulator_tenant.id,
        name=old.text,
        code=old.id,
        license=license_.id,
    )

    answers = race([*calls(emulator_tenant, old.text, FIFTY, at=at)[1:], replacement])

    (removed,) = events_of(emulator_tenant, "code.removed")
    uses_of_old = int(str(data_of(removed)["uses"]))
    new = code_now(emulator_tenant, old)
    by_code = Counter(use.code.id for use in all_uses(emulator_tenant))
    assert answers[-1].done == 1
    assert new.id != old.id
    assert (by_code[old.id], by_code[new.id]) == (uses_of_old, new.uses)
    assert uses_of_old + new.uses == told(answers)["in"] == seats(emulator_tenant, license_)[1]


def guesses(tenant: Tenant, persons: list[Person], addresses: list[str], *, each: int = 3) -> list[Call]:
    """Let every caller guess wrong `each` times at once, as the persons and from the addresses in turn."""
    at = time.time() + 0.1
    return [
        Call(
            command="guess",
            at=at,
            now=tenant.context.now(),
            person=persons[caller % len(persons)],
            organization=tenant.id,
            name=" ".join(f"GUESS-{caller}-{n}" for n in range(each)),
            client=addresses[caller % len(addresses)],
        )
        for caller in range(CALLERS)
    ]


def told(answers: list[Answer]) -> Counter[str]:
    return Counter(outcome for answer in answers for _, outcome in answer.outcomes)


EVERYWHERE = [f"198.51.100.{number}" for number in range(CALLERS)]
EVERYBODY = [Person(email=f"p{number}@x.io") for number in range(CALLERS)]


def test_exactly_ten_guesses_of_one_person_are_looked_at(emulator_tenant: Tenant, race: Race) -> None:
    answers = race(guesses(emulator_tenant, EVERYBODY[:1], EVERYWHERE))

    assert told(answers) == {"code_refused": 10, "limit_reached": 3 * CALLERS - 10}


def test_exactly_twenty_guesses_from_one_ip_address_are_looked_at(
    emulator_tenant: Tenant, race: Race
) -> None:
    answers = race(guesses(emulator_tenant, EVERYBODY, EVERYWHERE[:1]))

    assert told(answers) == {"code_refused": 20, "limit_reached": 3 * CALLERS - 20}


def test_the_limit_of_an_organization_is_exact(emulator_tenant: Tenant, race: Race) -> None:
    """With 299 of 300 counted, one more who guessed twice before is looked at; then no one may thrice."""
    tenant, now = emulator_tenant, emulator_tenant.context.now()
    before = guesses(tenant, EVERYBODY, EVERYWHERE, each=FEW_TRIES_OF_PERSON.times)
    assert told(race(before)) == {"code_refused": 2 * CALLERS}
    for _ in range(TRIES_AT_ORGANIZATION.times - 2 * CALLERS - 1):
        assert rate_limits.spend(tenant.context.table, TRIES_AT_ORGANIZATION, tenant.id, now=now)

    answers = race(guesses(tenant, EVERYBODY, EVERYWHERE, each=1))

    assert told(answers) == {"code_refused": 1, "limit_reached": CALLERS - 1}


def test_of_many_with_the_right_code_at_one_ip_address_none_meets_a_limit(
    emulator_tenant: Tenant, race: Race
) -> None:
    code = code_of(emulator_tenant, emulator_tenant.license(100))
    at = time.time() + 0.1

    answers = race([replace(one, client=OFFICE) for one in calls(emulator_tenant, code.text, FIFTY, at=at)])

    assert told(answers) == {"in": 50}
    assert code_now(emulator_tenant, code).uses == 50
