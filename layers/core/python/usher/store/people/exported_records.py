"""Exported records: an organization's items about one person, found by indexes (decision 0085)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from itertools import chain
from typing import Any

from usher.domain.events.codes import CodeRedeemed
from usher.domain.events.enrollment import EmailVerificationRequested
from usher.domain.instants import parse_rfc3339
from usher.domain.reports.windows import ALWAYS
from usher.store import event_trails, events, groups, invite_lists, invites, keys
from usher.store.enrollment import code_uses, email_verifications, join_requests
from usher.store.id_ranges import LAST_ID, ids_from
from usher.store.key_ranges import read, refs_of
from usher.store.people import learners, records
from usher.store.people.records import Record
from usher.store.table import Ref, Row, Table

_TRAIL_PAGE = 500


def about(
    table: Table, organization: str, shards: int, email: str, *, undispatched_since: datetime
) -> Iterator[Record]:
    """Yield every item of the organization that is about the address, whatever it names in it.

    Items of which the person is only the author are left out. Events are found by the person's trail, and
    since an instant among all, as those that were not dispatched have no pointers yet.
    """
    for record in records.all_in(table, keys.person(email)):
        terms = record.attributes.get("terms", record.attributes)
        if terms.get("organization") == organization:
            yield record
    yield from records.read_many(table, _refs(table, organization, email))
    partition = keys.organization(organization)
    for prefix in (keys.WAITING_PREFIX, keys.SUPPORT_PREFIX, keys.SEATS_PREFIX):
        yield from records.in_range(table, partition, Row.sk.startswith(prefix), email)
    newest = events.EventRow.sk.between(keys.event(ids_from(undispatched_since)), keys.event(LAST_ID))
    undispatched = (
        record
        for shard in range(shards)
        for record in records.in_range(table, keys.events(organization, shard), newest, email)
    )
    found = {record.sk: record for record in chain(_in_trail(table, organization, email), undispatched)}
    happened = [record for _, record in sorted(found.items())]
    yield from happened
    yield from records.read_many(table, _verifications(happened))
    yield from records.read_many(table, _uses(table, organization, email, happened))


def _refs(table: Table, organization: str, email: str) -> list[Ref[Any]]:
    """Return the references of the person's items, memberships and invites, whether they are there or not."""
    of_groups = [
        ref
        for group in groups.all_of(table, organization)
        for ref in (
            groups.member_ref(organization, group.id, email),
            groups.invite_marker_ref(organization, group.id, email),
        )
    ]
    to_address = invite_lists.address_range(organization, email, descending=False)
    return [
        learners.ref(organization, email),
        join_requests.ref(organization, email),
        *of_groups,
        *refs_of(invites.InviteRow, [*read(table, to_address, first=invite_lists.ONE_READ)]),
        *invite_lists.team_naming(table, organization, email),
    ]


def _in_trail(table: Table, organization: str, email: str) -> Iterator[Record]:
    trail = event_trails.of_person(organization, email)
    before: str | None = None
    while True:
        ids, has_older = event_trails.newest(table, trail, window=ALWAYS, before=before, limit=_TRAIL_PAGE)
        yield from records.read_many(table, [events.ref(organization, id_) for id_ in ids])
        if not has_older:
            return
        before = ids[-1]


def _uses(table: Table, organization: str, email: str, happened: list[Record]) -> list[Ref[Any]]:
    """Return the references of the person's redemptions, by the texts of the codes in the events.

    Where a text was redeemed twice, the former redemption has moved aside: those of its events' minutes are
    read then.
    """
    redeemed = [record for record in happened if record.attributes["type"] == CodeRedeemed.type]
    times: dict[str, list[datetime]] = defaultdict(list)
    for record in redeemed:
        at = parse_rfc3339(record.attributes["occurred_at"])
        times[records.event_data(record)["code"]["text"]].append(at)
    moved = (at for several in times.values() if len(several) > 1 for at in several)
    return [
        *(code_uses.ref(organization, text, email) for text in times),
        *(ref for at in moved for ref in code_uses.of_person(table, organization, email, happened_at=at)),
    ]


def _verifications(happened: list[Record]) -> list[Ref[Any]]:
    data = (
        records.event_data(record)
        for record in happened
        if record.attributes["type"] == EmailVerificationRequested.type
    )
    return [email_verifications.ref(one["verification"]) for one in data]
