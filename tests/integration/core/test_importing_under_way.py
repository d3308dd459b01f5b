"""Issue 3, C: progress while an import runs, canceling it, and who else is at work."""

from __future__ import annotations

import json
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from tests.support.clock import Clock
from tests.support.crashing import Death, dying
from tests.support.importing import Imports, csv_of
from tests.support.looking import emails_of, events_of, seats
from tests.support.machinery import Machinery
from tests.support.tables import NAME, items
from usher.domain.errors import ForbiddenError
from usher.domain.importing.imports import ImportNotCheckedError, ImportOverError, ImportState, Only
from usher.domain.importing.verdicts import Verdict
from usher.domain.organizations import Role
from usher.domain.people import Person
from usher.services.importing.files import Stage
from usher.services.invites.answering import Answering
from usher.services.receipts import Receipt
from usher.services.teaming import Teaming

MANY = [f"a{n}@x.io,,,,Fire safety,,," for n in range(120)]


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> int:
    """How many rows are a chunk: few, so that a test need not bring thousands."""
    monkeypatch.setattr("usher.services.importing.reading.CHUNK", 20)
    return 20


def test_progress_is_readable_while_it_runs_and_each_chunk_counts_once(
    importing: Imports, small_chunks: int
) -> None:
    importing.house.license(50)
    checked = importing.previewed(MANY[: 2 * small_chunks + 1])
    importing.confirm(checked, Only.ALL)

    done = []
    while more := importing.work_once(checked):
        done.append((importing.now(checked).done, importing.now(checked).outcomes))
    assert not more
    assert importing.work(checked) == importing.now(checked), "nothing is left to do"

    assert done == [(20, {Verdict.INVITED: 20}), (40, {Verdict.INVITED: 40})]
    finished = importing.now(checked)
    assert (finished.state, finished.outcomes) == (ImportState.FINISHED, {Verdict.INVITED: 41})
    assert len(set(emails_of(importing.house, "invites.created"))) == 41


def test_what_is_not_sent_yet_is_not_sent_after_a_cancel(importing: Imports, small_chunks: int) -> None:
    fire = importing.house.license(50)
    checked = importing.previewed(MANY[: 2 * small_chunks + 1])
    importing.confirm(checked)
    importing.work_once(checked)

    importing.cancel(checked)
    done = importing.work(checked)

    assert (done.state, done.outcomes) == (ImportState.CANCELED, {Verdict.INVITED: 20})
    assert seats(importing.house, fire) == (50, 20, 30)
    assert importing.verdicts(done) == ["invited"] * 20 + ["canceled"] * 21
    assert not events_of(importing.house, "import.finished")
    with pytest.raises(ImportOverError):
        importing.cancel(checked)


def test_a_cancel_in_the_middle_of_a_chunk_is_exact(importing: Imports) -> None:
    fire = importing.house.license(500)
    checked = importing.previewed(MANY)
    importing.confirm(checked)
    client = importing.house.context.table.connection.client
    calls = 0

    def cancel_before_the_third(**_: object) -> None:
        nonlocal calls
        calls += 1
        if calls == 3:
            importing.cancel(checked)

    event = "provide-client-params.dynamodb.TransactWriteItems"
    client.meta.events.register(event, cancel_before_the_third)
    try:
        done = importing.work(checked)
    finally:
        client.meta.events.unregister(event, cancel_before_the_third)

    sent = len(importing.sent())
    assert done.state is ImportState.CANCELED
    assert 0 < sent < 120
    assert seats(importing.house, fire) == (500, sent, 500 - sent)
    assert done.outcomes == {Verdict.INVITED: sent, Verdict.CANCELED: 120 - sent}
    assert importing.verdicts(done) == ["invited"] * sent + ["canceled"] * (120 - sent)


def test_fifty_thousand_rows_are_read_in_chunks_and_a_repeat_in_the_last_is_found(importing: Imports) -> None:
    importing.house.license(10)
    rows = [f"a{n}@x.io,Fire safety" for n in range(49_999)]

    new = importing.create()
    importing.upload(new, csv_of(*rows, "A0@x.io,Fire safety", columns="Email,License"))
    importing.check(new)
    importing.work_once(new)

    read = importing.now(new)
    assert (read.rows, read.chunks, read.checked) == (50_000, 100, 0)
    last = importing.files.rows(read, Stage.READ, 99)[-1]
    assert (last.line, last.verdict, last.reason) == (50_001, "duplicate", "Row 2 asks for the same.")


@pytest.mark.parametrize("stage", ["awaiting", "checking", "checked"])
def test_an_import_can_be_canceled_at_every_stage(importing: Imports, stage: str) -> None:
    importing.house.license()
    new = importing.create()
    if stage != "awaiting":
        new = importing.previewed(MANY[:3]) if stage == "checked" else new
    if stage == "checking":
        importing.upload(new, b"Email\r\nann@x.io\r\n")
        importing.check(new)

    importing.cancel(new)

    assert importing.work(new).state is ImportState.CANCELED
    assert not importing.sent()


def test_two_workers_at_once_invite_nobody_twice(importing: Imports) -> None:
    importing.house.license(500)
    checked = importing.previewed(MANY[:60])
    importing.confirm(checked)

    with importing.house.before_next_write(lambda: importing.work(checked)):
        assert not importing.worker.advance(importing.turn(checked), enough=lambda: False)

    assert importing.now(checked).outcomes == {Verdict.INVITED: 60}
    assert len(importing.sent()) == 60


def test_of_two_managers_who_confirm_at_once_one_is_told_that_it_runs(importing: Imports) -> None:
    importing.house.license(10)
    checked = importing.previewed(MANY[:2])

    with (
        importing.house.before_next_write(lambda: importing.confirm(checked, Only.ALL)),
        pytest.raises(ImportNotCheckedError),
    ):
        importing.confirm(checked, Only.GOOD)

    assert importing.now(checked).only is Only.ALL
    assert len(events_of(importing.house, "import.confirmed")) == 1
    assert importing.work(checked).outcomes == {Verdict.INVITED: 2}


def test_a_message_that_comes_back_after_weeks_invites_nobody_again_who_has_declined_since(
    importing: Imports, clock: Clock
) -> None:
    fire = importing.house.license(500)
    checked = importing.previewed(MANY)
    importing.confirm(checked)
    client = importing.house.context.table.connection.client
    with (
        pytest.raises(Death),
        dying(client, at=2, counts=lambda moment: moment == "after TransactWriteItems"),
    ):
        importing.work(checked)
    first, *others = importing.sent()
    importing.house.decline(first)

    clock.forward(days=27)
    _forget(client, by=clock().timestamp())
    done = importing.work(checked)

    assert done.outcomes == {Verdict.INVITED: 120}
    assert 0 < len(others) < 119, "it had died in between"
    assert [one.email for one in importing.sent()].count(first.email) == 1
    assert seats(importing.house, fire)[1] == 119


def test_others_who_keep_writing_the_same_license_only_delay_an_import(
    importing: Imports, monkeypatch: pytest.MonkeyPatch
) -> None:
    importing.house.license(10)
    checked = importing.previewed(MANY[:2])
    importing.confirm(checked)
    monkeypatch.setattr("usher.store.transaction._LONGEST_PAUSE", 0)
    events = importing.house.context.table.connection.client.meta.events

    def busy(params: Any, **_: object) -> Any:
        asked = json.loads(params["body"])["TransactItems"]
        return SimpleNamespace(status_code=400), {
            "Error": {"Code": "TransactionCanceledException", "Message": "[TransactionConflict]"},
            "CancellationReasons": [{"Code": "TransactionConflict"} for _ in asked],
            "ResponseMetadata": {},
        }

    events.register("before-call.dynamodb.TransactWriteItems", busy)
    try:
        assert importing.work_once(checked), "it is queued anew, and the message at hand given up"
    finally:
        events.unregister("before-call.dynamodb.TransactWriteItems", busy)

    assert importing.work(checked).outcomes == {Verdict.INVITED: 2}


def test_a_manager_who_was_removed_meanwhile_stops_nothing(importing: Imports) -> None:
    house = importing.house
    house.license(10)
    other = Person(email="other@acme.example", first_name="Ota", last_name="Other")
    invited = Teaming(house.context).invite(
        person=house.full,
        organization=house.id,
        email=other.email,
        first_name="Ota",
        last_name="Other",
        role=Role.FULL,
        receipt=Receipt(),
    )
    Answering(house.context).accept(person=other, invite=invited.invite, number=1)
    theirs = Imports(replace(house, full=other), importing.files, importing.s3)
    checked = theirs.previewed(MANY[:2])
    theirs.confirm(checked)

    Teaming(house.context).remove(person=house.full, organization=house.id, email=other.email)
    done = theirs.work(checked)

    assert done.outcomes == {Verdict.INVITED: 2}
    assert {one.created_by for one in importing.sent()} == {other.email}


def test_a_manager_who_was_made_limited_can_no_longer_confirm(importing: Imports) -> None:
    checked = importing.previewed(["ann@x.io"])

    with pytest.raises(ForbiddenError):
        importing.service.confirm(
            person=importing.house.limited,
            organization=importing.house.id,
            import_id=checked.id,
            only=Only.GOOD,
            receipt=Receipt(),
        )


def test_emails_go_out_and_managers_are_told_at_the_end(importing: Imports, machinery: Machinery) -> None:
    house = importing.house
    machinery.skip()
    house.license(10)
    checked = importing.previewed(MANY[:2])

    machinery.settle()
    assert not machinery.sent_to("a0@x.io")
    importing.carried_out(checked)
    machinery.settle()

    assert machinery.sent_to("a0@x.io") == machinery.sent_to("a1@x.io") == ["invite"]
    assert machinery.sent_to(house.full.email) == ["import_finished_notice"]
    assert machinery.sent_to(house.limited.email) == ["import_finished_notice"]


def _forget(client: Any, *, by: float) -> None:
    """Be DynamoDB, which deletes what has expired."""
    for item in items(client):
        if "expires_on" in item and float(item["expires_on"]["N"]) <= by:
            client.delete_item(TableName=NAME, Key={"pk": item["pk"], "sk": item["sk"]})
