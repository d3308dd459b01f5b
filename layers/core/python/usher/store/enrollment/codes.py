"""Codes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from functools import reduce
from operator import and_
from typing import TypeVar

from pynamodb.attributes import Attribute, BooleanAttribute, ListAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from usher.domain.directory import folded
from usher.domain.enrollment.codes import Code, CodeKind
from usher.domain.enrollment.grants import Grant
from usher.domain.figures import Figures, FiguresChange, difference, negative, of_code
from usher.domain.languages import Language
from usher.domain.versions import written
from usher.store import keys
from usher.store.attributes import EnumAttribute, InstantAttribute
from usher.store.changes import changes
from usher.store.keys import codes as code_keys
from usher.store.keys import directory
from usher.store.table import Ref, Row, Table
from usher.store.transaction import Write, delete, put, update

_T = TypeVar("_T")


class CodeRow(Row):
    """`CODE#o#text`, `CODE`; listed under its organization; due at its end, until that was processed.

    In the directory it is by its text, by its name, and by the kind and the state in which it is counted.
    """

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
        first_name_sk=_state_key(code),
        last_name_sk=directory.code_name(folded(code.name), code.id, code.text),
        due_pk=None if due_at is None else keys.due_shard(identity),
        due_sk=None if due_at is None else keys.due(due_at, identity),
    )


def _state_key(code: Code) -> str:
    return code_keys.code_in_state(code.kind, code.processed_state, code.id, code.text, code.ends_at)


def _state_moved(before: Code, after: Code) -> list[Action]:
    """The action that moves the code's entry by kind and state; none where the state stays."""
    key = _state_key(after)
    return [] if key == _state_key(before) else [CodeRow.first_name_sk.set(key)]


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
    before, after = replace(code, disabled=not disabled), replace(code, disabled=disabled)
    return update(
        CodeRow(at.pk, at.sk),
        CodeRow.disabled.set(True) if disabled else CodeRow.disabled.remove(),
        CodeRow.version.add(1),
        *_state_moved(before, after),
        condition=_as_read(before),
        change=_becoming(before, after),
    )


def end(code: Code) -> Write:
    """Count the code, whose end is over, as ended, unless it was changed since it was read."""
    at = ref(code.organization, code.text)
    after = replace(code, end_processed=True)
    return update(
        CodeRow(at.pk, at.sk),
        CodeRow.end_processed.set(True),
        CodeRow.due_pk.remove(),
        CodeRow.due_sk.remove(),
        *_state_moved(code, after),
        condition=_as_read(code) & (CodeRow.ends_at == code.ends_at),
        change=_becoming(code, after),
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

    The use that reaches the cap is written on the condition that it is this one, and that the end is the one
    that was read, which stands in the code's entry by kind and state.
    """
    at = ref(code.organization, code.text)
    condition = _is_this(code) & CodeRow.disabled.does_not_exist() & CodeRow.end_processed.does_not_exist()
    condition &= _has(CodeRow.cap, code.cap)
    after = replace(code, uses=code.uses + 1)
    if code.cap is not None:
        last = code.cap - 1
        condition &= CodeRow.uses == last if after.is_used_up else CodeRow.uses < last
    moved = _state_moved(code, after)
    if moved:
        condition &= _has(CodeRow.ends_at, code.ends_at)
    return update(
        CodeRow(at.pk, at.sk),
        CodeRow.uses.add(1),
        *moved,
        condition=condition,
        change=_becoming(code, after),
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


def of_organization(table: Table, organization: str) -> Iterator[Code]:
    """Yield an organization's codes; eventually consistent."""
    rows = table.query_all(CodeRow, code_keys.codes_listing(organization), index="listing")
    return map(code_of, rows)


def made_by(table: Table, organization: str, email: str) -> Iterator[CodeRow]:
    """List the organization's codes that a manager created; eventually consistent."""
    return table.query_all(
        CodeRow, code_keys.codes_listing(organization), index="listing", only=CodeRow.created_by == email
    )
