"""Codes and their redemptions."""

from __future__ import annotations

from collections.abc import Iterator

from pynamodb.attributes import BooleanAttribute, ListAttribute, NumberAttribute, UnicodeAttribute

from usher.domain.enrollment.codes import Code, CodeKind, Use
from usher.domain.enrollment.grants import Grant
from usher.store import keys
from usher.store.attributes import EnumAttribute, InstantAttribute
from usher.store.table import Page, Ref, Row, Table
from usher.store.transaction import Write, put, update


class CodeRow(Row):
    """`CODE#o#text`, `CODE`; listed under its organization."""

    text = UnicodeAttribute()
    id = UnicodeAttribute()
    organization = UnicodeAttribute()
    kind = EnumAttribute(CodeKind)
    license_ids: ListAttribute[str] = ListAttribute(default=list)
    group = UnicodeAttribute(null=True)
    name = UnicodeAttribute(null=True)
    message = UnicodeAttribute(null=True)
    cap = NumberAttribute(null=True)
    ends_at = InstantAttribute(null=True)
    domain = UnicodeAttribute(null=True)
    batch = BooleanAttribute(null=True)
    disabled = BooleanAttribute(null=True)
    uses = NumberAttribute()
    created_at = InstantAttribute()
    created_by = UnicodeAttribute()


class UseRow(Row):
    """`CODE#o#text`, `USE#email`; listed under the person."""

    organization = UnicodeAttribute()
    code = UnicodeAttribute()
    email = UnicodeAttribute()
    at = InstantAttribute()


def ref(organization: str, text: str) -> Ref[CodeRow]:
    """Return the reference to the code's item."""
    return Ref(CodeRow, keys.code(organization, text), keys.CODE)


def use_ref(organization: str, text: str, email: str) -> Ref[UseRow]:
    """Return the reference to the item of a person's redemption of the code."""
    return Ref(UseRow, keys.code(organization, text), keys.code_use(email))


def code_of(row: CodeRow) -> Code:
    """Read a code."""
    return Code(
        text=row.text,
        id=row.id,
        organization=row.organization,
        kind=row.kind,
        grant=Grant(licenses=tuple(row.license_ids), group=row.group),
        name=row.name or "",
        message=row.message or "",
        cap=int(row.cap) if row.cap else None,
        ends_at=row.ends_at,
        domain=row.domain or "",
        batch=bool(row.batch),
        disabled=bool(row.disabled),
        uses=int(row.uses),
        created_at=row.created_at,
        created_by=row.created_by,
    )


def use_of(row: UseRow) -> Use:
    """Read a redemption."""
    return Use(organization=row.organization, code=row.code, email=row.email, at=row.at)


def create(code: Code) -> Write:
    """Write a new code, if the organization has none with this text."""
    at = ref(code.organization, code.text)
    row = CodeRow(
        at.pk,
        at.sk,
        text=code.text,
        id=code.id,
        organization=code.organization,
        kind=code.kind,
        license_ids=list(code.grant.licenses),
        group=code.grant.group,
        name=code.name or None,
        message=code.message or None,
        cap=code.cap,
        ends_at=code.ends_at,
        domain=code.domain or None,
        batch=code.batch or None,
        disabled=code.disabled or None,
        uses=code.uses,
        created_at=code.created_at,
        created_by=code.created_by,
        listing_pk=keys.codes_listing(code.organization),
        listing_sk=keys.code_listing(code.id, code.text),
    )
    return put(row, condition=CodeRow.pk.does_not_exist())


def switch(code: Code, *, disabled: bool) -> Write:
    """Disable or enable the code, unless it is so already."""
    at = ref(code.organization, code.text)
    if disabled:
        condition = CodeRow.pk.exists() & CodeRow.disabled.does_not_exist()
        return update(CodeRow(at.pk, at.sk), CodeRow.disabled.set(True), condition=condition)
    return update(CodeRow(at.pk, at.sk), CodeRow.disabled.remove(), condition=CodeRow.disabled.exists())


def count_use(code: Code) -> Write:
    """Add one to the code's uses, if the code is enabled and the cap allows it."""
    at = ref(code.organization, code.text)
    open_ = CodeRow.pk.exists() & CodeRow.disabled.does_not_exist()
    return update(
        CodeRow(at.pk, at.sk),
        CodeRow.uses.add(1),
        condition=open_ if code.cap is None else open_ & (CodeRow.uses < code.cap),
    )


def record_use(use: Use) -> Write:
    """Write a person's redemption of the code, if there is none."""
    at = use_ref(use.organization, use.code, use.email)
    row = UseRow(
        at.pk,
        at.sk,
        organization=use.organization,
        code=use.code,
        email=use.email,
        at=use.at,
        listing_pk=keys.person(use.email),
        listing_sk=keys.code_use_listing(use.organization, use.code),
    )
    return put(row, condition=UseRow.pk.does_not_exist())


def listed(
    table: Table,
    organization: str,
    *,
    kind: CodeKind | None,
    batch: str | None,
    limit: int,
    cursor: str | None,
) -> Page[CodeRow]:
    """List an organization's codes, newest first, those of a batch together."""
    return table.query(
        CodeRow,
        keys.codes_listing(organization),
        None if batch is None else CodeRow.listing_sk.startswith(keys.codes_of(batch)),
        index="listing",
        only=None if kind is None else CodeRow.kind == kind,
        limit=limit,
        cursor=cursor,
        newest_first=True,
    )


def uses(table: Table, organization: str, text: str, *, limit: int, cursor: str | None) -> Page[UseRow]:
    """List a code's redemptions, by address."""
    return table.query(
        UseRow,
        keys.code(organization, text),
        UseRow.sk.startswith(keys.CODE_USE_PREFIX),
        limit=limit,
        cursor=cursor,
    )


def made_by(table: Table, organization: str, email: str) -> Iterator[CodeRow]:
    """List the organization's codes that a manager created; eventually consistent."""
    return table.query_all(
        CodeRow, keys.codes_listing(organization), index="listing", only=CodeRow.created_by == email
    )


def uses_of(table: Table, organization: str, email: str) -> Iterator[Use]:
    """List a person's redemptions of the organization's codes; eventually consistent."""
    rows = table.query_all(
        UseRow,
        keys.person(email),
        UseRow.listing_sk.startswith(keys.code_use_listing(organization, "")),
        index="listing",
    )
    return (use_of(row) for row in rows)
