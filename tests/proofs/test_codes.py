"""Codes on MiniStack's table engine: the cap is exact, however many redeem at the same time."""

from __future__ import annotations

import time
from collections import Counter

import pytest

from tests.proofs.callers import Call
from tests.proofs.conftest import CALLERS, Race
from tests.support.codes import code_now, code_of, uses
from tests.support.reading_back import events_of, seats
from tests.support.tenant import Tenant

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
