"""A command that met a conflict runs again, from the beginning, and not for ever."""

from __future__ import annotations

import inspect

import pytest

from usher.domain.errors import RefusedError
from usher.services.transactions import ATTEMPTS, retry_on_conflict
from usher.store.transaction import BusyError, ConditionFailedError, ConflictError


class Counter:
    """A command that meets so many conflicts before it goes through."""

    def __init__(self, *conflicts: ConflictError) -> None:
        self.conflicts = list(conflicts)
        self.seen: list[tuple[int, str]] = []

    @retry_on_conflict
    def add(self, number: int, *, unit: str = "seats") -> str:
        """Add a number."""
        self.seen.append((number, unit))
        if self.conflicts:
            raise self.conflicts.pop(0)
        return f"{number} {unit}"


def test_a_command_without_conflict_runs_once_and_its_result_is_passed_on() -> None:
    command = Counter()

    assert command.add(3, unit="licenses") == "3 licenses"
    assert command.seen == [(3, "licenses")]


def test_a_conflict_has_the_command_run_again_with_the_same_arguments() -> None:
    command = Counter(ConflictError(), ConditionFailedError({}))

    assert command.add(3) == "3 seats"
    assert command.seen == [(3, "seats")] * 3


def test_the_last_attempt_still_counts() -> None:
    command = Counter(*(ConflictError() for _ in range(ATTEMPTS - 1)))

    assert command.add(3) == "3 seats"
    assert len(command.seen) == ATTEMPTS


def test_after_the_last_attempt_the_caller_is_told_that_others_are_busy_with_it() -> None:
    conflicts = [ConflictError(str(n)) for n in range(ATTEMPTS + 1)]
    command = Counter(*conflicts)

    with pytest.raises(BusyError, match="Others kept changing the same thing") as given_up:
        command.add(3)

    assert given_up.value.__cause__ is conflicts[ATTEMPTS - 1]
    assert len(command.seen) == ATTEMPTS


@pytest.mark.parametrize("error", [RefusedError("No seat is left."), BusyError(), ValueError()])
def test_any_other_error_is_passed_on_at_once(error: Exception) -> None:
    attempts = []

    @retry_on_conflict
    def command() -> None:
        attempts.append(1)
        raise error

    with pytest.raises(type(error)) as raised:
        command()

    assert raised.value is error
    assert len(attempts) == 1


def test_a_decorated_command_keeps_its_name_docstring_and_signature() -> None:
    assert Counter.add.__name__ == "add"
    assert Counter.add.__doc__ == "Add a number."
    assert list(inspect.signature(Counter.add).parameters) == ["self", "number", "unit"]
