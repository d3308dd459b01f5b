"""The clock is ahead by what a file says, and on time where no file is named, or none is there."""

from datetime import timedelta
from pathlib import Path

import pytest

from usher import clock

A_MOMENT = timedelta(minutes=1)


def _ahead() -> timedelta:
    return clock.exactly_now() - clock.actual_now()


def test_it_is_on_time_where_nobody_moved_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(clock.OFFSET_FILE, raising=False)

    assert abs(_ahead()) < A_MOMENT


def test_it_is_on_time_while_the_file_is_not_there(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(clock.OFFSET_FILE, str(tmp_path / "clock"))

    assert abs(_ahead()) < A_MOMENT


def test_it_follows_the_file_from_one_look_to_the_next(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "clock"
    monkeypatch.setenv(clock.OFFSET_FILE, str(file))

    for days in (10, 20):
        file.write_text(f"{days * 86_400}\n")

        assert abs(_ahead() - timedelta(days=days)) < A_MOMENT
