"""Progress while an import runs, canceling it, and who else is at work."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from itertools import count
from types import SimpleNamespace
from typing import Any

import pytest

from tests.support.async_workers import AsyncWorkers
from tests.support.clock import Clock
from tests.support.crashes import Crash, crashing
from tests.support.imports import ImportDriver, csv_of
from tests.support.reading_back import emails_of, events_of, seats
from tests.support.tables import NAME, items
from usher.domain.errors import ForbiddenError
from usher.domain.imports.idle_turns import MOST_IDLE_TURNS
from usher.domain.imports.imports import (
    ImportNotCheckedError,
    ImportOverError,
    ImportState,
    Only,
)
from usher.domain.imports.verdicts import Verdict
from usher.domain.organizations import Role
from usher.domain.people import Person
from usher.services.imports.import_files import Stage
from usher.services.invites.answer_invite import AnswerInvite
from usher.services.receipts import Receipt
from usher.services.team_members import TeamMembers
from usher.store.transaction import _ATTEMPTS as ATTEMPTS

MANY = [f"a{n}@x.io,,,,Fire safety,,," for n in range(120)]


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> int:
    """How many rows are a chunk: few, so that a test need not bring thousands."""
    monkeypatch.setattr("usher.services.imports.read_import_file.CHUNK", 20)
    return 20


def test_progress_is_readable_while_it_runs_and_each_chunk_counts_once(
    imports: ImportDriver, small_chunks: int
) -> None:
    imports.tenant.license(50)
    checked = imports.previewed(MANY[: 2 * small_chunks + 1])
    imports.confirm(checked, Only.ALL)

    done = []
    while more := imports.work_once(checked):
        done.append((imports.now(checked).done, imports.now(checked).outcomes))
    assert not more
    assert imports.work(checked) == imports.now(checked), "nothing is left to do"

    assert done == [(20, {Verdict.INVITED: 20}), (40, {Verdict.INVITED: 40})]
    finished = imports.now(checked)
    assert (finished.state, finished.outcomes) == (ImportState.FINISHED, {Verdict.INVITED: 41})
    assert len(set(emails_of(imports.tenant, "invites.created"))) == 41


def test_what_is_not_sent_yet_is_not_sent_after_a_cancel(imports: ImportDriver, small_chunks: int) -> None:
    fire = imports.tenant.license(50)
    checked = imports.previewed(MANY[: 2 * small_chunks + 1])
    imports.confirm(checked)
    imports.work_once(checked)

    imports.cancel(checked)
    done = imports.work(checked)

    assert (done.state, done.outcomes) == (ImportState.CANCELED, {Verdict.INVITED: 20})
    assert seats(imports.tenant, fire) == (50, 20, 30)
    assert imports.verdicts(done) == ["invited"] * 20 + ["canceled"] * 21
    assert not events_of(imports.tenant, "import.finished")
    with pytest.raises(ImportOverError):
        imports.cancel(checked)


def test_a_cancel_in_the_middle_of_a_chunk_is_exact(imports: ImportDriver) -> None:
    fire = imports.tenant.license(500)
    checked = imports.previewed(MANY)
    imports.confirm(checked)
    client = imports.tenant.context.table.connection.client
    calls = 0

    def cancel_before_the_third(**_: object) -> None:
        nonlocal calls
        calls += 1
        if calls == 3:
            imports.cancel(checked)

    event = "provide-client-params.dynamodb.TransactWriteItems"
    client.meta.events.register(event, cancel_before_the_third)
    try:
        done = imports.work(checked)
    finally:
        client.meta.events.unregister(event, cancel_before_the_third)

    sent = len(imports.sent())
    assert done.state is ImportState.CANCELED
    assert 0 < sent < 120
    assert seats(imports.tenant, fire) == (500, sent, 500 - sent)
    assert done.outcomes == {Verdict.INVITED: sent, Verdict.CANCELED: 120 - sent}
    assert imports.verdicts(done) == ["invited"] * sent + ["canceled"] * (120 - sent)


def test_fifty_thousand_rows_are_read_packed_and_a_repeat_in_the_last_is_found(
    imports: ImportDriver,
) -> None:
    imports.tenant.license(10)
    rows = [f"a{n}@x.io,Fire safety" for n in range(49_999)]

    new = imports.create()
    imports.upload(new, csv_of(*rows, "A0@x.io,Fire safety", columns="Email,License"))
    imports.check(new)
    imports.work_once(new)

    read = imports.now(new)
    assert (read.rows, read.chunks, read.checked) == (50_000, 100, 0)
    last = imports.files.rows(read, Stage.READ, 99)[-1]
    assert (last.line, last.verdict, last.reason) == (50_001, "duplicate", "Row 2 asks for the same.")


@pytest.mark.parametrize("stage", ["awaiting", "checking", "checked"])
def test_an_import_can_be_canceled_at_every_stage(imports: ImportDriver, stage: str) -> None:
    imports.tenant.license()
    new = imports.create()
    if stage != "awaiting":
        new = imports.previewed(MANY[:3]) if stage == "checked" else new
    if stage == "checking":
        imports.upload(new, b"Email\r\nann@x.io\r\n")
        imports.check(new)

    imports.cancel(new)

    assert imports.work(new).state is ImportState.CANCELED
    assert not imports.sent()


def test_two_workers_at_once_invite_nobody_twice(imports: ImportDriver) -> None:
    imports.tenant.license(500)
    checked = imports.previewed(MANY[:60])
    imports.confirm(checked)

    with imports.tenant.before_next_write(lambda: imports.work(checked)):
        assert not imports.worker.advance(imports.job(checked), enough=lambda: False)

    assert imports.now(checked).outcomes == {Verdict.INVITED: 60}
    assert len(imports.sent()) == 60


def test_of_two_managers_who_confirm_at_once_one_is_told_that_it_runs(imports: ImportDriver) -> None:
    imports.tenant.license(10)
    checked = imports.previewed(MANY[:2])

    with (
        imports.tenant.before_next_write(lambda: imports.confirm(checked, Only.ALL)),
        pytest.raises(ImportNotCheckedError),
    ):
        imports.confirm(checked, Only.GOOD)

    assert imports.now(checked).only is Only.ALL
    assert len(events_of(imports.tenant, "import.confirmed")) == 1
    assert imports.work(checked).outcomes == {Verdict.INVITED: 2}


def test_a_message_that_comes_back_after_weeks_invites_nobody_again_who_has_declined_since(
    imports: ImportDriver, clock: Clock
) -> None:
    fire = imports.tenant.license(500)
    checked = imports.previewed(MANY)
    imports.confirm(checked)
    client = imports.tenant.context.table.connection.client
    with (
        pytest.raises(Crash),
        crashing(client, at=2, counts=lambda moment: moment == "after TransactWriteItems"),
    ):
        imports.work(checked)
    first, *others = imports.sent()
    imports.tenant.decline(first)

    clock.forward(days=27)
    _forget(client, by=clock().timestamp())
    done = imports.work(checked)

    assert done.outcomes == {Verdict.INVITED: 120}
    assert 0 < len(others) < 119, "it had died in between"
    assert [one.email for one in imports.sent()].count(first.email) == 1
    assert seats(imports.tenant, fire)[1] == 119


@pytest.fixture
def busy(
    imports: ImportDriver, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., AbstractContextManager[None]]:
    """Makes transactions conflict with others' for as long as it is open, all or those that `hits`."""
    monkeypatch.setattr("usher.store.transaction._LONGEST_PAUSE", 0)
    events = imports.tenant.context.table.connection.client.meta.events

    @contextmanager
    def busy(hits: Callable[[], bool] = lambda: True) -> Iterator[None]:
        def conflict(params: Any, **_: object) -> Any:
            if not hits():
                return None
            asked = json.loads(params["body"])["TransactItems"]
            return SimpleNamespace(status_code=400), {
                "Error": {"Code": "TransactionCanceledException", "Message": "[TransactionConflict]"},
                "CancellationReasons": [{"Code": "TransactionConflict"} for _ in asked],
                "ResponseMetadata": {},
            }

        events.register("before-call.dynamodb.TransactWriteItems", conflict)
        try:
            yield
        finally:
            events.unregister("before-call.dynamodb.TransactWriteItems", conflict)

    return busy


def test_others_who_keep_writing_the_same_license_only_delay_an_import(
    imports: ImportDriver, busy: Callable[[], AbstractContextManager[None]]
) -> None:
    imports.tenant.license(10)
    checked = imports.previewed(MANY[:2])
    imports.confirm(checked)

    with busy():
        left = imports.worker.advance(imports.job(checked), enough=lambda: False)

    assert left == replace(imports.job(checked), idle_turns=1), (
        "it is queued anew, and the message at hand given up"
    )
    assert imports.work(checked).outcomes == {Verdict.INVITED: 2}


def test_an_import_that_gets_no_further_for_many_turns_has_failed_and_says_why(
    imports: ImportDriver, busy: Callable[..., AbstractContextManager[None]]
) -> None:
    imports.tenant.license(10)
    checked = imports.previewed(MANY[:2])
    imports.confirm(checked)
    job = imports.job(checked)
    with busy():
        for _ in range(MOST_IDLE_TURNS - 1):
            left = imports.worker.advance(job, enough=lambda: False)
            assert left is not None
            job = left
    attempts = count()

    with busy(lambda: next(attempts) < ATTEMPTS):  # of the invites; that the import failed can be written
        assert imports.worker.advance(job, enough=lambda: False) is None

    stalled = imports.now(checked)
    assert (stalled.state, stalled.problem and stalled.problem.code) == (ImportState.FAILED, "import_stalled")
    assert len(events_of(imports.tenant, "import.failed")) == 1
    assert not imports.sent()


def test_a_turn_that_settles_a_part_of_a_chunk_is_no_idle_one(
    imports: ImportDriver, busy: Callable[..., AbstractContextManager[None]]
) -> None:
    imports.tenant.license(500)
    checked = imports.previewed(MANY)
    imports.confirm(checked)
    attempts = count()
    waited_long = replace(imports.job(checked), idle_turns=MOST_IDLE_TURNS - 1)

    with busy(lambda: next(attempts) > 0):
        left = imports.worker.advance(waited_long, enough=lambda: False)

    assert left is not None
    assert (left.idle_turns, left.settled) == (0, len(imports.sent()))
    assert imports.sent()
    assert imports.work(checked).outcomes == {Verdict.INVITED: 120}


def test_a_manager_who_was_removed_meanwhile_stops_nothing(imports: ImportDriver) -> None:
    tenant = imports.tenant
    tenant.license(10)
    other = Person(email="other@acme.example", first_name="Ota", last_name="Other")
    invited = TeamMembers(tenant.context).invite(
        person=tenant.full,
        organization=tenant.id,
        email=other.email,
        first_name="Ota",
        last_name="Other",
        role=Role.FULL,
        receipt=Receipt(),
    )
    AnswerInvite(tenant.context).accept(person=other, invite=invited.invite, number=1)
    theirs = ImportDriver(replace(tenant, full=other), imports.files, imports.s3)
    checked = theirs.previewed(MANY[:2])
    theirs.confirm(checked)

    TeamMembers(tenant.context).remove(person=tenant.full, organization=tenant.id, email=other.email)
    done = theirs.work(checked)

    assert done.outcomes == {Verdict.INVITED: 2}
    assert {one.created_by for one in imports.sent()} == {other.email}


def test_a_manager_who_was_made_limited_can_no_longer_confirm(imports: ImportDriver) -> None:
    checked = imports.previewed(["ann@x.io"])

    with pytest.raises(ForbiddenError):
        imports.service.confirm(
            person=imports.tenant.limited,
            organization=imports.tenant.id,
            import_id=checked.id,
            only=Only.GOOD,
            receipt=Receipt(),
        )


def test_emails_go_out_and_managers_are_told_at_the_end(
    imports: ImportDriver, async_workers: AsyncWorkers
) -> None:
    tenant = imports.tenant
    async_workers.skip()
    tenant.license(10)
    checked = imports.previewed(MANY[:2])

    async_workers.settle()
    assert not async_workers.sent_to("a0@x.io")
    imports.carried_out(checked)
    async_workers.settle()

    assert async_workers.sent_to("a0@x.io") == async_workers.sent_to("a1@x.io") == ["invite"]
    assert async_workers.sent_to(tenant.full.email) == ["import_finished_notice"]
    assert async_workers.sent_to(tenant.limited.email) == ["import_finished_notice"]


def _forget(client: Any, *, by: float) -> None:
    """Be DynamoDB, which deletes what has expired."""
    for item in items(client):
        if "expires_on" in item and float(item["expires_on"]["N"]) <= by:
            client.delete_item(TableName=NAME, Key={"pk": item["pk"], "sk": item["sk"]})
