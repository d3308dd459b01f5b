"""Redemptions of codes. They outlive their codes, whose text a later code may have."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from pynamodb.attributes import BooleanAttribute, ListAttribute, UnicodeAttribute

from usher.domain.enrollment.codes import CodeKey, Use
from usher.domain.enrollment.grants import Grant
from usher.store.attributes import InstantAttribute
from usher.store.events import LONGEST_COMMAND
from usher.store.key_ranges import Found, KeyRange, last_beginning_with
from usher.store.keys import codes as code_keys
from usher.store.table import Page, Ref, Row, Table
from usher.store.transaction import Write, put


class UseRow(Row):
    """`CODE#o#text`, `USE#email`; listed under the organization.

    One of a removed code moves to `USE#id#email` when the person redeems a later code of the same text.
    """

    organization = UnicodeAttribute()
    code = UnicodeAttribute()
    code_id = UnicodeAttribute()
    email = UnicodeAttribute()
    at = InstantAttribute()
    license_ids: ListAttribute[str] = ListAttribute(default=list)
    group = UnicodeAttribute(null=True)
    batch = BooleanAttribute(null=True)


def ref(organization: str, text: str, email: str) -> Ref[UseRow]:
    """Return the reference to the item of a person's newest redemption of the text."""
    return Ref(UseRow, code_keys.code(organization, text), code_keys.code_use(email))


def use_of(row: UseRow) -> Use:
    """Read a redemption."""
    return Use(
        organization=row.organization,
        code=CodeKey(id=row.code_id, text=row.code),
        email=row.email,
        at=row.at,
        grant=Grant(licenses=tuple(row.license_ids), group=row.group),
        batch=bool(row.batch),
    )


def record(use: Use, *, before: Use | None) -> list[Write]:
    """Write a person's redemption of the code, if there is none.

    `before` is their redemption of an earlier code of the same text, as it was read; it is kept.
    """
    at = ref(use.organization, use.code.text, use.email)
    if before is None:
        return [put(_row(use, at.sk), condition=UseRow.pk.does_not_exist())]
    past = _row(before, code_keys.past_code_use(before.code.id, before.email))
    return [
        put(_row(use, at.sk), condition=UseRow.code_id == before.code.id),
        put(past, condition=UseRow.pk.does_not_exist()),
    ]


def of_code(
    table: Table, organization: str, code: CodeKey, *, limit: int, cursor: str | None
) -> Page[UseRow]:
    """List a code's redemptions, by address; those of earlier codes of the same text are left out."""
    return table.query(
        UseRow,
        code_keys.code(organization, code.text),
        UseRow.sk.startswith(code_keys.CODE_USE_PREFIX),
        only=UseRow.code_id == code.id,
        limit=limit,
        cursor=cursor,
    )


def address_range(organization: str, code: CodeKey, beginning: str) -> KeyRange:
    """Return the range of a code's redemptions by people whose address has a beginning."""
    return KeyRange(
        partition=code_keys.code(organization, code.text),
        prefix=code_keys.CODE_USE_PREFIX,
        low=beginning,
        high=last_beginning_with(beginning),
        only=UseRow.code_id == code.id,
    )


def whole(found: Sequence[Found]) -> list[Use]:
    """Read redemptions that were found in the table itself."""
    items = (one.item for one in found)
    return [use_of(UseRow.from_raw_data(item)) for item in items if item is not None]


def of_organization(table: Table, organization: str, *, limit: int, cursor: str | None) -> Page[UseRow]:
    """List the redemptions of all of an organization's codes, newest first; eventually consistent."""
    return table.query(
        UseRow,
        code_keys.code_uses_listing(organization),
        index="listing",
        limit=limit,
        cursor=cursor,
        newest_first=True,
    )


def of_person(table: Table, organization: str, email: str, *, happened_at: datetime) -> Iterator[Ref[UseRow]]:
    """Yield the reference of the redemption that a person's event tells of; eventually consistent.

    Its instant is that of the event, or earlier by less than the longest command takes. Read are all
    redemptions of the organization in that time.
    """
    low = code_keys.code_use_listing(happened_at - LONGEST_COMMAND, "", "")
    high = code_keys.code_use_listing(happened_at + timedelta(seconds=1), "", "")
    rows = table.query_all(
        UseRow,
        code_keys.code_uses_listing(organization),
        UseRow.listing_sk.between(low, high),
        index="listing",
        only=UseRow.email == email,
    )
    return (Ref(UseRow, row.pk, row.sk) for row in rows)


def _row(use: Use, sk: str) -> UseRow:
    return UseRow(
        code_keys.code(use.organization, use.code.text),
        sk,
        organization=use.organization,
        code=use.code.text,
        code_id=use.code.id,
        email=use.email,
        at=use.at,
        license_ids=list(use.grant.licenses),
        group=use.grant.group,
        batch=use.batch or None,
        listing_pk=code_keys.code_uses_listing(use.organization),
        listing_sk=code_keys.code_use_listing(use.at, use.code.text, use.email),
    )
