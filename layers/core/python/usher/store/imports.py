"""Imports: their state and counts. Their rows are in files."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.expressions.condition import Condition

from usher.domain import figures
from usher.domain.directory import DirectoryField, folded
from usher.domain.imports.imports import Defaults, FileColumn, FileProblem, Import, ImportState, Only, Pool
from usher.domain.imports.verdicts import Verdict
from usher.domain.languages import Language
from usher.store import keys
from usher.store.attributes import EnumAttribute, InstantAttribute
from usher.store.changes import changes
from usher.store.key_ranges import Found, KeyRange, last_beginning_with, refs_of
from usher.store.keys import directory
from usher.store.table import Page, Ref, Row, Table
from usher.store.transaction import Write, check, put, update


class ImportRow(Row):
    """`ORG#o`, `IMPORT#ulid`; in the directory by the file's name, by state, and by the name in each state.

    Counts and defaults are JSON text, since no condition reads them.
    """

    id = UnicodeAttribute()
    organization = UnicodeAttribute()
    file_name = UnicodeAttribute()
    state = EnumAttribute(ImportState)
    created_at = InstantAttribute()
    created_by = UnicodeAttribute()
    defaults = UnicodeAttribute()
    file_tag = UnicodeAttribute(null=True)
    rows = NumberAttribute()
    columns = UnicodeAttribute(null=True)
    suggestions = NumberAttribute()
    chunks = NumberAttribute()
    checked = NumberAttribute()
    ran = NumberAttribute()
    verdicts = UnicodeAttribute()
    outcomes = UnicodeAttribute()
    verdict_chunks = UnicodeAttribute(null=True)
    outcome_chunks = UnicodeAttribute(null=True)
    pools = UnicodeAttribute()
    problem = UnicodeAttribute(null=True)
    checked_at = InstantAttribute(null=True)
    confirmed_at = InstantAttribute(null=True)
    confirmed_by = UnicodeAttribute(null=True)
    only = EnumAttribute(Only, null=True)
    ended_at = InstantAttribute(null=True)


def ref(organization: str, import_id: str) -> Ref[ImportRow]:
    """Return the reference to the import's item."""
    return Ref(ImportRow, keys.organization(organization), keys.import_(import_id))


def import_of(row: ImportRow) -> Import:
    """Read an import."""
    defaults = json.loads(row.defaults)
    return Import(
        id=row.id,
        organization=row.organization,
        file_name=row.file_name,
        created_at=row.created_at,
        created_by=row.created_by,
        defaults=Defaults(
            groups=tuple(defaults["groups"]),
            licenses=tuple(defaults["licenses"]),
            access_start=defaults["access_start"],
            message=defaults["message"],
            language=Language(defaults["language"]) if defaults.get("language") else None,
        ),
        state=row.state,
        file_tag=row.file_tag or "",
        rows=int(row.rows),
        columns=tuple(FileColumn(**one) for one in json.loads(row.columns or "[]")),
        suggestions=int(row.suggestions),
        chunks=int(row.chunks),
        checked=int(row.checked),
        ran=int(row.ran),
        verdicts={Verdict(name): rows for name, rows in json.loads(row.verdicts).items()},
        outcomes={Verdict(name): rows for name, rows in json.loads(row.outcomes).items()},
        verdict_chunks=_chunks_in(row.verdict_chunks),
        outcome_chunks=_chunks_in(row.outcome_chunks),
        pools={id_: Pool(**pool) for id_, pool in json.loads(row.pools).items()},
        problem=FileProblem(**json.loads(row.problem)) if row.problem else None,
        checked_at=row.checked_at,
        confirmed_at=row.confirmed_at,
        confirmed_by=row.confirmed_by or "",
        only=row.only,
        ended_at=row.ended_at,
    )


def _row(import_: Import) -> ImportRow:
    at = ref(import_.organization, import_.id)
    name = directory.named(folded(import_.file_name), import_.id)
    return ImportRow(
        at.pk,
        at.sk,
        id=import_.id,
        organization=import_.organization,
        file_name=import_.file_name,
        state=import_.state,
        created_at=import_.created_at,
        created_by=import_.created_by,
        defaults=json.dumps(asdict(import_.defaults)),
        file_tag=import_.file_tag or None,
        rows=import_.rows,
        columns=json.dumps([asdict(one) for one in import_.columns]) if import_.columns else None,
        suggestions=import_.suggestions,
        chunks=import_.chunks,
        checked=import_.checked,
        ran=import_.ran,
        verdicts=json.dumps(import_.verdicts),
        outcomes=json.dumps(import_.outcomes),
        verdict_chunks=_chunks_text(import_.verdict_chunks),
        outcome_chunks=_chunks_text(import_.outcome_chunks),
        pools=json.dumps({id_: asdict(pool) for id_, pool in import_.pools.items()}),
        problem=json.dumps(asdict(import_.problem)) if import_.problem else None,
        checked_at=import_.checked_at,
        confirmed_at=import_.confirmed_at,
        confirmed_by=import_.confirmed_by or None,
        only=import_.only,
        ended_at=import_.ended_at,
        directory_pk=directory.imports(import_.organization),
        email_sk=directory.in_state(import_.state, import_.id),
        first_name_sk=directory.in_state(import_.state, name),
        last_name_sk=name,
    )


def _chunks_text(chunks: Mapping[Verdict, int]) -> str | None:
    """Return the chunks of each verdict as text, their bits in hexadecimal digits."""
    return json.dumps({verdict: f"{bits:x}" for verdict, bits in chunks.items()}) if chunks else None


def _chunks_in(text: str | None) -> dict[Verdict, int]:
    return {Verdict(name): int(bits, 16) for name, bits in json.loads(text or "{}").items()}


def create(import_: Import) -> Write:
    """Write a new import."""
    return put(_row(import_), condition=ImportRow.pk.does_not_exist(), change=_change(None, import_))


def change(before: Import, after: Import) -> Write:
    """Write what differs, if the import's state and progress have not changed since it was read."""
    row = _row(before)
    return update(row, *changes(row, _row(after)), condition=_as_read(before), change=_change(before, after))


def _change(before: Import | None, after: Import) -> figures.FiguresChange:
    was = figures.NONE if before is None else figures.of_state(figures.IMPORTS, before.state)
    moved = figures.difference(was, figures.of_state(figures.IMPORTS, after.state))
    return figures.FiguresChange(organization=after.organization, figures=moved)


def is_running(organization: str, import_id: str) -> Write:
    """Require, without a change, that the import is running, so that a canceled one invites nobody."""
    at = ref(organization, import_id)
    return check(ImportRow(at.pk, at.sk), ImportRow.state == ImportState.RUNNING)


def _as_read(before: Import) -> Condition:
    as_read: Condition = (
        (ImportRow.state == before.state)
        & (ImportRow.chunks == before.chunks)
        & (ImportRow.checked == before.checked)
        & (ImportRow.ran == before.ran)
    )
    return as_read


def get(table: Table, organization: str, import_id: str) -> Import | None:
    """Read an import: one call."""
    row = table.get(ref(organization, import_id))
    return None if row is None else import_of(row)


def listed(table: Table, organization: str, *, limit: int, cursor: str | None) -> Page[ImportRow]:
    """List an organization's imports, newest first."""
    return table.query(
        ImportRow,
        keys.organization(organization),
        ImportRow.sk.startswith(keys.IMPORT_PREFIX),
        limit=limit,
        cursor=cursor,
        newest_first=True,
    )


def created_range(organization: str, *, descending: bool) -> KeyRange:
    """Return the range of an organization's imports by id."""
    return KeyRange(
        partition=keys.organization(organization), prefix=keys.IMPORT_PREFIX, descending=descending
    )


def state_range(organization: str, state: ImportState, *, descending: bool) -> KeyRange:
    """Return the range of an organization's imports in a state by id."""
    return KeyRange(
        partition=directory.imports(organization),
        index=directory.INDEXES[DirectoryField.EMAIL],
        prefix=directory.in_state(state),
        descending=descending,
    )


def whole(found: Sequence[Found]) -> list[Import | None]:
    """Read imports that were found in the table itself."""
    items = (one.item for one in found)
    return [None if item is None else import_of(ImportRow.from_raw_data(item)) for item in items]


def name_range(organization: str, beginning: str) -> KeyRange:
    """Return the range of an organization's imports whose file's name, folded, begins with a text."""
    return KeyRange(
        partition=directory.imports(organization),
        index=directory.INDEXES[DirectoryField.LAST_NAME],
        low=beginning,
        high=last_beginning_with(beginning),
    )


def state_name_range(organization: str, state: ImportState, beginning: str) -> KeyRange:
    """Return the range of those in a state whose file's name, folded, begins with a text."""
    return KeyRange(
        partition=directory.imports(organization),
        index=directory.INDEXES[DirectoryField.FIRST_NAME],
        prefix=directory.in_state(state),
        low=beginning,
        high=last_beginning_with(beginning),
    )


def in_directory(table: Table, found: Sequence[Found]) -> list[Import | None]:
    """Read imports that the directory found: one call for each hundred."""
    refs = refs_of(ImportRow, found)
    rows = table.get_many(refs)
    return [None if (row := rows.get(at)) is None else import_of(row) for at in refs]
