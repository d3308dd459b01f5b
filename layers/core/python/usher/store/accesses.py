"""Accesses. Each write has a condition on the state that it changes."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import groupby
from typing import Any

from pynamodb.attributes import UnicodeAttribute

from usher import correlation
from usher.domain.accesses import GIVEN, LIVE, Access, AccessState
from usher.domain.directory import DirectoryField
from usher.domain.enrollment_methods import EnrollmentMethod
from usher.domain.figures import Figures, FiguresChange, difference, of_access
from usher.domain.languages import Language
from usher.domain.licenses import LicenseTerms
from usher.domain.paging import BadCursorError
from usher.lazy_dataclasses import dataclass
from usher.store import keys
from usher.store.attributes import EnumAttribute, InstantAttribute
from usher.store.key_ranges import Found, KeyRange
from usher.store.keys import directory
from usher.store.table import Ref, Row, Table
from usher.store.terms import TermsMap, terms_map, terms_of
from usher.store.transaction import Write, put, update


@dataclass(frozen=True, kw_only=True)
class AccessPage:
    """A page of accesses, and the cursor of the next one (None at the end)."""

    items: list[Access]
    next: str | None


class AccessRow(Row):
    """`PERSON#email`, `ACCESS#l`; listed under its license by state; while it is scheduled, due at its start.

    Once it was given, and until it is released, it is in the directory by state and address, so that learners
    are found by an access of any license (decision 0106). It ends with its license, which is due then (0098).
    """

    email = UnicodeAttribute()
    terms = TermsMap()  # type: ignore[no-untyped-call] # PynamoDB does not type its maps
    state = EnumAttribute(AccessState)
    invite = UnicodeAttribute(null=True)
    given_by = EnumAttribute(EnrollmentMethod, null=True)
    reserved_until = InstantAttribute(null=True)
    start_at = InstantAttribute(null=True)
    given_start_at = InstantAttribute(null=True)
    released_at = InstantAttribute(null=True)
    language = EnumAttribute(Language, null=True)
    correlation_id = UnicodeAttribute(null=True)


def ref(email: str, license_id: str) -> Ref[AccessRow]:
    """Return the reference to the access's item."""
    return Ref(AccessRow, keys.person(email), keys.access(license_id))


def access_of(row: AccessRow) -> Access:
    """Read an access."""
    return Access(
        email=row.email,
        terms=terms_of(row.terms),
        state=row.state,
        invite=row.invite or "",
        given_by=row.given_by,
        reserved_until=row.reserved_until,
        start_at=row.start_at,
        given_start_at=row.given_start_at,
        released_at=row.released_at,
        language=row.language,
        correlation_id=row.correlation_id or "",
    )


def due_identity(email: str, license_id: str) -> str:
    """Return what an access is called in `due`; a hash of it gives its shard."""
    return f"{license_id}#{email}"


def _row(access: Access) -> AccessRow:
    """Return the item of an access, with the present request where it is given a start that is to come."""
    at = ref(access.email, access.terms.license)
    identity = due_identity(access.email, access.terms.license)
    due_at = access.start_at if access.state is AccessState.SCHEDULED else None
    is_given = access.state in GIVEN
    return AccessRow(
        at.pk,
        at.sk,
        listing_pk=keys.license(access.terms.license),
        listing_sk=keys.access_listing(access.state, access.email),
        directory_pk=directory.accesses(access.terms.organization, access.state) if is_given else None,
        email_sk=access.email if is_given else None,
        due_pk=keys.due_shard(identity) if due_at else None,
        due_sk=keys.due(due_at, identity) if due_at else None,
        email=access.email,
        terms=terms_map(access.terms),
        state=access.state,
        invite=access.invite or None,
        given_by=access.given_by,
        reserved_until=access.reserved_until,
        start_at=access.start_at,
        given_start_at=access.given_start_at,
        released_at=access.released_at,
        language=access.language,
        correlation_id=(correlation.current() or None) if due_at else None,
    )


def take(access: Access) -> Write:
    """Write a new access, if the person has no live one of this license (DESIGN 2, Seats)."""
    free = AccessRow.pk.does_not_exist()
    for state in AccessState:
        if state not in LIVE:
            free |= AccessRow.state == state
    return put(_row(access), condition=free, change=_change(access, of_access(access)))


def answer(access: Access) -> Write:
    """Write the access that a reservation became, if the reservation is still this invite's."""
    reserved = replace(access, state=AccessState.RESERVED)
    return put(
        _row(access),
        condition=(AccessRow.state == AccessState.RESERVED) & (AccessRow.invite == access.invite),
        change=_change(access, difference(of_access(reserved), of_access(access))),
    )


def renew(email: str, license_id: str, *, invite: str, until: datetime) -> Write:
    """Extend a reservation, if it is still this invite's."""
    at = ref(email, license_id)
    return update(
        AccessRow(at.pk, at.sk),
        AccessRow.reserved_until.set(until),
        condition=(AccessRow.state == AccessState.RESERVED) & (AccessRow.invite == invite),
    )


def release(email: str, terms: LicenseTerms, *, invite: str) -> Write:
    """Release a reservation, if it is still this invite's."""
    return answer(Access(email=email, terms=terms, state=AccessState.RELEASED, invite=invite))


def move(before: Access, after: Access) -> Write:
    """Write an access whose start or state changed, if it has not changed since it was read."""
    return put(
        _row(after),
        condition=(AccessRow.state == before.state) & (AccessRow.start_at == before.start_at),
        change=_change(after, difference(of_access(before), of_access(after))),
    )


def end(access: Access) -> Write:
    """End an access, if its state is the one that was read.

    Only what changes is written: an index, in which the access was found, may be behind with all else.
    """
    at, after = ref(access.email, access.terms.license), replace(access, state=AccessState.ENDED)
    return update(
        AccessRow(at.pk, at.sk),
        AccessRow.state.set(after.state),
        AccessRow.listing_sk.set(keys.access_listing(after.state, after.email)),
        AccessRow.directory_pk.set(directory.accesses(after.terms.organization, after.state)),
        AccessRow.email_sk.set(after.email),
        AccessRow.due_pk.remove(),
        AccessRow.due_sk.remove(),
        condition=AccessRow.state == access.state,
        change=_change(after, difference(of_access(access), of_access(after))),
    )


def _change(access: Access, figures: Figures) -> FiguresChange:
    return FiguresChange(organization=access.terms.organization, figures=figures)


def state_in(item: Mapping[str, Any] | None) -> Access | None:
    """Read the access that a failed condition returned."""
    return None if item is None else access_of(AccessRow.from_raw_data(item))


def license_range(
    license_id: str, state: AccessState, *, low: str = "", high: str = "", descending: bool = False
) -> KeyRange:
    """Return the range of a license's accesses in one state by address, as it is written."""
    return KeyRange(
        partition=keys.license(license_id),
        index="listing",
        prefix=keys.access_listing(state, ""),
        low=low,
        high=high,
        descending=descending,
    )


def organization_range(
    organization: str, state: AccessState, *, low: str = "", high: str = "", descending: bool = False
) -> KeyRange:
    """Return the range of an organization's accesses by address, in one of the states GIVEN as written."""
    return KeyRange(
        partition=directory.accesses(organization, state),
        index=directory.INDEXES[DirectoryField.EMAIL],
        low=low,
        high=high,
        descending=descending,
    )


def license_of(found: Found) -> str:
    """Return the license of an access that was found in an index."""
    return "" if found.item is None else str(found.item["sk"]["S"]).removeprefix(keys.ACCESS_PREFIX)


def listing_ranges(license_id: str, states: Collection[AccessState]) -> list[KeyRange]:
    """Return the ranges of a license's accesses in some states, by state and address, one behind the other.

    One for each run of states that are neighbors in the listing.
    """
    return [
        KeyRange(
            partition=keys.license(license_id),
            index="listing",
            low=keys.access_listing(first, ""),
            high=keys.access_listing(last, keys.LAST_ADDRESS),
        )
        for first, last in _runs(states)
    ]


def in_listing(found: Sequence[Found]) -> list[Access | None]:
    """Read accesses that were found in the listing of their license, which has them whole."""
    items = (one.item for one in found)
    return [None if item is None else access_of(AccessRow.from_raw_data(item)) for item in items]


def get(table: Table, email: str, license_id: str) -> Access | None:
    """Read an access: one call."""
    row = table.get(ref(email, license_id))
    return None if row is None else access_of(row)


def of_person(table: Table, email: str) -> Iterator[Access]:
    """List a person's accesses in all organizations; strongly consistent, one call for most people."""
    rows = table.query_all(AccessRow, keys.person(email), AccessRow.sk.startswith(keys.ACCESS_PREFIX))
    return (access_of(row) for row in rows)


def of_license(
    table: Table, license_id: str, *, states: Collection[AccessState], limit: int, cursor: str | None
) -> AccessPage:
    """List a license's accesses in some states, by state and address; eventually consistent.

    One call for each run of states that are neighbors in the listing, until the page is full.

    Raises:
        BadCursorError: the cursor is none of this list.
    """
    runs = _runs(states)
    at, start = _position(cursor, len(runs))
    rows: list[AccessRow] = []
    while at < len(runs) and len(rows) < limit:
        first, last = runs[at]
        page = table.query(
            AccessRow,
            keys.license(license_id),
            AccessRow.listing_sk.between(
                keys.access_listing(first, ""), keys.access_listing(last, keys.LAST_ADDRESS)
            ),
            index="listing",
            limit=limit - len(rows),
            cursor=start,
        )
        rows += page.rows
        at, start = (at, page.next) if page.next is not None else (at + 1, None)
    next_ = f"{at}.{start or ''}" if at < len(runs) else None
    return AccessPage(items=[access_of(row) for row in rows], next=next_)


def _runs(states: Collection[AccessState]) -> list[tuple[AccessState, AccessState]]:
    """Return the first and the last state of each run of wanted states in the order of the listing."""
    runs: list[tuple[AccessState, AccessState]] = []
    for is_wanted, run in groupby(sorted(AccessState), key=lambda state: state in states):
        if is_wanted:
            members = list(run)
            runs.append((members[0], members[-1]))
    return runs


def _position(cursor: str | None, runs: int) -> tuple[int, str | None]:
    """Return the run in which a cursor goes on, and its place there; None for the beginning."""
    if cursor is None:
        return 0, None
    at, _, start = cursor.partition(".")
    if at not in {str(run) for run in range(runs)}:
        raise BadCursorError("The cursor cannot be read.")
    return int(at), start or None
