"""Views of imports."""

from __future__ import annotations

from typing import Any

from functions.api.schemas import imports as shapes
from functions.api.views.common import NameOf, instant, product_summary
from usher.domain.imports.imports import FileColumn, Import
from usher.domain.imports.verdicts import BAD, NEEDLESS, WANTED, ImportedRow
from usher.domain.instants import rfc3339
from usher.domain.licenses import SeatNeed
from usher.services.imports.learner_imports import ImportDetail


def import_(of: Import, *, names: NameOf) -> shapes.Import:
    """An import."""
    return shapes.Import(**_fields(of, names))


def detail(of: ImportDetail, *, names: NameOf) -> shapes.ImportDetail:
    """An import with the seats that it needs."""
    return shapes.ImportDetail(
        **_fields(of.import_, names),
        columns=[_column(one) for one in of.import_.columns],
        seats=[_seats(one) for one in of.seats],
    )


def row(of: ImportedRow) -> shapes.ImportRow:
    """A row of the file, with its outcome."""
    return shapes.ImportRow(
        row=of.line,
        verdict=of.verdict,
        reason=of.reason,
        reason_code=of.fault,
        suggestion=of.suggestion or None,
        email=of.email,
        first_name=of.first_name,
        last_name=of.last_name,
        groups=list(of.groups),
        licenses=list(of.licenses),
        access_start=of.access_start,
        client=of.client,
        sublicense=of.sublicense,
    )


def _fields(of: Import, names: NameOf) -> dict[str, Any]:
    return {
        "id": of.id,
        "file_name": of.file_name,
        "state": of.state,
        "rows": of.rows,
        "preview": shapes.Preview(
            verdicts={str(verdict): rows for verdict, rows in of.verdicts.items()},
            good=of.count(WANTED),
            needless=of.count(NEEDLESS),
            bad=of.count(BAD),
            suggestions=of.suggestions,
        ),
        "progress": shapes.Progress(
            done=of.done, outcomes={str(verdict): rows for verdict, rows in of.outcomes.items()}
        ),
        "problem": None if of.problem is None else shapes.FileProblem(**of.problem.__dict__),
        "created_at": rfc3339(of.created_at),
        "created_by": of.created_by,
        "created_by_name": names(of.created_by),
        "checked_at": instant(of.checked_at),
        "confirmed_at": instant(of.confirmed_at),
        "confirmed_by": of.confirmed_by or None,
        "confirmed_by_name": names(of.confirmed_by) if of.confirmed_by else None,
        "only": of.only,
        "ended_at": instant(of.ended_at),
        "files_until": rfc3339(of.files_until),
    }


def _column(of: FileColumn) -> shapes.FileColumn:
    return shapes.FileColumn(letter=of.letter, heading=of.heading, field=of.field or None)


def _seats(of: SeatNeed) -> shapes.SeatNeed:
    return shapes.SeatNeed(
        license=of.terms.license,
        organization=of.terms.organization,
        product=product_summary(of.terms.product),
        needed=of.needed,
        available=of.available,
        missing=of.missing,
    )
