"""Four workers handed the same import at once, on MiniStack's table engine (issue 3, C)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import boto3
import pytest

from tests.support.house import House
from tests.support.importing import BUCKET, Imports, csv_of
from tests.support.looking import events_of, seats
from tests.support.tables import REGION
from usher.domain.importing.imports import Import, ImportState, Only
from usher.domain.importing.verdicts import Verdict
from usher.gateways.files import FILES_CONFIG, Files
from usher.services.importing.files import ImportFiles

WORKERS = 4
ROWS = 60


@pytest.fixture
def importing(emulator: str, arena: House, monkeypatch: pytest.MonkeyPatch) -> Imports:
    monkeypatch.setattr("usher.services.importing.reading.CHUNK", 20)
    s3: Any = boto3.client(
        "s3",
        region_name=REGION,
        endpoint_url=emulator,
        aws_access_key_id="local",
        aws_secret_access_key="local",
        config=FILES_CONFIG,
    )
    s3.create_bucket(Bucket=BUCKET)
    return Imports(arena, ImportFiles(Files(client=s3, bucket=BUCKET)), s3)


def at_once(importing: Imports, one: Import) -> Import:
    """Let all the workers go on until there is nothing left to do or another is ahead."""
    with ThreadPoolExecutor(WORKERS) as workers:
        left = workers.map(
            lambda turn: importing.worker.advance(turn, enough=lambda: False),
            [importing.turn(one)] * WORKERS,
        )
    assert not any(left)
    return importing.now(one)


def test_each_row_is_checked_counted_and_invited_once(importing: Imports) -> None:
    license_ = importing.house.license(ROWS)
    new = importing.create()
    importing.upload(new, csv_of(*(f"a{n}@x.io,Fire safety" for n in range(ROWS)), columns="Email,License"))

    checked = at_once(importing, importing.check(new))
    finished = at_once(importing, importing.confirm(checked, Only.ALL))

    assert checked.verdicts == {Verdict.WILL_BE_INVITED: ROWS}
    assert (finished.state, finished.outcomes) == (ImportState.FINISHED, {Verdict.INVITED: ROWS})
    assert len({invite.email for invite in importing.sent()}) == len(importing.sent()) == ROWS
    assert seats(importing.house, license_) == (ROWS, ROWS, 0)
    assert len(events_of(importing.house, "import.finished")) == 1
