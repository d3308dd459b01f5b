"""How long an import of 50,000 people takes on the emulator's table engine (docs/decisions/0026)."""

from __future__ import annotations

import boto3
import pytest

from tests.bench.conftest import Timed
from tests.support.house import House
from tests.support.importing import BUCKET, COLUMNS, Imports
from tests.support.tables import REGION
from tests.support.workbooks import workbook
from usher.domain.importing.imports import Import, ImportState
from usher.gateways.files import Files
from usher.services.importing.files import ImportFiles
from usher.sheets.reading import MAX_ROWS


@pytest.fixture
def importing(arena: House, emulator: str) -> Imports:
    s3 = boto3.client(
        "s3",
        region_name=REGION,
        endpoint_url=emulator,
        aws_access_key_id="local",
        aws_secret_access_key="local",
    )
    s3.create_bucket(Bucket=BUCKET)
    return Imports(arena, ImportFiles(Files(client=s3, bucket=BUCKET)), s3)


def test_fifty_thousand(importing: Imports, timed: Timed) -> None:
    importing.house.license(seats=MAX_ROWS)
    people = [[f"person{n:05d}@team.example", "Ann", "Lee", "", "Fire safety"] for n in range(MAX_ROWS)]
    new = importing.create()
    importing.upload(new, workbook([COLUMNS.split(",")[:5], *people]))
    importing.check(new)

    with timed("reading"):
        importing.work_once(new)
    with timed("checking"):
        checked = until(importing, new, ImportState.CHECKED)
    assert checked.rows == MAX_ROWS
    importing.confirm(new)
    with timed(f"inviting {MAX_ROWS}"):
        done = until(importing, new, ImportState.FINISHED)

    assert done.done == MAX_ROWS


def until(importing: Imports, import_: Import, state: ImportState) -> Import:
    """Be the worker, a piece at a time."""
    while importing.work_once(import_):
        pass
    found = importing.now(import_)
    assert found.state is state
    return found
