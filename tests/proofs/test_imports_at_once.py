"""Four workers handed the same import at once, on MiniStack's table engine."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import boto3
import pytest

from tests.support.imports import BUCKET, ImportDriver, csv_of
from tests.support.reading_back import events_of, seats
from tests.support.tables import REGION
from tests.support.tenant import Tenant
from usher.domain.imports.imports import Import, ImportState, Only
from usher.domain.imports.verdicts import Verdict
from usher.gateways.files import FILES_CONFIG, Files
from usher.services.imports.import_files import ImportFiles

WORKERS = 4
ROWS = 60


@pytest.fixture
def imports(emulator: str, emulator_tenant: Tenant, monkeypatch: pytest.MonkeyPatch) -> ImportDriver:
    monkeypatch.setattr("usher.services.imports.read_import_file.CHUNK", 20)
    s3: Any = boto3.client(
        "s3",
        region_name=REGION,
        endpoint_url=emulator,
        aws_access_key_id="local",
        aws_secret_access_key="local",
        config=FILES_CONFIG,
    )
    s3.create_bucket(Bucket=BUCKET)
    return ImportDriver(emulator_tenant, ImportFiles(Files(client=s3, bucket=BUCKET)), s3)


def at_once(imports: ImportDriver, one: Import) -> Import:
    """Let all the workers go on until there is nothing left to do or another is ahead."""
    with ThreadPoolExecutor(WORKERS) as workers:
        left = workers.map(
            lambda job: imports.worker.advance(job, enough=lambda: False),
            [imports.job(one)] * WORKERS,
        )
    assert not any(left)
    return imports.now(one)


def test_each_row_is_checked_counted_and_invited_once(imports: ImportDriver) -> None:
    license_ = imports.tenant.license(ROWS)
    new = imports.create()
    imports.upload(new, csv_of(*(f"a{n}@x.io,Fire safety" for n in range(ROWS)), columns="Email,License"))

    checked = at_once(imports, imports.check(new))
    finished = at_once(imports, imports.confirm(checked, Only.ALL))

    assert checked.verdicts == {Verdict.WILL_BE_INVITED: ROWS}
    assert (finished.state, finished.outcomes) == (ImportState.FINISHED, {Verdict.INVITED: ROWS})
    assert len({invite.email for invite in imports.sent()}) == len(imports.sent()) == ROWS
    assert seats(imports.tenant, license_) == (ROWS, ROWS, 0)
    assert len(events_of(imports.tenant, "import.finished")) == 1
