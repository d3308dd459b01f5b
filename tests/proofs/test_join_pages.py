"""The join page and its waiting list under contention: seats exact, nobody twice, nobody overtaken."""

from __future__ import annotations

import time
from collections import Counter
from typing import Any

from tests.proofs.callers import Call
from tests.proofs.conftest import CALLERS, Race
from tests.support.join_pages import person, requests, set_page
from tests.support.reading_back import events_of, seats
from tests.support.tenant import Tenant
from usher.domain.enrollment.join_pages import WhenFull
from usher.domain.enrollment.join_requests import JoinState
from usher.domain.licenses import License
from usher.services.enrollment.waitlist import Waitlist
from usher.services.operator_commands import OperatorCommands
from usher.store import accesses

SEATS = 3


def call(tenant: Tenant, command: str, *, at: float, email: str = "") -> Call:
    plain: dict[str, Any] = {"now": tenant.context.now(), "organization": tenant.id}
    return Call(command=command, at=at, person=person(email), **plain)


def top_up(tenant: Tenant, license_: License, seats_more: int) -> None:
    OperatorCommands(tenant.context).resize_license(
        person=tenant.operator,
        organization=tenant.id,
        license_id=license_.id,
        order_id=f"more-{tenant.context.new_id()}",
        seats=seats_more,
    )


def holders(tenant: Tenant, license_: License, emails: list[str]) -> set[str]:
    found = {email: accesses.get(tenant.context.table, email, license_.id) for email in emails}
    return {email for email, access in found.items() if access is not None}


def test_many_join_for_few_seats_and_the_waitlist_is_served_in_order(
    emulator_tenant: Tenant, race: Race
) -> None:
    license_ = emulator_tenant.license(SEATS)
    set_page(emulator_tenant, license_, when_full=WhenFull.WAITING_LIST)
    emails = [f"p{n}@x.io" for n in range(CALLERS)]

    at = time.time() + 0.05
    answers = race([call(emulator_tenant, "join", at=at, email=email) for email in emails])

    outcomes = Counter(outcome for answer in answers for _, outcome in answer.outcomes)
    assert outcomes == {"enrolled": SEATS, "waiting": CALLERS - SEATS}
    assert seats(emulator_tenant, license_) == (SEATS, SEATS, 0)
    waitlist = requests(emulator_tenant, JoinState.WAITING)
    assert len(waitlist) == CALLERS - SEATS

    # Seats come back while many look at the line, and others come to the page.
    top_up(emulator_tenant, license_, 4)
    at = time.time() + 0.05
    late = [f"late{n}@x.io" for n in range(CALLERS // 2)]
    answers = race(
        [
            *(call(emulator_tenant, "advance", at=at) for _ in range(CALLERS // 2)),
            *(call(emulator_tenant, "join", at=at, email=email) for email in late),
        ]
    )

    assert sum(answer.done for answer in answers) == 4
    assert {outcome for answer in answers for _, outcome in answer.outcomes} == {"waiting"}
    assert requests(emulator_tenant, JoinState.WAITING)[: CALLERS - SEATS - 4] == waitlist[4:]
    assert holders(emulator_tenant, license_, emails) >= set(waitlist[:4])
    assert len(events_of(emulator_tenant, "join.approved")) == 4

    top_up(emulator_tenant, license_, CALLERS * 2)
    while Waitlist(emulator_tenant.context).advance(organization=emulator_tenant.id):
        pass
    assert requests(emulator_tenant, JoinState.WAITING) == []
    assert holders(emulator_tenant, license_, [*emails, *late]) == {*emails, *late}


def test_one_person_joining_many_times_at_once_takes_one_seat(emulator_tenant: Tenant, race: Race) -> None:
    license_ = emulator_tenant.license(CALLERS)
    set_page(emulator_tenant, license_)
    at = time.time() + 0.05

    answers = race([call(emulator_tenant, "join", at=at, email="ann@x.io") for _ in range(CALLERS)])

    assert {answer.outcomes for answer in answers} == {(("ann@x.io", "enrolled"),)}
    assert seats(emulator_tenant, license_) == (CALLERS, 1, CALLERS - 1)
    assert len(events_of(emulator_tenant, "learner.joined")) == 1
