"""The kinds of refusals. The error class of each rule is beside the rule that raises it.

A use case lists its refusals with `refuses`; routes and pages get the list from `refusals_of`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, TypeVar

_F = TypeVar("_F", bound=Callable[..., Any])


class UsherError(Exception):
    """A refusal that a person can act on (DESIGN 2, Errors).

    Attributes:
        code: stable name for programs.
        title: the kind of refusal, the same for every occurrence.
        detail: what happened in this occurrence.
        next_action: one sentence that tells the person what to do now.
        facts: further members of the problem document, JSON values.
    """

    code: ClassVar[str] = "error"
    title: ClassVar[str] = "The request was refused"
    next_action: str = "Check the request and try again."

    def __init__(self, detail: str = "", *, next_action: str | None = None, **facts: object) -> None:
        super().__init__(detail or self.title)
        self.detail = detail or self.title
        self.facts = facts
        if next_action is not None:
            self.next_action = next_action


class UnauthenticatedError(UsherError):
    """Nobody is signed in, or not any more."""

    code = "unauthenticated"
    title = "Sign-in is needed"
    next_action = "Sign in again and repeat the request."


class ForbiddenError(UsherError):
    """The caller is known and may not do this."""

    code = "forbidden"
    title = "You may not do this"
    next_action = "Ask a full manager of the organization to do it, or to change your role."


class NotFoundError(UsherError):
    """The item does not exist, or the caller may not know of it (DESIGN 7.4).

    Attributes:
        fields: the fields and filters that can have named the item; of these, the refusal names those that
            the request has. Empty where only a path names such an item.
    """

    code = "not_found"
    title = "Not found"
    next_action = "Check the address; the thing may have been removed or belong to another organization."
    fields: tuple[str, ...] = ()


class InvalidError(UsherError):
    """The request is well-formed and not valid.

    Attributes:
        fields: the fields that the refusal is about, by the names that the request has for them; of a nested
            field, the last part alone. Empty where the cause is no field of the request.
        reason: what is wrong with them, as said beside each.
    """

    code = "invalid"
    title = "The request is invalid"
    next_action = "Correct the request and send it again."
    fields: tuple[str, ...] = ()

    def __init__(
        self,
        detail: str = "",
        *,
        fields: tuple[str, ...] | None = None,
        reason: str = "",
        next_action: str | None = None,
        **facts: object,
    ) -> None:
        """Take `fields` where they are not those of the class, and `reason` where it is not `detail`."""
        super().__init__(detail, next_action=next_action, **facts)
        self.reason = reason or self.detail
        if fields is not None:
            self.fields = fields


class RefusedError(UsherError):
    """The request is valid and the present state does not allow it.

    Attributes:
        fields: the fields that can hold what the state does not allow, such as a name that is taken; see
            NotFoundError.
    """

    code = "conflict"
    title = "Not possible in the present state"
    fields: tuple[str, ...] = ()


class TooSoonError(UsherError):
    """A limit on how often something may be done was reached.

    Attributes:
        retry_after: whole seconds until it may be tried again.
    """

    code = "too_many_requests"
    title = "Too soon"
    next_action = "Wait a while and try again."

    def __init__(self, detail: str, *, retry_after: int, **facts: object) -> None:
        super().__init__(detail, next_action=None, **facts)
        self.retry_after = max(1, retry_after)


def refuses(*errors: type[UsherError]) -> Callable[[_F], _F]:
    """Decorate a use case with the errors by which it refuses, in the order in which they are documented.

    Errors that every request can meet, such as a key that is not valid, are not listed.
    """

    def note(use_case: _F) -> _F:
        vars(use_case)["__refusals__"] = tuple(dict.fromkeys(errors))
        return use_case

    return note


def refusals_of(use_case: Callable[..., Any]) -> tuple[type[UsherError], ...]:
    """Return the errors that `refuses` lists of the use case; raise LookupError where it lists none."""
    refusals: tuple[type[UsherError], ...] | None = getattr(use_case, "__refusals__", None)
    if refusals is None:
        raise LookupError(f"{use_case.__qualname__} lists no refusals: decorate it with @refuses(...).")
    return refusals
