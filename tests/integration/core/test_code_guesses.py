"""The limits of guessing codes: what counts, what does not, and whom a stranger's guesses do not lock out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.support.clock import Clock
from tests.support.codes import OFFICE, code_of, redeem, switch
from tests.support.groups import delete, group_of
from tests.support.tables import items
from tests.support.tenant import Tenant
from usher.domain.enrollment.codes import TRIES_AT_ORGANIZATION, Code, CodeRefusedError
from usher.domain.rate_limits import LimitReachedError
from usher.services.enrollment import redeem_code
from usher.services.enrollment.enrollment import EnrollmentResult
from usher.store.enrollment import codes

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


def test_guessing_is_limited_for_a_person_wherever_they_sit(tenant: Tenant, clock: Clock) -> None:
    code = code_of(tenant, tenant.license())
    for number in range(10):
        with pytest.raises(CodeRefusedError):
            redeem(tenant, f"GUESS-{number}", network_address=f"192.0.2.{number}")

    with pytest.raises(LimitReachedError) as refused:
        redeem(tenant, code, network_address="198.51.100.1")
    clock.forward(seconds=refused.value.retry_after)
    enrolled = redeem(tenant, code)

    assert 0 < refused.value.retry_after <= 15 * 60 + 1
    assert enrolled.new


def test_guessing_is_limited_for_an_ip_address_whoever_sits_there(tenant: Tenant) -> None:
    code = code_of(tenant, tenant.license())
    for number in range(20):
        with pytest.raises(CodeRefusedError):
            redeem(tenant, f"GUESS-{number}", f"p{number}@x.io")

    with pytest.raises(LimitReachedError):
        redeem(tenant, code, network_address=OFFICE)
    elsewhere = redeem(tenant, code, network_address="198.51.100.1")

    assert elsewhere.new


@pytest.fixture
def guessed_at(tenant: Tenant, monkeypatch: pytest.MonkeyPatch) -> Tenant:
    """The tenant, after three people at three addresses guessed its codes, which is as many as it allows."""
    monkeypatch.setattr(redeem_code, "TRIES_AT_ORGANIZATION", replace(TRIES_AT_ORGANIZATION, times=3))
    for number in range(3):
        with pytest.raises(CodeRefusedError):
            redeem(tenant, f"GUESS-{number}", f"p{number}@x.io", network_address=f"192.0.2.{number}")
    return tenant


def test_strangers_who_guess_do_not_close_the_door_for_those_with_a_good_code(guessed_at: Tenant) -> None:
    code = code_of(guessed_at, guessed_at.license(30))

    enrolled = [redeem(guessed_at, code, f"q{number}@x.io").new for number in range(21)]
    mistyped_once = redeem_after(guessed_at, code, wrong=1, email="typo@x.io", network_address="203.0.113.9")

    assert enrolled == [True] * 21
    assert mistyped_once.new


def redeem_after(
    tenant: Tenant, code: Code, *, wrong: int, email: str, network_address: str
) -> EnrollmentResult:
    for number in range(wrong):
        with pytest.raises(CodeRefusedError):
            redeem(tenant, f"WRONG-{number}", email, network_address=network_address)
    return redeem(tenant, code, email, network_address=network_address)


def test_while_an_organization_is_guessed_at_a_person_guesses_twice(guessed_at: Tenant, clock: Clock) -> None:
    code = code_of(guessed_at, guessed_at.license())

    with pytest.raises(LimitReachedError) as refused:
        redeem_after(guessed_at, code, wrong=2, email="ann@x.io", network_address="198.51.100.1")
    clock.forward(seconds=refused.value.retry_after)
    enrolled = redeem(guessed_at, code)

    assert 0 < refused.value.retry_after <= 15 * 60 + 1
    assert enrolled.new


def test_while_an_organization_is_guessed_at_an_ip_address_guesses_five_times(guessed_at: Tenant) -> None:
    code = code_of(guessed_at, guessed_at.license())
    for number in range(5):
        with pytest.raises(CodeRefusedError):
            redeem(guessed_at, f"WRONG-{number}", f"q{number}@x.io")

    with pytest.raises(LimitReachedError):
        redeem(guessed_at, code)


def test_a_class_without_seats_left_locks_out_nobody_of_it(tenant: Tenant) -> None:
    full = code_of(tenant, tenant.license(1), text="FULL")
    other = code_of(tenant, tenant.license(), text="OTHER")
    redeem(tenant, full, "first@x.io")
    for number in range(21):
        with pytest.raises(CodeRefusedError):
            redeem(tenant, full, f"p{number}@x.io")

    enrolled = redeem(tenant, other, "next@x.io")

    assert enrolled.new


def test_no_honest_refusal_counts_as_a_guess(tenant: Tenant, clock: Clock, dynamodb: DynamoDBClient) -> None:
    group = group_of(tenant, tenant.license(), name="Gone")
    known = [
        switch(tenant, code_of(tenant, tenant.license(), text="DISABLED"), disabled=True),
        code_of(tenant, tenant.license(), text="USED", cap=1),
        code_of(tenant, tenant.license(), text="OTHERS", domain="acme.example"),
        code_of(tenant, tenant.license(), text="ENDED", ends_on="2027-01-04"),
        code_of(tenant, tenant.license(1), text="NO-SEATS"),
        code_of(tenant, group, text="NO-GROUP"),
        code_of(tenant, tenant.license(valid_until="2027-01-05"), text="OVER"),
    ]
    redeem(tenant, "USED", "first@x.io")
    redeem(tenant, "NO-SEATS", "first@x.io")
    assert not redeem(tenant, "USED", "first@x.io").new
    delete(tenant, group)
    clock.forward(days=1)

    for code in [*(one.text for one in known), "¡no!"]:
        with pytest.raises(CodeRefusedError):
            redeem(tenant, code)

    counts = [one["times"]["N"] for one in items(dynamodb) if one["pk"]["S"].startswith("LIMIT#code-")]
    assert set(counts) == {"0"}


def test_a_crash_after_the_code_was_read_leaves_the_guess_counted(
    tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = code_of(tenant, tenant.license())
    monkeypatch.setattr("usher.store.transaction._LONGEST_PAUSE", 0.0)
    with monkeypatch.context() as crashing:
        crashing.setattr(codes, "code_of", crash)
        for _ in range(10):
            with pytest.raises(SystemExit):
                redeem(tenant, code)

    with pytest.raises(LimitReachedError):
        redeem(tenant, code)


def crash(_row: object) -> Code:
    raise SystemExit


def test_redeeming_in_earnest_counts_toward_no_limit(tenant: Tenant) -> None:
    code = code_of(tenant, tenant.license(21))

    enrolled = [redeem(tenant, code, f"p{number}@x.io").new for number in range(21)]

    assert enrolled == [True] * 21
