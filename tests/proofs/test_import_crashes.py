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
from tests.support.crashes import Death, dying
from tests.support.groups import group_of
from tests.support.imports import BUCKET, ImportDriver, csv_of
from tests.support.reading_back import events_of
from tests.support.tables import NAME, items
from usher.domain.imports.imports import Import, ImportOverError, ImportState
from usher.domain.imports.verdicts import Verdict

ROWS = 2
CHUNK = 2


@dataclass(frozen=True)
class World:
    """An import that waits for the worker, time and again as it was."""

    here: ImportDriver
    async_workers: AsyncWorkers

    def uploaded(self) -> Import:
        """Return an import with good rows, which take a transaction each, and one twice, to be checked."""
        good = ["a0@x.io,,Fire safety", "a1@x.io,Cooks,"]
        new = self.here.create()
        self.here.upload(new, csv_of(*good, good[0], columns="Email,Group,License"))
        return self.here.check(new)

    def deliver(self, one: Import) -> None:
        """Be the handler with little time: one piece, and the rest handed over, to the end."""
        while self.here.worker.advance(self.here.job(one), enough=lambda: True):
            self.async_workers.import_queue.put([self.here.job(one)])

    def die_and_come_again(
        self, one: Import, between: Callable[[Import], object] = lambda _: None
    ) -> Iterator[Import]:
        """Die before the first call of all the work, before the second and so on; the message comes again.

        To die after a call is to die before the next: the worker keeps nothing of its own between two.
        """
        clients = (self.async_workers.dynamodb, self.async_workers.sqs, self.here.s3)
        restore = self._as_it_is()
        for at in range(1, 200, 2):
            try:
                with dying(*clients, at=at):
                    self.deliver(one)
            except Death:
                between(one)
                self.deliver(one)
                yield self.here.now(one)
            else:
                assert at > 20, "it was worth dying"
                return
            restore()
        raise AssertionError("it never came to its end")

    def _as_it_is(self) -> Callable[[], None]:
        """Return what brings the table and the bucket back to what they are now."""
        client, s3 = self.async_workers.dynamodb, self.here.s3

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
def world(imports: ImportDriver, async_workers: AsyncWorkers, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setattr("usher.services.imports.read_import_file.CHUNK", CHUNK)
    group_of(imports.tenant, imports.tenant.license(ROWS), name="Cooks")
    return World(imports, async_workers)


def test_checking_survives_a_death_at_any_call(world: World) -> None:
    for one in world.die_and_come_again(world.uploaded()):
        assert one.state is ImportState.CHECKED
        assert one.verdicts == {Verdict.WILL_BE_INVITED: ROWS, Verdict.DUPLICATE: 1}
        assert [pool.needed for pool in one.pools.values()] == [ROWS]
        assert len(events_of(world.here.tenant, "import.checked")) == 1
        assert not world.here.sent()


def test_inviting_survives_a_death_at_any_call(world: World) -> None:
    here = world.here
    confirmed = here.confirm(here.work(world.uploaded()))

    for one in world.die_and_come_again(confirmed):
        assert one.state is ImportState.FINISHED
        assert one.outcomes == {Verdict.INVITED: ROWS, Verdict.DUPLICATE: 1}
        assert len({invite.email for invite in here.sent()}) == len(here.sent()) == ROWS
        assert len(events_of(here.tenant, "import.finished")) == 1


def test_a_cancel_between_death_and_redelivery_is_exact(world: World) -> None:
    here = world.here
    confirmed = here.confirm(here.work(world.uploaded()))
    sent_before: list[int] = []

    def cancel(one: Import) -> None:
        sent_before.append(len(here.sent()))
        with suppress(ImportOverError):
            here.cancel(one)

    for one in world.die_and_come_again(confirmed, cancel):
        assert len(here.sent()) == sent_before[-1], "nothing is sent after the cancel"
        assert one.outcomes.get(Verdict.INVITED, 0) == sent_before[-1], "and what was sent is counted"
        assert here.verdicts(one).count("invited") == sent_before[-1]
    assert set(sent_before) == {0, 1, ROWS}, "some died between the two transactions of the chunk"
