"""Callers: a signed-in person with a proven address, or a program with an API key."""

from __future__ import annotations

from collections.abc import MutableMapping
from dataclasses import field

from usher.domain.errors import InvalidError
from usher.domain.languages import Language
from usher.domain.texts import NotTextError, read_line
from usher.lazy_dataclasses import dataclass

MAX_NAME = 80
"""The most characters (code points in NFC) of any name: of people, organizations, products and the rest."""

PROGRAM = "api-key:"
"""Prefix, before the key's id, of a program's name as the actor of events; no address has a colon."""


class BadNameError(InvalidError):
    """A name is missing or too long, or has a character that no name has."""

    code = "bad_name"
    title = "Not a usable name"
    fields = ("name", "first_name", "last_name")
    next_action = f"Write a name of 1 to {MAX_NAME} characters."


@dataclass(frozen=True, kw_only=True)
class ApiKeyCredential:
    """An API key as a program sent it: organization, key id and secret, unchecked."""

    organization: str
    id: str
    secret: str = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class KnownAs:
    """How an organization knows a caller: by which name, empty for none, and through which provider."""

    name: str
    provider: str | None


@dataclass(frozen=True, kw_only=True)
class Person:
    """A signed-in person. `email` is proven and in its normal form; an `operator` runs Usher.

    With a `key` it is a program instead, whose `email` is PROGRAM and the key's id. With a `session`, its id,
    the person is known by the pages' cookie alone, which is checked against the revoked ones. The `language`
    is what the person chose; None for that of whichever organization they are in.

    `known_as` has, by organization, what authorizing the caller read of them, so that an answer that names
    them reads nothing again. It is no part of who they are.
    """

    email: str
    first_name: str = ""
    last_name: str = ""
    operator: bool = False
    key: ApiKeyCredential | None = None
    session: str = ""
    language: Language | None = None
    known_as: MutableMapping[str, KnownAs] = field(default_factory=dict, compare=False, repr=False)

    @property
    def full_name(self) -> str:
        """First and last name; empty where no name is known."""
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def name(self) -> str:
        """First and last name, or the address where no name is known."""
        return self.full_name or self.email


def program(key: ApiKeyCredential) -> Person:
    """Return the program that sent the key."""
    return Person(email=PROGRAM + key.id, key=key)


def clean_name(text: str, *, field: str = "name", required: bool = True) -> str:
    """Return a name of a person or of anything else in the form in which it is kept (`read_line`).

    `field` is what the refusal names. Of people, the first name or the only one is required, and the last
    name is not.

    Raises:
        BadNameError: the name is empty (when `required`) or longer than MAX_NAME, or is no text on one line.
    """
    called = field.replace("_", " ")
    try:
        name = read_line(text)
    except NotTextError as error:
        raise BadNameError(f"The {called} {error}.", fields=(field,), reason=str(error)) from error
    if required and not name:
        raise BadNameError(f"The {called} is missing.", fields=(field,), reason="is required")
    if len(name) > MAX_NAME:
        reason = f"has {len(name)} characters, and may have {MAX_NAME}"
        raise BadNameError(f"The {called} {reason}.", fields=(field,), reason=reason)
    return name


def clean_names(first_name: str, last_name: str) -> tuple[str, str]:
    """Return the names beside a pasted address, each by the rule of clean_name; either may be empty.

    Raises:
        BadNameError: one of the two is not a usable name.
    """
    return clean_name(first_name, field="first_name", required=False), clean_name(
        last_name, field="last_name", required=False
    )
