"""What the OpenAPI document says of a route beyond its types; written beside the route."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any, TypeVar

from usher.domain.errors import UsherError

_F = TypeVar("_F", bound=Callable[..., Any])


class Caller(Enum):
    """Who may call a route, as the OpenAPI document's security says it."""

    ANYONE = "anyone"
    SIGNED_IN = "bearer"
    PLATFORM = "apiKey"


@dataclass(frozen=True, kw_only=True)
class Description:
    """Who may call the route, how it can refuse, and whether it takes an Idempotency-Key.

    `csv` is an example of what it answers as CSV; empty where it does not. The route's type is then
    `Response[Shape | str]`.
    """

    caller: Caller
    refusals: tuple[type[UsherError], ...]
    idempotent: bool
    csv: str = ""


_DESCRIPTIONS: dict[Callable[..., Any], Description] = {}


def described(
    *refusals: type[UsherError],
    caller: Caller = Caller.SIGNED_IN,
    idempotent: bool = False,
    csv: str = "",
) -> Callable[[_F], _F]:
    """Say of a route which errors of its own it answers; those that all routes share are added by themselves.

    The route's name becomes the operation's id, its docstring the summary and the description.
    """

    def note(route: _F) -> _F:
        _DESCRIPTIONS[route] = Description(caller=caller, refusals=refusals, idempotent=idempotent, csv=csv)
        return route

    return note


def description_of(route: Callable[..., Any]) -> Description:
    """Return what was said of the route; a route of which nothing was said is a mistake (KeyError)."""
    return _DESCRIPTIONS[route]


def is_described(route: Callable[..., Any]) -> bool:
    """Say whether it is one of our routes; Powertools makes some of its own."""
    return route in _DESCRIPTIONS
