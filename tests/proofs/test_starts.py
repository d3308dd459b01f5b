"""Delayed starts by many at once, on MiniStack's table engine: each access starts once (decision 96)."""

from __future__ import annotations

import time
from collections import Counter
from datetime import UTC, datetime, timedelta

from tests.proofs.conftest import CALLERS, Race
from tests.proofs.test_contention import call
from tests.support.clock import Clock
from tests.support.published_events import data_of
from tests.support.reading_back import access_now, events_of
from tests.support.tenant import Tenant
from usher.domain.accesses import LATE_AFTER, AccessState
from usher.domain.invites import Invite
from usher.domain.licenses import License
from usher.store.keys import due_shards

MIDNIGHT = datetime(2027, 1, 31, 23, tzinfo=UTC)
"""The start of 1 February in Zurich."""


def scheduled(tenant: Tenant, license_: License, people: int) -> list[Invite]:
    """People who have accepted, and whose access starts on 1 February."""
    invites = []
    for one in tenant.invite_all(license_, [f"a{n}@x.io" for n in range(people)], access_start="2027-02-01"):
        assert one.invite is not None
        tenant.accept(one.invite)
        invites.append(one.invite)
    return invites


def test_workflows_and_sweeps_at_once_start_each_access_once(
    emulator_tenant: Tenant, race: Race, clock: Clock
) -> None:
    """Of each lane three workflows run, as after lost answers, and four sweeps among them."""
    license_ = emulator_tenant.license(200)
    invites = scheduled(emulator_tenant, license_, 200)
    late = MIDNIGHT + LATE_AFTER
    lanes = due_shards.all_of_them()
    at = time.time() + 0.05

    answers = race(
        [
            *(
                call(emulator_tenant, "start", number=lane, at=at + 0.02 * turn, now=late)
                for turn in range(3)
                for lane in lanes
            ),
            *(call(emulator_tenant, "sweep_late_starts", at=at, now=late) for _ in lanes),
        ]
    )
    clock.now = late

    assert len(answers) == CALLERS
    assert {answer.refusal for answer in answers} == {""}
    assert sum(answer.done for answer in answers) == len(invites)
    started = Counter(
        data_of(event)["access"]["email"] for event in events_of(emulator_tenant, "access.started")
    )
    assert started == Counter(invite.email for invite in invites)
    states = {access_now(emulator_tenant, license_, invite.email).state for invite in invites}
    assert states == {AccessState.ACTIVE}


def test_starts_against_managers_who_move_them(emulator_tenant: Tenant, race: Race, clock: Clock) -> None:
    """The managers' clocks are a second behind: for them the starts lie ahead."""
    license_ = emulator_tenant.license(96)
    invites = scheduled(emulator_tenant, license_, 96)
    movers = CALLERS - len(due_shards.all_of_them())
    before = MIDNIGHT - timedelta(seconds=1)
    moved = 0
    for first in range(0, len(invites), movers):
        some = invites[first : first + movers]
        at = time.time() + 0.05
        answers = race(
            [
                *(
                    call(emulator_tenant, "start", number=lane, at=at + 0.03, now=MIDNIGHT)
                    for lane in due_shards.all_of_them()
                    if first  # those of the first turn are moved while nothing starts
                ),
                *(
                    call(emulator_tenant, "reschedule", one, code="2027-03-01", at=at + 0.005 * n, now=before)
                    for n, one in enumerate(some)
                ),
            ]
        )
        for answer in answers:
            if answer.call.command == "reschedule":
                moved += answer.done
    clock.now = MIDNIGHT

    accesses = [access_now(emulator_tenant, license_, invite.email) for invite in invites]
    ahead = [one for one in accesses if one.state is AccessState.SCHEDULED]
    assert movers <= moved == len(ahead)
    assert {one.start_at for one in ahead} == {datetime(2027, 2, 28, 23, tzinfo=UTC)}
    started = [data_of(event)["access"]["email"] for event in events_of(emulator_tenant, "access.started")]
    assert sorted(started) == sorted(one.email for one in accesses if one.state is AccessState.ACTIVE)
    assert len(started) + moved == len(invites)
