"""What is kept between two runs of the local stack is of one moment, whole, whenever a run is cut short."""

from datetime import timedelta
from pathlib import Path

import pytest

from infra.local.snapshot import Snapshot


@pytest.fixture
def snapshot(tmp_path: Path) -> Snapshot:
    """A snapshot of a complete stack, `one`."""
    snapshot = Snapshot(tmp_path)
    snapshot.restore()
    _change(snapshot, "one")
    snapshot.complete(source_hash="first")
    snapshot.take()
    return snapshot


def _change(snapshot: Snapshot, content: str) -> None:
    snapshot.mail.write_text(content)


def _kept(snapshot: Snapshot) -> str:
    snapshot.restore()
    return snapshot.mail.read_text()


def test_a_first_start_that_is_cut_short_leaves_nothing(tmp_path: Path) -> None:
    snapshot = Snapshot(tmp_path)
    snapshot.restore()
    _change(snapshot, "half")
    snapshot.take()
    snapshot.restore()

    assert list(snapshot.live.iterdir()) == []
    assert snapshot.deployed is None


def test_a_run_keeps_what_it_changed(snapshot: Snapshot) -> None:
    snapshot.restore()
    _change(snapshot, "two")
    snapshot.take()

    assert _kept(snapshot) == "two"
    assert snapshot.deployed == "first"


def test_a_run_that_saved_nothing_leaves_what_was_before(snapshot: Snapshot) -> None:
    snapshot.restore()
    _change(snapshot, "lost")

    assert _kept(snapshot) == "one"


def test_a_deployment_that_is_cut_short_leaves_what_was_before(snapshot: Snapshot) -> None:
    snapshot.restore()
    snapshot.begin()
    _change(snapshot, "half")
    snapshot.take()

    assert _kept(snapshot) == "one"
    assert snapshot.deployed == "first"


def test_a_replacement_that_is_cut_short_is_made_good(snapshot: Snapshot, tmp_path: Path) -> None:
    snapshot.restore()
    _change(snapshot, "two")
    snapshot.live.rename(tmp_path / "snapshot.next")
    (tmp_path / "snapshot" / "mail.jsonl").unlink()

    assert _kept(snapshot) == "two"


def test_the_clock_is_kept_with_the_rest(snapshot: Snapshot) -> None:
    snapshot.restore()
    assert snapshot.offset == timedelta()
    snapshot.set_offset(timedelta(days=10))
    snapshot.take()
    snapshot.restore()

    assert snapshot.offset == timedelta(days=10)


def test_a_moment_to_which_the_clock_is_moved_has_come(snapshot: Snapshot) -> None:
    snapshot.restore()
    snapshot.set_offset(timedelta(days=10, milliseconds=1))

    assert snapshot.offset == timedelta(days=10, seconds=1)
