"""Join pages, and the slugs that are theirs alone."""

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
from usher.store import keys
from usher.store.attributes import EnumAttribute
from usher.store.table import Ref, Row, Table
from usher.store.transaction import Write, check, delete, put


class JoinPageRow(Row):
    """`ORG#o`, `JOIN_PAGE`."""

    slug = UnicodeAttribute()
    is_on = BooleanAttribute()
    domains: ListAttribute[str] = ListAttribute(default=list)
    license_ids: ListAttribute[str] = ListAttribute(default=list)
    group = UnicodeAttribute(null=True)
    approval = BooleanAttribute()
    when_full = EnumAttribute(WhenFull)
    version = VersionAttribute()


class JoinSlugRow(Row):
    """`JOIN#slug`, `JOIN`: whose the page is."""

    organization = UnicodeAttribute()


def ref(organization: str) -> Ref[JoinPageRow]:
    """Where the organization's page stands."""
    return Ref(JoinPageRow, keys.organization(organization), keys.JOIN_PAGE)


def slug_ref(slug: str) -> Ref[JoinSlugRow]:
    """Where it stands whose page has the slug."""
    return Ref(JoinSlugRow, keys.join_slug(slug), keys.JOIN)


def page_of(row: JoinPageRow, organization: str) -> JoinPage:
    """Read a page."""
    return JoinPage(
        organization=organization,
        slug=row.slug,
        is_on=row.is_on,
        domains=tuple(row.domains),
        grant=Grant(licenses=tuple(row.license_ids), group=row.group),
        approval=row.approval,
        when_full=row.when_full,
        version=row.version,
    )


def write(page: JoinPage) -> Write:
    """Write the page, if it still is of the version that was read; a new one if there was none."""
    at = ref(page.organization)
    row = JoinPageRow(
        at.pk,
        at.sk,
        slug=page.slug,
        is_on=page.is_on,
        domains=list(page.domains),
        license_ids=list(page.grant.licenses),
        group=page.grant.group,
        approval=page.approval,
        when_full=page.when_full,
    )
    if page.version is not None:  # PynamoDB takes a new item's version as unset, and not as None
        row.version = page.version
    return put(row)


class _Bare(Row):
    """The page's key and version alone."""

    version = NumberAttribute()


def unchanged(page: JoinPage) -> Write:
    """Let the transaction stand only while the page is as it was read: on, and giving the same."""
    at = ref(page.organization)
    return check(_Bare(at.pk, at.sk), _Bare.version == page.version)


def claim_slug(slug: str, organization: str) -> Write:
    """Make the slug the organization's page's, if it is nobody's."""
    at = slug_ref(slug)
    row = JoinSlugRow(at.pk, at.sk, organization=organization)
    return put(row, condition=JoinSlugRow.pk.does_not_exist())


def free_slug(slug: str) -> Write:
    """Make the slug nobody's."""
    at = slug_ref(slug)
    return delete(JoinSlugRow(at.pk, at.sk))


def by_slug(table: Table, slug: str) -> str | None:
    """Return whose page has the slug: one call."""
    row = table.get(slug_ref(slug))
    return None if row is None else row.organization


def get(table: Table, organization: str) -> JoinPage | None:
    """Read an organization's page: one call."""
    row = table.get(ref(organization))
    return None if row is None else page_of(row, organization)
