"""The keys of organizations' figures, and of the outbox: the events that were not dispatched yet."""

from __future__ import annotations

from usher.store.keys.due_shards import shard_of

FIGURES = "NOW"
LICENSE_FIGURES_PREFIX = "OF_LICENSE#"
DAILY_FIGURES_PREFIX = "DAY#"


def figures(organization_id: str) -> str:
    """The partition of an organization's figures, apart from its own, which dispatch would slow down."""
    return f"FIGURES#{organization_id}"


def license_figures(license_id: str) -> str:
    """The figures of one of the organization's licenses, within the partition of its figures."""
    return LICENSE_FIGURES_PREFIX + license_id


def outbox_shard(event_id: str) -> str:
    """In `due`: the shard of an event until it was dispatched, apart from what the sweep processes itself."""
    return outbox_partition(shard_of(event_id))


def outbox_partition(shard: int) -> str:
    """In `due`: a shard of the outbox by its number."""
    return f"OUTBOX#{shard}"


def daily_figures(license_id: str, day: str = "") -> str:
    """The figures of a day, within the partition of figures: the organization's, or with its id a license's.

    Without a day, the prefix of all days.
    """
    return f"{DAILY_FIGURES_PREFIX}{license_id}#{day}"


def write_rates(organization_id: str) -> str:
    """The partition of what an organization's events write in each minute."""
    return f"WRITES#{organization_id}"


def write_rate(minute: str) -> str:
    """The write units of a minute's events, within the partition of these."""
    return f"MINUTE#{minute}"
