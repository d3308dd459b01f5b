"""Lazy dataclasses are the standard ones from their first use on (decision 91)."""

from __future__ import annotations

import inspect
import sys
import threading
from collections.abc import Callable
from dataclasses import FrozenInstanceError, field, fields, is_dataclass, replace
from typing import Any

import msgspec
import pytest

from usher import lazy_dataclasses
from usher.lazy_dataclasses import dataclass, write_all_methods


def _declared() -> type[Any]:
    """Return a class that nobody has used."""

    @dataclass(frozen=True, kw_only=True)
    class Seat:
        """A seat."""

        number: int
        labels: tuple[str, ...] = field(default_factory=tuple)

    return Seat


def _derived() -> type[Any]:
    @dataclass(frozen=True, kw_only=True)
    class Reserved(_declared()):  # type: ignore[misc]  # declared anew by each test
        by: str = "ann@x.io"

    return Reserved


def test_an_instance_has_what_one_of_a_standard_dataclass_has() -> None:
    seat = _declared()

    one = seat(number=1)

    assert (one.number, one.labels) == (1, ())
    assert one == seat(number=1) != seat(number=2)
    assert len({one, seat(number=1)}) == 1
    assert repr(one).endswith("Seat(number=1, labels=())")
    assert replace(one, number=2) == seat(number=2)
    with pytest.raises(FrozenInstanceError):
        one.number = 2
    with pytest.raises(TypeError, match=r"Seat\.__init__\(\) missing .*'number'"):
        seat()


@pytest.mark.parametrize(
    "use",
    [
        fields,
        is_dataclass,
        lambda cls: cls(number=1),
        lambda cls: msgspec.convert({"number": 1}, cls),
        lambda _: write_all_methods(),
    ],
    ids=["its fields", "whether it is one", "an instance", "what a library reads", "all at once"],
)
@pytest.mark.parametrize("declare", [_declared, _derived])
def test_the_first_use_writes_the_methods(
    declare: Callable[[], type[Any]], use: Callable[[Any], None]
) -> None:
    cls = declare()
    assert cls in lazy_dataclasses._pending

    use(cls)

    assert cls not in lazy_dataclasses._pending
    assert "number" in inspect.signature(cls).parameters
    assert vars(cls)["__eq__"]


def test_a_subclass_has_the_fields_of_both_whichever_is_used_first() -> None:
    reserved = _derived()
    base = reserved.__base__
    assert base is not None

    assert base(number=1) != reserved(number=1)
    assert [one.name for one in fields(reserved)] == ["number", "labels", "by"]
    assert [one.name for one in fields(base)] == ["number", "labels"]


def test_a_class_derived_without_the_decorator_is_initialized_as_the_one_above() -> None:
    class Window(_declared()):  # type: ignore[misc]  # declared anew by each test
        pass

    assert [one.name for one in fields(Window)] == ["number", "labels"]
    assert Window(number=1) == Window(number=1)


def test_what_follows_initialization_follows_it() -> None:
    @dataclass(frozen=True)
    class Positive:
        number: int

        def __post_init__(self) -> None:
            if self.number < 0:
                raise ValueError(self.number)

    assert Positive(1).number == 1
    with pytest.raises(ValueError, match="-1"):
        Positive(-1)


def test_threads_that_use_a_class_first_at_the_same_time_all_have_instances() -> None:
    switching = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        for _ in range(20):
            seat, ready = _derived(), threading.Barrier(8)
            made: list[Any] = []

            def make(
                seat: type[Any] = seat, made: list[Any] = made, ready: threading.Barrier = ready
            ) -> None:
                ready.wait()
                made.append(seat(number=1))

            threads = [threading.Thread(target=make) for _ in range(8)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()

            assert made == [seat(number=1)] * 8
    finally:
        sys.setswitchinterval(switching)
