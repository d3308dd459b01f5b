"""Callers: a signed-in person with a proven address, or a program with an API key."""

from __future__ import annotations

from dataclasses import dataclass, field

from usher.domain.errors import InvalidError

MAX_NAME = 80
PROGRAM = "api-key:"
"""Prefix, before the key's id, of a program's name as the actor of events; no address has a colon."""


class BadNameError(InvalidError):
    """A name is empty, too long or has control characters."""

    code = "bad_name"
    title = "Not a usable name"
    next_action = f"Write a name of 1 to {MAX_NAME} characters."


@dataclass(frozen=True, kw_only=True)
class ApiKeyCredential:
    """An API key as a program sent it: organization, key id and secret, unchecked."""

    organization: str
    id: str
    secret: str = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Person:
    """A signed-in person. `email` is proven and in its normal form; an `operator` runs Usher.

    With a `key` it is a program instead, whose `email` is PROGRAM and the key's id. With a `session`, its id,
    the person is known by the pages' cookie alone, which is checked against the revoked ones.
    """

    email: str
    first_name: str = ""
    last_name: str = ""
    operator: bool = False
    key: ApiKeyCredential | None = None
    session: str = ""

    @property
    def name(self) -> str:
        """First and last name, or the address where no name is known."""
        return f"{self.first_name} {self.last_name}".strip() or self.email


def program(key: ApiKeyCredential) -> Person:
    """Return the program that sent the key."""
    return Person(email=PROGRAM + key.id, key=key)


def clean_name(text: str, *, required: bool = True) -> str:
    """Return a name trimmed and with single spaces.

    Raises:
        BadNameError: the name is empty (when `required`), longer than MAX_NAME, or has control characters.
    """
    name = " ".join(text.split())
    if (required and not name) or len(name) > MAX_NAME or not name.isprintable():
        raise BadNameError(f"A name has 1 to {MAX_NAME} printable characters.")
    return name
