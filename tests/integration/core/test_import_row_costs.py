"""What the rows of an import with some verdicts cost: the chunks that have such rows (decision 0103)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial

import pytest
from mypy_boto3_s3 import S3Client

from tests.support.bulk_writes import write_all
from tests.support.clock import MONDAY
from tests.support.imports import ImportDriver
from tests.support.list_costs import all_of
from tests.support.tenant import Tenant
from usher.domain.imports.imports import Import, ImportState
from usher.domain.imports.verdicts import ImportedRow, Verdict, counted
from usher.services.imports.import_files import Stage
from usher.services.imports.learner_imports import MOST_CHUNKS
from usher.store import imports as stored_imports

DUPLICATE, NO_SEAT, INVITED = Verdict.DUPLICATE, Verdict.NO_SEAT, Verdict.INVITED
WAITING, CANCELED = Verdict.WILL_BE_INVITED, Verdict.CANCELED


@contextmanager
def files_read(client: S3Client) -> Iterator[list[str]]:
    """Collect the names of the files that are read while the block runs."""
    read: list[str] = []

    def note(params: dict[str, str], **_: object) -> None:
        read.append(params["Key"])

    client.meta.events.register("provide-client-params.s3.GetObject", note)
    try:
        yield read
    finally:
        client.meta.events.unregister("provide-client-params.s3.GetObject", note)


def row(at: int, verdict: Verdict) -> ImportedRow:
    """Return a row of the file, which has its headings in the first."""
    return ImportedRow(line=at + 2, email=f"a{at}@x.io", verdict=verdict)


def places(rows: Sequence[ImportedRow]) -> list[int]:
    return [one.line - 2 for one in rows]


def checked(imports: ImportDriver, chunks: int) -> Import:
    """Return an import with duplicates in its first and last chunk, and one without a seat in the last."""
    one = Import(
        id="0" * 26,
        organization=imports.tenant.id,
        file_name="staff.csv",
        created_at=MONDAY,
        created_by=imports.tenant.full.email,
        state=ImportState.CHECKING,
        rows=3 * chunks,
        chunks=chunks,
    )
    for n in range(chunks):
        rows = [row(3 * n + at, WAITING) for at in range(3)]
        if n == 0:
            rows[1] = row(1, DUPLICATE)
        if n == chunks - 1:
            rows[1:] = [row(3 * n + 1, NO_SEAT), row(3 * n + 2, DUPLICATE)]
        imports.files.put(one, Stage.CHECKED, n, rows)
        one = one.with_verdicts(counted(rows), {}, now=MONDAY)
    return one


@pytest.mark.parametrize("chunks", [10, 100])
def test_rows_with_a_verdict_cost_the_chunks_that_have_some(
    tenant: Tenant, imports: ImportDriver, bucket: S3Client, chunks: int
) -> None:
    one, last = checked(imports, chunks), 3 * chunks - 1
    write_all(tenant, [stored_imports.create(one)])
    listed = partial(imports.service.rows, person=tenant.limited, organization=tenant.id, import_id=one.id)

    for verdicts, lines, read in (
        ([DUPLICATE], [1, last], 2),
        ([NO_SEAT], [last - 1], 1),
        ([NO_SEAT, DUPLICATE], [1, last - 1, last], 2),
        ([Verdict.BAD_ADDRESS], [], 0),
        ([INVITED, CANCELED], [], 0),
    ):
        with files_read(bucket) as files:
            page = listed(verdicts=verdicts, limit=5, cursor=None)

        assert (places(page.items), page.next, len(files)) == (lines, None, read)
        assert places(all_of(partial(listed, verdicts=verdicts))) == lines


def test_rows_are_found_by_what_became_of_them(tenant: Tenant, imports: ImportDriver) -> None:
    """Of a canceled import, those of chunks that were not carried out are canceled, too."""
    one = checked(imports, 3)
    done = [row(0, INVITED), row(1, DUPLICATE), row(2, NO_SEAT)]
    running = replace(one, state=ImportState.RUNNING)
    imports.files.put(running, Stage.DONE, 0, done)
    canceled = running.with_outcomes(counted(done), now=MONDAY).canceled(now=MONDAY)
    write_all(tenant, [stored_imports.create(canceled)])

    def lines(verdict: Verdict) -> list[int]:
        return places(imports.rows(canceled, verdict, limit=1))

    assert lines(INVITED) == [0]
    assert lines(DUPLICATE) == [1, 8]
    assert lines(NO_SEAT) == [2]
    assert lines(CANCELED) == [3, 4, 5, 6, 7]
    assert lines(WAITING) == []
    assert places(imports.rows(canceled)) == [*range(9)]


def test_a_page_with_few_rows_in_many_chunks_is_short_and_never_empty(
    tenant: Tenant, imports: ImportDriver
) -> None:
    one = checked(imports, MOST_CHUNKS + 2)
    write_all(tenant, [stored_imports.create(one)])
    listed = partial(imports.service.rows, person=tenant.limited, organization=tenant.id, import_id=one.id)

    first = listed(verdicts=[WAITING], limit=200, cursor=None)
    rest = listed(verdicts=[WAITING], limit=200, cursor=first.next)

    assert (len(first.items), len(rest.items), rest.next) == (3 * MOST_CHUNKS - 1, 4, None)
