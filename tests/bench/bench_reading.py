"""How long a sheet of 50,000 people takes to be read, and how much memory (docs/decisions/0025)."""

from __future__ import annotations

import csv
import io
import multiprocessing
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bench.conftest import Say
from tests.support.imports import COLUMNS
from tests.support.workbooks import workbook
from usher.sheets.reading import MAX_ROWS, read_sheet


def rows() -> Iterator[list[str]]:
    """Return the names of the columns, and the people; made anew, so that the reader starts without them."""
    yield COLUMNS.split(",")
    for n in range(MAX_ROWS):
        yield [f"p{n}@team.example", "Anna", f"Lee {n}", "Night shift", "Fire safety", "2027-02-01", "", ""]


def as_csv() -> bytes:
    written = io.StringIO()
    csv.writer(written).writerows(rows())
    return written.getvalue().encode()


def read(path: Path) -> tuple[int, float, int]:
    """Return how many rows were read, in how many seconds, and with how many megabytes more than before."""
    begun, before = time.perf_counter(), megabytes()
    count = sum(1 for _ in read_sheet(path.read_bytes()))
    return count, time.perf_counter() - begun, megabytes() - before


def megabytes() -> int:
    """Return the most that this process has had; Linux's `ru_maxrss` would count its parent's."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) // 1024


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_fifty_thousand(kind: str, tmp_path: Path, say: Say) -> None:
    path = tmp_path / "people"
    path.write_bytes(as_csv() if kind == "csv" else workbook(rows()))

    with multiprocessing.get_context("spawn").Pool(1) as alone:
        count, seconds, memory = alone.apply(read, (path,))

    say(f"{path.stat().st_size / 1e6:.1f} MB of {kind}: {seconds:.1f} s, {memory} MB of memory")
    assert count == MAX_ROWS
