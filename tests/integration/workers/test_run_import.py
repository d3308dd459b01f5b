"""run_import as Lambda runs it: queued by dispatch, handing over to itself."""

from __future__ import annotations

import io
import json
from collections.abc import Callable

import pytest

from tests.integration.workers.conftest import IMPORT_QUEUE, Run, WorkerHarness, sqs_record
from tests.support.imports import BUCKET, ImportDriver
from tests.support.reading_back import events_of, seats
from usher.domain.imports.imports import Import, ImportState
from usher.domain.imports.verdicts import Verdict
from usher.store.transaction import BusyError

ROWS = [f"a{n}@x.io,,,,Fire safety,,," for n in range(45)]


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few rows are a chunk, so that a test need not bring thousands."""
    monkeypatch.setattr("usher.services.imports.read_import_file.CHUNK", 20)


@pytest.fixture
def uploaded(imports: ImportDriver, harness: WorkerHarness) -> Import:
    """A file that waits to be checked."""
    harness.events()
    imports.tenant.license(100)
    new = imports.create()
    imports.upload(new, "\r\n".join(["Email,,,,License,,,", *ROWS]).encode())
    return imports.check(new)


@pytest.fixture
def drain(harness: WorkerHarness, run: Run) -> Callable[[], int]:
    """Dispatch what happened and work the import queue off; say in how many invocations."""

    def drain() -> int:
        invocations = 0
        run("dispatch", {"Records": harness.events()})
        while records := harness.queued(IMPORT_QUEUE):
            for record in records:
                assert run("run_import", {"Records": [record]}) == {"batchItemFailures": []}
                invocations += 1
        return invocations

    return drain


def test_an_uploaded_file_is_checked_and_a_confirmed_one_invited(
    imports: ImportDriver,
    uploaded: Import,
    drain: Callable[[], int],
    settle: Callable[[], None],
    harness: WorkerHarness,
) -> None:
    assert drain() == 4, "the file, and three chunks: no time is left after each"
    assert imports.now(uploaded).state is ImportState.CHECKED
    assert not harness.sent()

    imports.confirm(uploaded)
    assert drain() == 3
    settle()

    assert imports.now(uploaded).outcomes == {Verdict.INVITED: 45}
    sent = [one.destinations["ToAddresses"][0] for one in harness.all_sent()]
    assert {f"a{n}@x.io" for n in range(45)} <= set(sent)
    notices = [one for one in harness.all_sent() if "Import finished: 45 of 45 invited" in one.subject]
    assert len(notices) == 2


def test_one_invocation_goes_on_for_as_long_as_there_is_time(
    imports: ImportDriver, uploaded: Import, harness: WorkerHarness, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(harness.handlers["run_import"], "LAST_MILLISECONDS", 0)
    run("dispatch", {"Records": harness.events()})
    (record,) = harness.queued(IMPORT_QUEUE)

    run("run_import", {"Records": [record]})

    assert imports.now(uploaded).state is ImportState.CHECKED
    assert not harness.queued(IMPORT_QUEUE)


def test_a_worker_that_others_hold_up_comes_back_after_a_pause(
    imports: ImportDriver, uploaded: Import, harness: WorkerHarness, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("dispatch", {"Records": harness.events()})
    (record,) = harness.queued(IMPORT_QUEUE)

    def busy(*_: object, **__: object) -> None:
        raise BusyError

    monkeypatch.setattr("usher.services.imports.read_import_file.commit", busy)
    assert run("run_import", {"Records": [record]}) == {"batchItemFailures": []}

    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesDelayed"]
    counts = harness.clients["sqs"].get_queue_attributes(QueueUrl=IMPORT_QUEUE, AttributeNames=names)
    assert counts["Attributes"] == {names[0]: "0", names[1]: "1"}
    assert imports.now(uploaded).chunks == 0


def test_the_same_message_twice_does_nothing_twice(
    imports: ImportDriver, uploaded: Import, harness: WorkerHarness, run: Run, drain: Callable[[], int]
) -> None:
    drain()
    imports.confirm(uploaded)
    events = harness.events()
    run("dispatch", {"Records": events})
    harness.forget_done_events()
    run("dispatch", {"Records": events})

    first, second = harness.queued(IMPORT_QUEUE)
    for record in (first, second, first):
        assert run("run_import", {"Records": [record]}) == {"batchItemFailures": []}
    drain()

    assert imports.now(uploaded).outcomes == {Verdict.INVITED: 45}
    assert len(imports.sent()) == 45
    assert len(events_of(imports.tenant, "import.finished")) == 1


def test_what_fails_comes_again_and_no_address_is_in_the_log(
    imports: ImportDriver, uploaded: Import, run: Run, logged: io.StringIO
) -> None:
    record = sqs_record(json.dumps({"organization": imports.tenant.id, "import_id": uploaded.id}), "m1")
    run("run_import", {"Records": [record]})
    chunk = {"Bucket": BUCKET, "Key": f"{imports.tenant.id}/{uploaded.id}/read/0000.json"}
    content = imports.s3.get_object(**chunk)["Body"].read()
    imports.s3.put_object(**chunk, Body=content[:-30])

    failed = run("run_import", {"Records": [record]})
    imports.s3.put_object(**chunk, Body=content)
    repeated = run("run_import", {"Records": [record]})

    assert failed == {"batchItemFailures": [{"itemIdentifier": "m1"}]}
    assert repeated == {"batchItemFailures": []}
    assert imports.now(uploaded).checked == 1
    assert "JSONDecodeError" in logged.getvalue()
    assert "@" not in logged.getvalue()


@pytest.mark.parametrize("confirmed", [False, True])
def test_an_import_that_cannot_be_carried_out_fails_with_the_last_receive(
    imports: ImportDriver, uploaded: Import, drain: Callable[[], int], run: Run, *, confirmed: bool
) -> None:
    if confirmed:
        drain()
        imports.confirm(uploaded)
    body = json.dumps({"organization": imports.tenant.id, "import_id": uploaded.id})
    run("run_import", {"Records": [sqs_record(body, receives=5)]})
    before = imports.now(uploaded)

    last = run("run_import", {"Records": [sqs_record(body, receives=6)]})
    failed = imports.now(uploaded)
    put_back = run("run_import", {"Records": [sqs_record(body)]})

    assert last == {"batchItemFailures": [{"itemIdentifier": "message"}]}, "so that it is a dead letter"
    assert before.state is (ImportState.RUNNING if confirmed else ImportState.CHECKING)
    assert failed.state is ImportState.FAILED
    assert failed.problem is not None
    assert failed.problem.code == "import_failed"
    assert failed.outcomes == before.outcomes == ({Verdict.INVITED: 20} if confirmed else {})
    assert put_back == {"batchItemFailures": []}
    assert imports.now(uploaded) == failed
    assert len(events_of(imports.tenant, "import.failed")) == 1


def test_the_last_receive_of_a_message_whose_work_is_done_is_no_failure(
    imports: ImportDriver, uploaded: Import, drain: Callable[[], int], run: Run
) -> None:
    drain()
    body = json.dumps({"organization": imports.tenant.id, "import_id": uploaded.id})

    assert run("run_import", {"Records": [sqs_record(body, receives=6)]}) == {"batchItemFailures": []}
    assert imports.now(uploaded).state is ImportState.CHECKED


def test_an_import_that_is_over_or_unknown_takes_no_work(
    imports: ImportDriver, uploaded: Import, run: Run
) -> None:
    imports.cancel(uploaded)
    for import_id in (uploaded.id, "unknown"):
        body = json.dumps({"organization": imports.tenant.id, "import_id": import_id})

        assert run("run_import", {"Records": [sqs_record(body)]}) == {"batchItemFailures": []}
    assert seats(imports.tenant, imports.tenant.license(1)) == (1, 0, 1)
