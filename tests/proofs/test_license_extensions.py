"""Extending a license while people come to it: nobody keeps the old end (decision 0063)."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.proofs.callers import Call
from tests.proofs.conftest import Race
from tests.support.clock import Clock
from tests.support.reading_back import events_of
from tests.support.tenant import OPERATOR, Tenant
from usher.domain.license_extensions import SETTLED_AFTER
from usher.domain.licenses import License
from usher.domain.people import Person
from usher.services.outbox.sweep import Sweep
from usher.store import accesses, licenses

ROUNDS = 8
END = datetime(2035, 12, 31, 23, tzinfo=UTC)


def call(tenant: Tenant, license_: License, command: str, person: Person, **given: Any) -> Call:
    return Call(
        command=command,
        now=tenant.context.now(),
        person=person,
        organization=tenant.id,
        license=license_.id,
        **given,
    )


@pytest.mark.parametrize("lag", [0.0, 0.01, 0.03])
def test_everybody_who_comes_while_a_license_is_extended_has_the_new_end(
    emulator_tenant: Tenant, race: Race, clock: Clock, lag: float
) -> None:
    """In each round six accept, five are invited and three operators extend, two of them by one order."""
    tenant = emulator_tenant
    license_ = tenant.license(1000)
    emails: list[str] = []
    for turn in range(ROUNDS):
        accepted = [f"a{turn}-{n}@x.io" for n in range(6)]
        invited = [f"i{turn}-{n}@x.io" for n in range(5)]
        invites = [one.invite for one in tenant.invite_all(license_, ",".join(accepted)) if one.invite]
        emails += [*accepted, *invited]
        at = time.time() + 0.1

        answers = race(
            [
                *(
                    call(
                        tenant,
                        license_,
                        "accept",
                        Person(email=one.email, first_name="A"),
                        at=at,
                        invite=one.id,
                    )
                    for one in invites
                ),
                *(call(tenant, license_, "invite", tenant.full, at=at, emails=email) for email in invited),
                *(
                    call(tenant, license_, "extend", OPERATOR, at=at + lag, name=date, code=date)
                    for date in (f"{2029 + turn}-01-01", f"{2029 + turn}-01-01", f"{2028 + turn}-07-01")
                ),
            ]
        )

        assert {one.refusal for one in answers if one.call.command != "extend"} == {""}
        assert {one.refusal for one in answers if one.call.command == "extend"} <= {"", "not_an_extension"}
    found = licenses.get(tenant.context.table, tenant.id, license_.id)
    assert found is not None
    assert found.terms.valid_until == END
    clock.forward(seconds=SETTLED_AFTER.total_seconds())
    sweep = Sweep(tenant.context)
    finished = [sweep.sweep().extended for _ in range(3)]

    assert sum(finished) == 1
    held = [accesses.get(tenant.context.table, email, license_.id) for email in emails]
    assert {None if one is None else one.ends_at for one in held} == {END}
    assert ROUNDS <= len(events_of(tenant, "license.extended")) <= 2 * ROUNDS
