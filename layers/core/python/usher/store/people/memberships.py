"""The organizations that a person is in, as a manager or as a learner."""

from __future__ import annotations

from usher.store import keys
from usher.store.managers import ManagerRow
from usher.store.people.learners import LearnerRow
from usher.store.table import Table


def some_organizations(table: Table, email: str, *, most: int) -> set[str]:
    """Return the ids of up to `most` organizations of each kind: two calls, eventually consistent."""
    managed = table.query(
        ManagerRow,
        keys.person(email),
        ManagerRow.listing_sk.startswith(keys.MANAGER_PREFIX),
        index="listing",
        limit=most,
    )
    learned = table.query(
        LearnerRow,
        keys.person(email),
        LearnerRow.listing_sk.startswith(keys.LEARNER_PREFIX),
        index="listing",
        limit=most,
    )
    return {row.organization for row in managed.rows} | {row.organization for row in learned.rows}
