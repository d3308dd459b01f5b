"""Names and slugs of organizations, sorted, by which operators find them."""

from __future__ import annotations

from collections.abc import Sequence

from pynamodb.attributes import UnicodeAttribute

from usher.domain.organizations import Organization
from usher.store import organizations
from usher.store.key_ranges import Found, KeyRange, last_beginning_with
from usher.store.keys import operators as keys
from usher.store.table import Row, Table
from usher.store.transaction import Write, delete, put


class OrganizationNameRow(Row):
    """`ORGANIZATION_NAMES`, `text#o`: the organization's name, folded, or its slug."""

    organization = UnicodeAttribute()
    text = UnicodeAttribute()


def enter(organization: Organization) -> list[Write]:
    """Write the name and the slug of a new organization."""
    return [put(_row(organization, text)) for text in sorted(organization.search_texts)]


def move(before: Organization, after: Organization) -> list[Write]:
    """Write what a renamed organization is found by now, and remove what it is not found by any more."""
    gone, new = before.search_texts - after.search_texts, after.search_texts - before.search_texts
    return [
        *(delete(_row(before, text)) for text in sorted(gone)),
        *(put(_row(after, text)) for text in sorted(new)),
    ]


def beginning_with(text: str) -> KeyRange:
    """Return the range of the names and slugs that begin with a folded text."""
    prefix = keys.organization_name_prefix(text)
    return KeyRange(partition=keys.ORGANIZATION_NAMES, low=prefix, high=last_beginning_with(prefix))


def in_range(table: Table, found: Sequence[Found]) -> list[tuple[Organization, str] | None]:
    """Read the organizations, each with the name or slug that it was found by: one call for each hundred."""
    entries = [None if one.item is None else OrganizationNameRow.from_raw_data(one.item) for one in found]
    rows = table.get_many([organizations.ref(one.organization) for one in entries if one is not None])
    return [
        None
        if one is None or (row := rows.get(organizations.ref(one.organization))) is None
        else (organizations.organization_of(row), one.text)
        for one in entries
    ]


def _row(organization: Organization, text: str) -> OrganizationNameRow:
    return OrganizationNameRow(
        keys.ORGANIZATION_NAMES,
        keys.organization_name(text, organization.id),
        organization=organization.id,
        text=text,
    )
