"""A worker's death at any call while it checks or carries out an import (docs/decisions/0026).

Its message comes again. Then no row is lost, none is invited twice, and each is counted once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import pytest

from tests.support.async_workers import AsyncWorkers
from tests.support.crashes import Crash, crashing
from tests.support.groups import group_of
from tests.support.imports import BUCKET, ImportDriver, csv_of
from tests.support.reading_back import events_of
from tests.support.tables import NAME, items
from usher.domain.imports.imports import Import, ImportOverError, ImportState
from usher.domain.imports.verdicts import Verdict

ROWS = 2
CHUNK = 2


@dataclass(frozen=True)
class ImportCrashes:
    """An import that waits for the worker, time and again as it was."""

    driver: ImportDriver
    async_workers: AsyncWorkers

    def uploaded(self) -> Import:
        """Return an import with good rows, which take a transaction each, and one twice, to be checked."""
        good = ["a0@x.io,,Fire safety", "a1@x.io,Cooks,"]
        new = self.driver.create()
        self.driver.upload(new, csv_of(*good, good[0], columns="Email,Group,License"))
        return self.driver.check(new)

    def deliver(self, one: Import) -> None:
        """Be the handler with little time: one piece, and the rest handed over, to the end."""
        while self.driver.worker.advance(self.driver.job(one), enough=lambda: True):
            self.async_workers.import_queue.put([self.driver.job(one)])

    def crash_and_redeliver(
        self, one: Import, between: Callable[[Import], object] = lambda _: None
    ) -> Iterator[Import]:
        """Crash before the first call of all the work, before the second and so on; the message comes again.

        To crash after a call is to crash before the next: the worker keeps nothing of its own between two.
        """
        clients = (self.async_workers.dynamodb, self.async_workers.sqs, self.driver.s3)
        restore = self._as_it_is()
        for at in range(1, 200, 2):
            try:
                with crashing(*clients, at=at):
                    self.deliver(one)
            except Crash:
                between(one)
                self.deliver(one)
                yield self.driver.now(one)
            else:
                assert at > 20, "it was worth crashing"
                return
            restore()
        raise AssertionError("it never came to its end")

    def _as_it_is(self) -> Callable[[], None]:
        """Return what brings the table and the bucket back to what they are now."""
        client, s3 = self.async_workers.dynamodb, self.driver.s3

        def everything() -> dict[tuple[str, str], Any]:
            return {(item["pk"]["S"], item["sk"]["S"]): item for item in items(client)}

        def objects() -> set[str]:
            return {one["Key"] for one in s3.list_objects_v2(Bucket=BUCKET).get("Contents", [])}

        there, files = everything(), objects()

        def restore() -> None:
            for (pk, sk), item in everything().items():
                if (pk, sk) not in there:
                    client.delete_item(TableName=NAME, Key={"pk": {"S": pk}, "sk": {"S": sk}})
                elif item != there[pk, sk]:
                    client.put_item(TableName=NAME, Item=there[pk, sk])
            for key in objects() - files:
                s3.delete_object(Bucket=BUCKET, Key=key)

        return restore


@pytest.fixture
def crashes(
    imports: ImportDriver, async_workers: AsyncWorkers, monkeypatch: pytest.MonkeyPatch
) -> ImportCrashes:
    monkeypatch.setattr("usher.services.imports.read_import_file.CHUNK", CHUNK)
    group_of(imports.tenant, imports.tenant.license(ROWS), name="Cooks")
    return ImportCrashes(imports, async_workers)


def test_checking_survives_a_death_at_any_call(crashes: ImportCrashes) -> None:
    for one in crashes.crash_and_redeliver(crashes.uploaded()):
        assert one.state is ImportState.CHECKED
        assert one.verdicts == {Verdict.WILL_BE_INVITED: ROWS, Verdict.DUPLICATE: 1}
        assert [pool.needed for pool in one.pools.values()] == [ROWS]
        assert len(events_of(crashes.driver.tenant, "import.checked")) == 1
        assert not crashes.driver.sent()


def test_inviting_survives_a_death_at_any_call(crashes: ImportCrashes) -> None:
    driver = crashes.driver
    confirmed = driver.confirm(driver.work(crashes.uploaded()))

    for one in crashes.crash_and_redeliver(confirmed):
        assert one.state is ImportState.FINISHED
        assert one.outcomes == {Verdict.INVITED: ROWS, Verdict.DUPLICATE: 1}
        assert len({invite.email for invite in driver.sent()}) == len(driver.sent()) == ROWS
        assert len(events_of(driver.tenant, "import.finished")) == 1


def test_a_cancel_between_death_and_redelivery_is_exact(crashes: ImportCrashes) -> None:
    driver = crashes.driver
    confirmed = driver.confirm(driver.work(crashes.uploaded()))
    sent_before: list[int] = []

    def cancel(one: Import) -> None:
        sent_before.append(len(driver.sent()))
        with suppress(ImportOverError):
            driver.cancel(one)

    for one in crashes.crash_and_redeliver(confirmed, cancel):
        assert len(driver.sent()) == sent_before[-1], "nothing is sent after the cancel"
        assert one.outcomes.get(Verdict.INVITED, 0) == sent_before[-1], "and what was sent is counted"
        assert driver.verdicts(one).count("invited") == sent_before[-1]
    assert set(sent_before) == {0, 1, ROWS}, "some died between the two transactions of the chunk"
