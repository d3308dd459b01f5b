"""Join pages and their unique slugs."""

from __future__ import annotations

from pynamodb.attributes import (
    BooleanAttribute,
    ListAttribute,
    NumberAttribute,
    UnicodeAttribute,
    VersionAttribute,
)

from usher.domain.enrollment.grants import Grant
from usher.domain.enrollment.join_pages import JoinPage, WhenFull
from usher.domain.languages import Language
from usher.store import keys
from usher.store.attributes import EnumAttribute
from usher.store.table import Ref, Row, Table
from usher.store.transaction import Write, check, delete, put


class JoinPageRow(Row):
    """`ORG#o`, `JOIN_PAGE`: the organization's join page."""

    slug = UnicodeAttribute()
    is_on = BooleanAttribute()
    domains: ListAttribute[str] = ListAttribute(default=list)
    addresses: ListAttribute[str] = ListAttribute(null=True)
    license_ids: ListAttribute[str] = ListAttribute(default=list)
    group = UnicodeAttribute(null=True)
    approval = BooleanAttribute()
    when_full = EnumAttribute(WhenFull)
    language = EnumAttribute(Language, null=True)
    version = VersionAttribute()


class JoinSlugRow(Row):
    """`JOIN#slug`, `JOIN`: the organization whose page has the slug."""

    organization = UnicodeAttribute()


def ref(organization: str) -> Ref[JoinPageRow]:
    """Return the reference to the item of the organization's page."""
    return Ref(JoinPageRow, keys.organization(organization), keys.JOIN_PAGE)


def slug_ref(slug: str) -> Ref[JoinSlugRow]:
    """Return the reference to the slug's item."""
    return Ref(JoinSlugRow, keys.join_slug(slug), keys.JOIN)


def page_of(row: JoinPageRow, organization: str) -> JoinPage:
    """Read a page."""
    return JoinPage(
        organization=organization,
        slug=row.slug,
        is_on=row.is_on,
        domains=tuple(row.domains),
        addresses=tuple(row.addresses or ()),
        grant=Grant(licenses=tuple(row.license_ids), group=row.group),
        approval=row.approval,
        when_full=row.when_full,
        language=row.language,
        version=row.version,
    )


def write(page: JoinPage) -> Write:
    """Write the page, if its version is the one that was read; a page without a version must be new."""
    at = ref(page.organization)
    row = JoinPageRow(
        at.pk,
        at.sk,
        slug=page.slug,
        is_on=page.is_on,
        domains=list(page.domains),
        addresses=list(page.addresses) or None,
        license_ids=list(page.grant.licenses),
        group=page.grant.group,
        approval=page.approval,
        when_full=page.when_full,
        language=page.language,
    )
    if page.version is not None:  # PynamoDB takes a new item's version as unset, and not as None
        row.version = page.version
    return put(row)


class _VersionRow(Row):
    """The page's key and version alone."""

    version = NumberAttribute()


def unchanged(page: JoinPage) -> Write:
    """Require, without a change, that the page has not changed since it was read."""
    at = ref(page.organization)
    return check(_VersionRow(at.pk, at.sk), _VersionRow.version == page.version)


def claim_slug(slug: str, organization: str) -> Write:
    """Give the slug to the organization's page, if no page has it."""
    at = slug_ref(slug)
    row = JoinSlugRow(at.pk, at.sk, organization=organization)
    return put(row, condition=JoinSlugRow.pk.does_not_exist())


def free_slug(slug: str) -> Write:
    """Free the slug for other pages."""
    at = slug_ref(slug)
    return delete(JoinSlugRow(at.pk, at.sk))


def by_slug(table: Table, slug: str) -> str | None:
    """Return the organization whose page has the slug: one call."""
    row = table.get(slug_ref(slug))
    return None if row is None else row.organization


def get(table: Table, organization: str) -> JoinPage | None:
    """Read an organization's page: one call."""
    row = table.get(ref(organization))
    return None if row is None else page_of(row, organization)
