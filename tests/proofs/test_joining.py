"""The join page and its waiting list under contention: seats exact, nobody twice, nobody overtaken."""

from __future__ import annotations

import time
from collections import Counter
from typing import Any

from tests.proofs.callers import Call
from tests.proofs.conftest import CALLERS, Race
from tests.support.house import House
from tests.support.joining import person, requests, set_page
from tests.support.looking import events_of, seats
from usher.domain.doors.join_pages import WhenFull
from usher.domain.doors.join_requests import JoinState
from usher.domain.licenses import License
from usher.services.doors.waiting import Waiting
from usher.services.operating import Operating
from usher.store import accesses

SEATS = 3


def call(house: House, command: str, *, at: float, email: str = "") -> Call:
    plain: dict[str, Any] = {"now": house.context.now(), "organization": house.id}
    return Call(command=command, at=at, person=person(email), **plain)


def top_up(house: House, license_: License, seats_more: int) -> None:
    Operating(house.context).resize_license(
        person=house.operator,
        organization=house.id,
        license_id=license_.id,
        order_id=f"more-{house.context.new_id()}",
        seats=seats_more,
    )


def holders(house: House, license_: License, emails: list[str]) -> set[str]:
    found = {email: accesses.get(house.context.table, email, license_.id) for email in emails}
    return {email for email, access in found.items() if access is not None}


def test_many_join_for_few_seats_and_the_line_is_served_in_order(arena: House, race: Race) -> None:
    license_ = arena.license(SEATS)
    set_page(arena, license_, when_full=WhenFull.WAITING_LIST)
    emails = [f"p{n}@x.io" for n in range(CALLERS)]

    at = time.time() + 0.05
    answers = race([call(arena, "join", at=at, email=email) for email in emails])

    told = Counter(outcome for answer in answers for _, outcome in answer.outcomes)
    assert told == {"in": SEATS, "waiting": CALLERS - SEATS}
    assert seats(arena, license_) == (SEATS, SEATS, 0)
    line = requests(arena, JoinState.WAITING)
    assert len(line) == CALLERS - SEATS

    # Seats come back while many look at the line, and others come to the page.
    top_up(arena, license_, 4)
    at = time.time() + 0.05
    late = [f"late{n}@x.io" for n in range(CALLERS // 2)]
    answers = race(
        [
            *(call(arena, "advance", at=at) for _ in range(CALLERS // 2)),
            *(call(arena, "join", at=at, email=email) for email in late),
        ]
    )

    assert sum(answer.done for answer in answers) == 4
    assert {outcome for answer in answers for _, outcome in answer.outcomes} == {"waiting"}
    assert requests(arena, JoinState.WAITING)[: CALLERS - SEATS - 4] == line[4:]
    assert holders(arena, license_, emails) >= set(line[:4])
    assert len(events_of(arena, "join.approved")) == 4

    top_up(arena, license_, CALLERS * 2)
    while Waiting(arena.context).advance(organization=arena.id):
        pass
    assert requests(arena, JoinState.WAITING) == []
    assert holders(arena, license_, [*emails, *late]) == {*emails, *late}


def test_one_person_joining_many_times_at_once_takes_one_seat(arena: House, race: Race) -> None:
    license_ = arena.license(CALLERS)
    set_page(arena, license_)
    at = time.time() + 0.05

    answers = race([call(arena, "join", at=at, email="ann@x.io") for _ in range(CALLERS)])

    assert {answer.outcomes for answer in answers} == {(("ann@x.io", "in"),)}
    assert seats(arena, license_) == (CALLERS, 1, CALLERS - 1)
    assert len(events_of(arena, "learner.joined")) == 1
