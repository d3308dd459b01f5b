"""Sublicenses on MiniStack's table engine: sums never exceed the parent, whoever carves."""

from __future__ import annotations

import time
from collections import Counter
from typing import Any

from tests.proofs.callers import Call
from tests.proofs.conftest import CALLERS, Race
from tests.support.codes import client_of, sublicense_of
from tests.support.reading_back import seats
from tests.support.tenant import Tenant
from usher.domain.licenses import License
from usher.store import licenses


def call(tenant: Tenant, command: str, **given: Any) -> Call:
    plain: dict[str, Any] = {
        "at": 0.0,
        "now": tenant.context.now(),
        "person": tenant.full,
        "organization": tenant.id,
    }
    return Call(command=command, **plain | given)


def held(tenant: Tenant, license_: License) -> License:
    terms = license_.terms
    found = licenses.get(tenant.context.table, terms.organization, terms.license)
    assert found is not None
    return found


def test_sixteen_who_carve_the_last_seats_for_as_many_clients(emulator_tenant: Tenant, race: Race) -> None:
    license_ = emulator_tenant.license(10)
    clients = [client_of(emulator_tenant, f"client-{n}") for n in range(CALLERS)]
    at = time.time() + 0.05

    answers = race(
        [
            call(emulator_tenant, "create_sublicense", client=one.id, license=license_.id, seats=3, at=at)
            for one in clients
        ]
    )

    assert Counter(answer.refusal for answer in answers) == {"": 3, "no_seats": CALLERS - 3}
    assert held(emulator_tenant, license_).sublicensed == 9
    assert held(emulator_tenant, license_).available == 1


def test_sixteen_who_carve_for_the_same_client_make_one_sublicense(
    emulator_tenant: Tenant, race: Race
) -> None:
    license_ = emulator_tenant.license(100)
    client = client_of(emulator_tenant)
    at = time.time() + 0.05

    answers = race(
        [call(emulator_tenant, "create_sublicense", client=client.id, license=license_.id, seats=2, at=at)]
        * CALLERS
    )

    assert Counter(answer.refusal for answer in answers) == {"": 1, "already_sublicensed": CALLERS - 1}
    assert held(emulator_tenant, license_).sublicensed == 2


def test_seats_moved_to_and_fro_while_both_sides_invite_are_never_doubled(
    emulator_tenant: Tenant, race: Race
) -> None:
    license_ = emulator_tenant.license(12)
    clients = [client_of(emulator_tenant, f"client-{n}") for n in range(2)]
    carved = [sublicense_of(emulator_tenant, one, license_, 3) for one in clients]
    at = time.time() + 0.05
    moves = [
        call(emulator_tenant, "move", client=one.terms.organization, license=one.id, seats=seats_, at=at)
        for one in carved
        for seats_ in (4, -2, 3, -3)
    ]
    invites = [
        call(
            emulator_tenant,
            "invite",
            organization=one.terms.organization,
            license=one.id,
            emails=f"a{n}-{one.id.lower()}@x.io",
            at=at,
        )
        for one in (license_, *carved)
        for n in range(2)
    ]

    answers = race([*moves, *invites])

    moved = [answer for answer in answers if answer.call.command == "move"]
    assert {answer.refusal for answer in moved} <= {"", "no_seats", "seats_in_use", "busy"}
    for sublicense in carved:
        own = [one for one in moved if one.call.license == sublicense.id and not one.refusal]
        total = 3 + sum(one.call.seats for one in own)
        assert held(emulator_tenant, sublicense).total == total
        assert total in {3, *(one.done for one in own)}, "the last of them was told the truth"
    total, assigned, available = seats(emulator_tenant, license_)
    assert total == assigned + available + sum(held(emulator_tenant, one).total for one in carved) == 12
