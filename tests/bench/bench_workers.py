"""The most memory that each worker has at its work, on the emulator (docs/performance.md)."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from tests.bench.conftest import Say
from tests.infra.deployed import DeployedFunctions
from tests.support.clock import MONDAY
from tests.support.tables import NAME
from tests.support.tenant import Tenant
from tests.unit.workers.test_cold_start import ENVIRONMENT
from usher import clock

DUE = 4000
"""Invites that expire: about as many as a run of the sweep takes from all shards together."""

_SWEEP = """
import functions.sweep.handler
from functions.sweep.wiring import sweep
from usher.bootstrap import Bootstrap
expired = sweep(Bootstrap(), enough=lambda: False).sweep().expired
status = open("/proc/self/status").read()
print(expired, int(status.partition("VmHWM:")[2].split()[0]) // 1024)
"""


def test_the_sweep_at_work(
    functions: DeployedFunctions, emulator_tenant: Tenant, emulator: str, tmp_path: Path, say: Say
) -> None:
    license_ = emulator_tenant.license(DUE)
    for first in range(0, DUE, 500):
        emulator_tenant.invite_all(license_, [f"a{first + n}@x.io" for n in range(500)])
    offset = tmp_path / "offset"
    later = MONDAY + timedelta(days=20) - clock.actual_now()
    offset.write_text(str(int(later.total_seconds())))
    emulated = {
        "AWS_ENDPOINT_URL": emulator,
        "AWS_ACCESS_KEY_ID": "bench",
        "AWS_SECRET_ACCESS_KEY": "bench",
        "USHER_TABLE": NAME,
        clock.OFFSET_FILE: str(offset),
    }

    printed = functions.run("sweep", _SWEEP, ENVIRONMENT | emulated).split()

    expired, megabytes = map(int, printed)
    say(f"the sweep, {expired} of {DUE} invites expired in one run: {megabytes} MB at most")
    assert expired > DUE // 2, "a shard with more than a run takes is swept by itself"
