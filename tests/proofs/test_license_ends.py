"""The end of a license, in several sweeps at once and while people come to it: each access ends once."""

from __future__ import annotations

import time
from collections import Counter
from datetime import datetime, timedelta
from typing import Any, cast

from tests.proofs.callers import Call
from tests.proofs.conftest import Race
from tests.support.clock import Clock
from tests.support.divided import DividedTenant
from tests.support.published_events import data_of
from tests.support.reading_back import events_of, seats
from usher.domain.accesses import AccessState
from usher.domain.license_extensions import SETTLED_AFTER
from usher.domain.people import Person
from usher.services.outbox.sweep import Sweep
from usher.store import accesses

PEOPLE = 60
SWEEPS = 4
LATE = 12


def test_several_sweeps_at_once_and_who_accepts_at_the_last_moment(
    divided_tenant: DividedTenant, race: Race, clock: Clock
) -> None:
    """The acceptors' clocks are a second behind: they think that the license is valid."""
    license_ = divided_tenant.license(100, valid_until="2027-01-08")
    end = license_.terms.valid_until
    emails = [f"a{n}@x.io" for n in range(PEOPLE)]
    for one in divided_tenant.invite_all(license_, emails):
        assert one.invite is not None
        divided_tenant.accept(one.invite)
    late = [divided_tenant.invite(license_, f"late{n}@x.io") for n in range(LATE)]
    at = time.time() + 0.1

    def call(command: str, *, at: float, now: datetime, **given: Any) -> Call:
        return Call(command=command, organization=divided_tenant.id, at=at, now=now, **given)

    answers = race(
        [
            *(call("sweep", person=divided_tenant.full, at=at, now=end) for _ in range(SWEEPS)),
            *(
                call(
                    "accept",
                    person=Person(email=one.email, first_name="A"),
                    at=at + 0.02 * n,
                    now=end - timedelta(seconds=1),
                    invite=one.id,
                )
                for n, one in enumerate(late)
            ),
        ]
    )
    clock.now = end + SETTLED_AFTER
    last = [Sweep(divided_tenant.context).sweep() for _ in range(3)]

    accepted = [one.email for one, answer in zip(late, answers[SWEEPS:], strict=True) if not answer.refusal]
    events = events_of(divided_tenant, "accesses.ended")
    ended = Counter(email for event in events for email in cast("Any", data_of(event)["emails"]))
    assert ended == Counter([*emails, *accepted])
    assert sum(answer.done for answer in answers[:SWEEPS]) + sum(
        swept.ended + swept.expired for swept in last
    ) == len([*emails, *late]), "each access ended, or its invite expired"
    assert seats(divided_tenant, license_) == (100, 0, 100)
    for email in [*emails, *accepted]:
        access = accesses.get(divided_tenant.context.table, email, license_.id)
        assert access is not None
        assert access.state is AccessState.ENDED
