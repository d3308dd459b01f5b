"""Descriptions of routes, written beside each: what the OpenAPI document says beyond a route's types."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import field
from enum import Enum
from typing import Any, TypeGuard, TypeVar

from usher.domain.errors import UsherError, refusals_of
from usher.lazy_dataclasses import dataclass

_F = TypeVar("_F", bound=Callable[..., Any])


class Caller(Enum):
    """Who may call a route.

    A MANAGER is a person or a program with an API key. A route whose permission no key can have is for
    SIGNED_IN, which programs never are.
    """

    ANYONE = "anyone"
    SIGNED_IN = "signed in"
    MANAGER = "manager"
    PLATFORM = "platform"


@dataclass(frozen=True, kw_only=True)
class Description:
    """The description of a route.

    Attributes:
        caller: who may call the route; if None, managers within an organization, else signed-in people.
        refusals: the errors that the route answers.
        idempotent: whether the route takes an Idempotency-Key.
        csv: an example of the answer as CSV, empty if the route answers JSON alone; with it, the type of the
            route is `Response[Shape | str]`.
        files: examples of an answer that is no JSON, by media type.
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

    `ruled_out` are refusals of the use cases that no request to this route can cause. `functions.api.openapi`
    adds the errors that routes share. The route's name becomes the operation's id, its docstring the summary
    and the description.

    Raises:
        ValueError: an error is ruled out that none of the use cases refuses by.
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

    def register(route: _F) -> _F:
        _DESCRIPTIONS[route] = Description(
            caller=caller, refusals=answered, idempotent=idempotent, csv=csv, files=files or {}
        )
        return route

    return register


def caller_of(route: Callable[..., Any], path: str) -> Caller:
    """Return who may call the route at this path, or raise KeyError for a route without a description."""
    caller = description_of(route).caller
    if caller is not None:
        return caller
    return Caller.MANAGER if path.startswith(_WITHIN_AN_ORGANIZATION) else Caller.SIGNED_IN


def description_of(route: Callable[..., Any]) -> Description:
    """Return the route's description, or raise KeyError if it has none, which is a mistake."""
    return _DESCRIPTIONS[route]


def is_described(route: Callable[..., Any]) -> bool:
    """Return whether the route has a description; the routes that Powertools adds have none."""
    return route in _DESCRIPTIONS


def _is_error(source: Callable[..., Any] | type[UsherError]) -> TypeGuard[type[UsherError]]:
    return isinstance(source, type) and issubclass(source, UsherError)
