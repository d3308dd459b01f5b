"""Names and slugs of organizations, sorted, by which operators find them."""

from __future__ import annotations

from collections.abc import Iterable

from pynamodb.attributes import UnicodeAttribute

from usher.domain.organizations import Organization
from usher.store.keys import operators as keys
from usher.store.table import Page, Row, Table
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


def beginning_with(table: Table, text: str, *, limit: int, cursor: str | None) -> Page[OrganizationNameRow]:
    """List the names and slugs that begin with a folded text, in their order."""
    prefix = keys.organization_name_prefix(text)
    return table.query(
        OrganizationNameRow,
        keys.ORGANIZATION_NAMES,
        OrganizationNameRow.sk.startswith(prefix),
        limit=limit,
        cursor=cursor,
    )


def organizations_in(rows: Iterable[OrganizationNameRow]) -> list[str]:
    """Return the ids of the organizations, each once."""
    return list(dict.fromkeys(row.organization for row in rows))


def _row(organization: Organization, text: str) -> OrganizationNameRow:
    return OrganizationNameRow(
        keys.ORGANIZATION_NAMES,
        keys.organization_name(text, organization.id),
        organization=organization.id,
        text=text,
    )
