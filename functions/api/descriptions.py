"""What the OpenAPI document says of a route beyond its types; written beside the route."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, TypeGuard, TypeVar

from usher.domain.errors import UsherError, refusals_of

_F = TypeVar("_F", bound=Callable[..., Any])


class Caller(Enum):
    """Who may call a route.

    A manager may be a program with an API key; what no key can be given the permission for is for those who
    are signed in, which programs never are.
    """

    ANYONE = "anyone"
    SIGNED_IN = "signed in"
    MANAGER = "manager"
    PLATFORM = "platform"


@dataclass(frozen=True, kw_only=True)
class Description:
    """Who may call the route, how it can refuse, and whether it takes an Idempotency-Key.

    Without a `caller`, a route within an organization is for managers, and any other for who is signed in.
    `csv` is an example of what it answers as CSV; empty where it does not. The route's type is then
    `Response[Shape | str]`. `files` are examples by media type of what it answers in place of JSON.
    """

    caller: Caller | None
    refusals: tuple[type[UsherError], ...]
    idempotent: bool
    csv: str = ""
    files: Mapping[str, str] = field(default_factory=dict)


_WITHIN_AN_ORGANIZATION = "/v1/organizations/"
_DESCRIPTIONS: dict[Callable[..., Any], Description] = {}


def described(
    *refusals: Callable[..., Any] | type[UsherError],
    ruled_out: Collection[type[UsherError]] = (),
    caller: Caller | None = None,
    idempotent: bool = False,
    csv: str = "",
    files: Mapping[str, str] | None = None,
) -> Callable[[_F], _F]:
    """Describe a route: the use cases that it calls, whose refusals it answers, and errors of its own.

    `ruled_out` are refusals of the use cases that no request to this route can meet. Errors that all routes
    share are added by themselves.

    The route's name becomes the operation's id, its docstring the summary and the description.
    """
    listed: list[type[UsherError]] = []
    for source in refusals:
        listed += [source] if _is_error(source) else refusals_of(source)
    for error in ruled_out:
        if error not in listed:
            raise ValueError(
                f"None of the use cases refuses by {error.code}, so that it cannot be ruled out."
            )
    answered = tuple(error for error in dict.fromkeys(listed) if error not in ruled_out)

    def note(route: _F) -> _F:
        _DESCRIPTIONS[route] = Description(
            caller=caller, refusals=answered, idempotent=idempotent, csv=csv, files=files or {}
        )
        return route

    return note


def caller_of(route: Callable[..., Any], path: str) -> Caller:
    """Return who may call the route at this path, or raise KeyError where nothing was said of it."""
    said = description_of(route).caller
    if said is not None:
        return said
    return Caller.MANAGER if path.startswith(_WITHIN_AN_ORGANIZATION) else Caller.SIGNED_IN


def description_of(route: Callable[..., Any]) -> Description:
    """Return what was said of the route; a route of which nothing was said is a mistake (KeyError)."""
    return _DESCRIPTIONS[route]


def is_described(route: Callable[..., Any]) -> bool:
    """Say whether it is one of our routes; Powertools makes some of its own."""
    return route in _DESCRIPTIONS


def _is_error(source: Callable[..., Any] | type[UsherError]) -> TypeGuard[type[UsherError]]:
    return isinstance(source, type) and issubclass(source, UsherError)
