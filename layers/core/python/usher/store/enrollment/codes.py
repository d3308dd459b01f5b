"""Codes."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from functools import reduce
from operator import and_, or_

from pynamodb.attributes import BooleanAttribute, ListAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.expressions.condition import Condition

from usher.domain.directory import DirectoryField, folded
from usher.domain.enrollment.codes import Code, CodeKind, CodeState
from usher.domain.enrollment.grants import Grant
from usher.domain.languages import Language
from usher.domain.versions import written
from usher.store.attributes import EnumAttribute, InstantAttribute
from usher.store.changes import changes
from usher.store.key_ranges import Found, KeyRange, last_beginning_with
from usher.store.keys import codes as code_keys
from usher.store.keys import directory
from usher.store.table import Page, Ref, Row, Table
from usher.store.transaction import Write, delete, put, update


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
    language = EnumAttribute(Language, null=True)
    created_at = InstantAttribute()
    created_by = UnicodeAttribute()
    version = NumberAttribute(null=True)


def ref(organization: str, text: str) -> Ref[CodeRow]:
    """Return the reference to the code's item."""
    return Ref(CodeRow, code_keys.code(organization, text), code_keys.CODE)


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
        language=row.language,
        created_at=row.created_at,
        created_by=row.created_by,
        version=int(row.version) if row.version else None,
    )


def create(code: Code) -> Write:
    """Write a new code, if the organization has none with this text."""
    return put(_row(code), condition=CodeRow.pk.does_not_exist())


def _row(code: Code) -> CodeRow:
    at = ref(code.organization, code.text)
    return CodeRow(
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
        language=code.language,
        created_at=code.created_at,
        created_by=code.created_by,
        version=code.version,
        listing_pk=code_keys.codes_listing(code.organization),
        listing_sk=code_keys.code_listing(code.id, code.text),
        directory_pk=directory.codes(code.organization),
        email_sk=code.text,
        last_name_sk=directory.code_name(folded(code.name), code.id, code.text),
    )


def change(before: Code, after: Code) -> Write:
    """Write the code's new name, message, cap and end, unless the code was changed since it was read.

    The condition compares the cap with the uses as they are when it is written.
    """
    row = _row(before)
    condition = _as_read(before)
    if after.cap is not None:
        condition &= CodeRow.uses <= after.cap
    return update(CodeRow(row.pk, row.sk), *changes(row, _row(written(after))), condition=condition)


def _as_read(code: Code) -> Condition:
    """Return the condition that the code was not changed since it was read; uses are no change."""
    version: Condition = CodeRow.version == code.version
    return _is_this(code) & (CodeRow.version.does_not_exist() if code.version is None else version)


def switch(code: Code, *, disabled: bool) -> Write:
    """Disable or enable the code, unless it was changed since it was read."""
    at = ref(code.organization, code.text)
    switched = CodeRow.disabled.set(True) if disabled else CodeRow.disabled.remove()
    return update(CodeRow(at.pk, at.sk), switched, CodeRow.version.add(1), condition=_as_read(code))


def remove(code: Code, *, now: datetime) -> Write:
    """Remove the code, if it can still not be redeemed and its uses are those that were read."""
    at = ref(code.organization, code.text)
    dead = CodeRow.disabled.exists() | (CodeRow.ends_at <= now) | (CodeRow.uses >= CodeRow.cap)
    return delete(CodeRow(at.pk, at.sk), condition=_is_this(code) & (CodeRow.uses == code.uses) & dead)


def count_use(code: Code) -> Write:
    """Add one to the code's uses, if it is enabled and its present cap allows it, whatever cap was read."""
    at = ref(code.organization, code.text)
    within_cap = CodeRow.cap.does_not_exist() | (CodeRow.uses < CodeRow.cap)
    return update(
        CodeRow(at.pk, at.sk),
        CodeRow.uses.add(1),
        condition=_is_this(code) & CodeRow.disabled.does_not_exist() & within_cap,
    )


def _is_this(code: Code) -> Condition:
    """The condition that the item is the code's, and not that of a later code of the same text."""
    return CodeRow.id == code.id


def listed(
    table: Table,
    organization: str,
    *,
    kind: CodeKind | None,
    batch: str | None,
    states: Collection[CodeState] = (),
    now: datetime,
    limit: int,
    cursor: str | None,
) -> Page[CodeRow]:
    """List an organization's codes, newest first, those of a batch together.

    With `states`, those that are in one of them at `now`.
    """
    filters: list[Condition] = [] if kind is None else [CodeRow.kind == kind]
    if states:
        filters.append(reduce(or_, [_in_state(one, now) for one in states]))
    return table.query(
        CodeRow,
        code_keys.codes_listing(organization),
        None if batch is None else CodeRow.listing_sk.startswith(code_keys.codes_of(batch)),
        index="listing",
        only=reduce(and_, filters) if filters else None,
        limit=limit,
        cursor=cursor,
        newest_first=True,
    )


def _in_state(state: CodeState, now: datetime) -> Condition:
    """Return the condition that a code is in the state, as `Code.state_at` has them."""
    disabled, ended, used_up = CodeRow.disabled.exists(), CodeRow.ends_at <= now, CodeRow.uses >= CodeRow.cap
    conditions: dict[CodeState, Condition] = {
        CodeState.DISABLED: disabled,
        CodeState.ENDED: ~disabled & ended,
        CodeState.USED_UP: ~disabled & ~ended & used_up,
        CodeState.ACTIVE: ~disabled & ~ended & ~used_up,
    }
    return conditions[state]


def range_beginning(organization: str, field: DirectoryField, prefix: str) -> KeyRange:
    """Return the range of an organization's codes whose text (EMAIL) or name (LAST_NAME) has a beginning."""
    return KeyRange(
        partition=directory.codes(organization),
        index=directory.INDEXES[field],
        low=prefix,
        high=last_beginning_with(prefix),
    )


def in_directory(table: Table, found: Sequence[Found]) -> list[Code | None]:
    """Read codes that were found by text or name: one call for each hundred."""
    refs = [Ref(CodeRow, one.item["pk"]["S"], one.item["sk"]["S"]) for one in found if one.item is not None]
    rows = table.get_many(refs)
    return [None if (row := rows.get(at)) is None else code_of(row) for at in refs]


def made_by(table: Table, organization: str, email: str) -> Iterator[CodeRow]:
    """List the organization's codes that a manager created; eventually consistent."""
    return table.query_all(
        CodeRow, code_keys.codes_listing(organization), index="listing", only=CodeRow.created_by == email
    )
