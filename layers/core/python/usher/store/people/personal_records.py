"""Personal records: an organization's items that name one person, read page by page to be erased.

Rows in the files of imports are found by services/imports/import_rows.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from pynamodb.attributes import UnicodeAttribute
from pynamodb.expressions.condition import Condition

from usher.domain.erasure_readings import LAST
from usher.domain.events.enrollment import EmailVerificationRequested
from usher.domain.invites import InviteState
from usher.lazy_dataclasses import dataclass
from usher.store import keys, organizations
from usher.store.cursors import sort_key_of
from usher.store.enrollment import email_verifications
from usher.store.id_ranges import ids_from
from usher.store.integrations import webhooks
from usher.store.keys import codes as code_keys
from usher.store.people import records
from usher.store.people.records import Record
from usher.store.table import Ref, Row, Table

_PAGE = 1000
"""The most items of one call; of larger items, those in a MB."""


@dataclass(frozen=True, kw_only=True)
class Stretch:
    """A partition, or the newer part of one, in which items may name a person.

    Attributes:
        name: names nobody; stretches are read in the order of their names.
        index: the index that the partition is of. What it lists is read from the table, strongly consistent.
        low: the first sort key.
        organization: of a person's own partition, whose items are read alone; else empty.
    """

    name: str
    partition: str
    index: str | None = None
    low: str = ""
    organization: str = ""


def stretches(table: Table, organization: str, email: str, *, events_since: datetime | None) -> list[Stretch]:
    """Return all in which an organization's items may name the address: two calls, or three.

    Items of other organizations are in none of them, or left out (DESIGN 7.4).
    """
    shards = organizations.shards_of(table, organization)
    listings = (
        *(keys.invites_listing(organization, state, n) for state in InviteState for n in range(shards)),
        *(keys.team_invites_listing(organization, state) for state in InviteState),
        code_keys.code_uses_listing(organization),
        code_keys.codes_listing(organization),
        keys.connections_listing(organization),
    )
    of_webhooks = [keys.webhook(one.id) for one in webhooks.of_organization(table, organization)]
    of_events = [keys.events(organization, shard) for shard in range(shards)]
    newest = "" if events_since is None else keys.event(ids_from(events_since))
    own = keys.organization(organization)
    return sorted(
        [
            Stretch(name="1", partition=keys.person(email), organization=organization),
            *(Stretch(name=f"2#{one}", partition=one, index="listing") for one in listings),
            *(Stretch(name=f"3#{one}", partition=one) for one in of_webhooks),
            Stretch(name=f"4#{own}", partition=own),
            *(Stretch(name=f"5#{one}", partition=one, low=newest) for one in of_events),
        ],
        key=lambda stretch: stretch.name,
    )


def pages(
    table: Table, stretch: Stretch, email: str, *, position: str
) -> Iterator[tuple[Iterator[Record], str]]:
    """Yield the items that name the address, a page at a time, each with the position behind it.

    One call for each page, at most a MB; of an index, one more for each item that it lists. The last page has
    the position LAST.
    """
    attribute: UnicodeAttribute = UnicodeAttribute(attr_name=sort_key_of(stretch.index))
    low = max(stretch.low, position)
    start: Mapping[str, Any] | None = None
    while True:
        items, start = table.query_part(
            stretch.partition,
            attribute >= low if low else None,
            index=stretch.index,
            only=_naming(email) if stretch.index else None,
            start=start,
            limit=_PAGE,
        )
        yield _found(table, stretch, items, email), LAST if start is None else start[attribute.attr_name]["S"]
        if start is None:
            return


def _naming(email: str) -> Condition:
    to: UnicodeAttribute = UnicodeAttribute(attr_name="email")
    by: UnicodeAttribute = UnicodeAttribute(attr_name="created_by")
    naming: Condition = (to == email) | (by == email)
    return naming


def _found(
    table: Table, stretch: Stretch, items: Iterable[Mapping[str, Any]], email: str
) -> Iterator[Record]:
    if stretch.organization:
        return _with_the_person(map(records.record_of, items), stretch.organization)
    if stretch.index:
        return _read(table, (Ref(Row, item["pk"]["S"], item["sk"]["S"]) for item in items), email)
    return _beside_the_organization(table, records.naming(items, email), email)


def _with_the_person(found: Iterable[Record], organization: str) -> Iterator[Record]:
    """Yield the person's accesses of the organization, and their links to its single sign-on."""
    for record in found:
        terms = record.attributes.get("terms", record.attributes)
        if terms.get("organization") == organization:
            yield record


def _beside_the_organization(table: Table, found: Iterable[Record], email: str) -> Iterator[Record]:
    """Yield learner, memberships, requests, events and all other items of a partition that name the address.

    Left out are managers, and orders to erase this person.
    """
    for record in found:
        if record.kind == "erasure" and record.is_about(email):
            continue
        if record.sk.startswith(keys.MANAGER_PREFIX):
            continue
        if record.attributes.get("type") == EmailVerificationRequested.type:
            # Only the event has the verification's id, so that the verification has to be erased first.
            verification = records.event_data(record)["verification"]
            yield from _read(table, [email_verifications.ref(verification)], email)
        yield record


def _read(table: Table, refs: Iterable[Ref[Any]], email: str) -> Iterator[Record]:
    """Yield the items that still name the address; the index that listed them is eventually consistent."""
    for ref in refs:
        record = records.read(table, ref)
        if record is not None and records.names(record, email):
            yield record
