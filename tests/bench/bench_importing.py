"""How long an import of 50,000 people takes on the emulator's table engine (docs/decisions/0026)."""

from __future__ import annotations

import boto3
import pytest

from tests.bench.conftest import Timed
from tests.support.imports import BUCKET, COLUMNS, ImportDriver
from tests.support.tables import REGION
from tests.support.tenant import Tenant
from tests.support.workbooks import workbook
from usher.domain.imports.imports import Import, ImportState
from usher.gateways.files import Files
from usher.services.imports.import_files import ImportFiles
from usher.sheets.reading import MAX_ROWS


@pytest.fixture
def imports(emulator_tenant: Tenant, emulator: str) -> ImportDriver:
    s3 = boto3.client(
        "s3",
        region_name=REGION,
        endpoint_url=emulator,
        aws_access_key_id="local",
        aws_secret_access_key="local",
    )
    s3.create_bucket(Bucket=BUCKET)
    return ImportDriver(emulator_tenant, ImportFiles(Files(client=s3, bucket=BUCKET)), s3)


def test_fifty_thousand(imports: ImportDriver, timed: Timed) -> None:
    imports.tenant.license(seats=MAX_ROWS)
    people = [[f"person{n:05d}@team.example", "Ann", "Lee", "", "Fire safety"] for n in range(MAX_ROWS)]
    new = imports.create()
    imports.upload(new, workbook([COLUMNS.split(",")[:5], *people]))
    imports.check(new)

    with timed("reading"):
        imports.work_once(new)
    with timed("checking"):
        checked = until(imports, new, ImportState.CHECKED)
    assert checked.rows == MAX_ROWS
    imports.confirm(new)
    with timed(f"inviting {MAX_ROWS}"):
        done = until(imports, new, ImportState.FINISHED)

    assert done.done == MAX_ROWS


def until(imports: ImportDriver, import_: Import, state: ImportState) -> Import:
    """Be the worker, a piece at a time."""
    while imports.work_once(import_):
        pass
    found = imports.now(import_)
    assert found.state is state
    return found
