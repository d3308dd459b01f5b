"""Codes."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from functools import reduce
from operator import and_, or_
from typing import TypeVar

from pynamodb.attributes import Attribute, BooleanAttribute, ListAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.expressions.condition import Condition

from usher.domain.directory import DirectoryField, folded
from usher.domain.enrollment.codes import Code, CodeKind, CodeState
from usher.domain.enrollment.grants import Grant
from usher.domain.figures import Figures, FiguresChange, difference, negative, of_code
from usher.domain.languages import Language
from usher.domain.versions import written
from usher.store import keys
from usher.store.attributes import EnumAttribute, InstantAttribute
from usher.store.changes import changes
from usher.store.key_ranges import Found, KeyRange, last_beginning_with, refs_of
from usher.store.keys import codes as code_keys
from usher.store.keys import directory
from usher.store.table import Ref, Row, Table
from usher.store.transaction import Write, delete, put, update

_T = TypeVar("_T")


class CodeRow(Row):
    """`CODE#o#text`, `CODE`; listed under its organization; due at its end, until that was processed."""

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
    end_processed = BooleanAttribute(null=True)
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
        end_processed=bool(row.end_processed),
        uses=int(row.uses),
        language=row.language,
        created_at=row.created_at,
        created_by=row.created_by,
        version=int(row.version) if row.version else None,
    )


def create(code: Code) -> Write:
    """Write a new code, if the organization has none with this text."""
    return put(_row(code), condition=CodeRow.pk.does_not_exist(), change=_change(code, of_code(code)))


def _change(code: Code, figures: Figures) -> FiguresChange:
    return FiguresChange(organization=code.organization, figures=figures)


def _becoming(before: Code, after: Code) -> FiguresChange:
    return _change(before, difference(of_code(before), of_code(after)))


def _row(code: Code) -> CodeRow:
    at = ref(code.organization, code.text)
    identity = f"{code.organization}#{code.text}"
    due_at = None if code.end_processed else code.ends_at
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
        end_processed=code.end_processed or None,
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
        due_pk=None if due_at is None else keys.due_shard(identity),
        due_sk=None if due_at is None else keys.due(due_at, identity),
    )


def change(before: Code, after: Code) -> Write:
    """Write the code's new name, message, cap and end, unless the code was changed since it was read.

    The condition compares the cap with the uses as they are when it is written.
    """
    row = _row(before)
    condition = _as_read(before)
    if after.cap is not None:
        condition &= CodeRow.uses == after.cap if after.is_used_up else CodeRow.uses < after.cap
    return update(
        CodeRow(row.pk, row.sk),
        *changes(row, _row(written(after))),
        condition=condition,
        change=_becoming(before, after),
    )


def _as_read(code: Code) -> Condition:
    """The condition that the code was not changed since it was read; a use below the cap is no change."""
    unchanged: Condition = _counts_as(code) & _has(CodeRow.version, code.version)
    return unchanged


def switch(code: Code, *, disabled: bool) -> Write:
    """Disable or enable the code, unless it was changed since it was read."""
    at = ref(code.organization, code.text)
    before = replace(code, disabled=not disabled)
    return update(
        CodeRow(at.pk, at.sk),
        CodeRow.disabled.set(True) if disabled else CodeRow.disabled.remove(),
        CodeRow.version.add(1),
        condition=_as_read(before),
        change=_becoming(before, replace(code, disabled=disabled)),
    )


def end(code: Code) -> Write:
    """Count the code, whose end is over, as ended, unless it was changed since it was read."""
    at = ref(code.organization, code.text)
    return update(
        CodeRow(at.pk, at.sk),
        CodeRow.end_processed.set(True),
        CodeRow.due_pk.remove(),
        CodeRow.due_sk.remove(),
        condition=_as_read(code) & (CodeRow.ends_at == code.ends_at),
        change=_becoming(code, replace(code, end_processed=True)),
    )


def remove(code: Code, *, now: datetime) -> Write:
    """Remove the code, if it can still not be redeemed and its uses are those that were read."""
    at = ref(code.organization, code.text)
    dead = CodeRow.disabled.exists() | (CodeRow.ends_at <= now) | (CodeRow.uses >= CodeRow.cap)
    return delete(
        CodeRow(at.pk, at.sk),
        condition=_counts_as(code) & (CodeRow.uses == code.uses) & dead,
        change=_change(code, negative(of_code(code))),
    )


def count_use(code: Code) -> Write:
    """Add one to the uses of an active code whose cap is still the one that was read and allows it.

    The use that reaches the cap is written on the condition that it is this one.
    """
    at = ref(code.organization, code.text)
    condition = _is_this(code) & CodeRow.disabled.does_not_exist() & CodeRow.end_processed.does_not_exist()
    condition &= _has(CodeRow.cap, code.cap)
    after = replace(code, uses=code.uses + 1)
    if code.cap is not None:
        last = code.cap - 1
        condition &= CodeRow.uses == last if after.is_used_up else CodeRow.uses < last
    return update(
        CodeRow(at.pk, at.sk), CodeRow.uses.add(1), condition=condition, change=_becoming(code, after)
    )


def _counts_as(code: Code) -> Condition:
    """The condition that the item is the code's, in the state in which the code that was read is counted."""
    conditions = [
        _is_this(code),
        _has(CodeRow.disabled, code.disabled or None),
        _has(CodeRow.end_processed, code.end_processed or None),
        _has(CodeRow.cap, code.cap),
    ]
    if code.cap is not None:
        conditions.append(CodeRow.uses >= code.cap if code.is_used_up else CodeRow.uses < code.cap)
    return reduce(and_, conditions)


def _has(attribute: Attribute[_T], value: _T | None) -> Condition:
    """The condition that the attribute has the value; for None, that there is none."""
    return attribute.does_not_exist() if value is None else attribute == value


def _is_this(code: Code) -> Condition:
    """The condition that the item is the code's, and not that of a later code of the same text."""
    return CodeRow.id == code.id


def created_range(
    organization: str,
    *,
    kinds: Collection[CodeKind],
    batch: str | None,
    states: Collection[CodeState],
    now: datetime,
    descending: bool,
) -> KeyRange:
    """Return the range of an organization's codes, or of a batch, by creation; those of a batch are together.

    With `kinds`, those of one of them; with `states`, those that are in one of them at `now`.
    """
    filters: list[Condition] = [CodeRow.kind.is_in(*kinds)] if kinds else []
    if states:
        filters.append(reduce(or_, [_in_state(one, now) for one in states]))
    beginning = "" if batch is None else code_keys.codes_of(batch)
    return KeyRange(
        partition=code_keys.codes_listing(organization),
        index="listing",
        low=beginning,
        high=last_beginning_with(beginning),
        descending=descending,
        only=reduce(and_, filters) if filters else None,
    )


def in_listing(found: Sequence[Found]) -> list[Code | None]:
    """Read codes that were found in the listing, which has them whole."""
    items = (one.item for one in found)
    return [None if item is None else code_of(CodeRow.from_raw_data(item)) for item in items]


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


def range_beginning(
    organization: str, field: DirectoryField, prefix: str = "", *, descending: bool = False
) -> KeyRange:
    """Return the range of an organization's codes whose text (EMAIL) or name (LAST_NAME) has a beginning."""
    return KeyRange(
        partition=directory.codes(organization),
        index=directory.INDEXES[field],
        low=prefix,
        high=last_beginning_with(prefix),
        descending=descending,
    )


def in_directory(table: Table, found: Sequence[Found]) -> list[Code | None]:
    """Read codes that were found by text or name: one call for each hundred."""
    refs = refs_of(CodeRow, found)
    rows = table.get_many(refs)
    return [None if (row := rows.get(at)) is None else code_of(row) for at in refs]


def of_organization(table: Table, organization: str) -> Iterator[Code]:
    """Yield an organization's codes; eventually consistent."""
    rows = table.query_all(CodeRow, code_keys.codes_listing(organization), index="listing")
    return map(code_of, rows)


def made_by(table: Table, organization: str, email: str) -> Iterator[CodeRow]:
    """List the organization's codes that a manager created; eventually consistent."""
    return table.query_all(
        CodeRow, code_keys.codes_listing(organization), index="listing", only=CodeRow.created_by == email
    )
