"""When a list looks up what passes its filters, of which it has loaded many in vain."""

from __future__ import annotations

from usher.services.list_effort import LateLookup
from usher.store.key_ranges import Found

PASSING = {"b", "d"}


class Lookups:
    """Counts how often it is looked up what passes."""

    def __init__(self, passing: set[str] | None) -> None:
        self.passing = passing
        self.times = 0

    def __call__(self) -> set[str] | None:
        self.times += 1
        return self.passing


def loaded(late: LateLookup[set[str]], keys: str, *, known: str = "") -> str:
    """Return which of the entries are to be loaded, where some are known from before."""

    def is_loaded(key: str) -> bool:
        return late.lets_pass(
            Found(key, {}),
            is_new=lambda entry: entry.key not in known,
            may_pass=lambda passing: key in passing,
        )

    return "".join(filter(is_loaded, keys))


def test_what_may_pass_alone_is_loaded_after_many_others() -> None:
    look_up = Lookups(PASSING)

    assert loaded(LateLookup(look_up, after=3), "xyzbxdx") == "xybd"
    assert look_up.times == 1


def test_what_is_known_is_not_loaded_and_not_counted() -> None:
    look_up = Lookups(PASSING)

    assert loaded(LateLookup(look_up, after=3), "ppppxyb", known="p") == "xyb"
    assert look_up.times == 1
    assert loaded(LateLookup(look_up, after=3), "ppppxy", known="p") == "xy"
    assert look_up.times == 1


def test_what_is_known_is_not_loaded_once_that_was_looked_up() -> None:
    late = LateLookup(Lookups(PASSING), after=1)

    assert loaded(late, "xbd", known="d") == "b"


def test_all_is_loaded_where_too_many_pass_and_that_is_looked_up_once() -> None:
    look_up = Lookups(None)

    assert loaded(LateLookup(look_up, after=2), "xyzbd") == "xyzbd"
    assert look_up.times == 1
