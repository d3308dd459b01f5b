"""Who acts: a signed-in person, with the one address that was proven."""

from __future__ import annotations

from dataclasses import dataclass

from usher.domain.errors import InvalidError

MAX_NAME = 80


class BadNameError(InvalidError):
    """A name is empty, too long or holds control characters."""

    code = "bad_name"
    title = "Not a usable name"
    next_action = f"Write a name of 1 to {MAX_NAME} characters."


@dataclass(frozen=True, kw_only=True)
class Person:
    """A signed-in person. `email` is in its normal form and was proven; `operator` runs Usher."""

    email: str
    first_name: str = ""
    last_name: str = ""
    operator: bool = False

    @property
    def name(self) -> str:
        """First and last name, or the address where none is known."""
        return f"{self.first_name} {self.last_name}".strip() or self.email


def clean_name(text: str, *, required: bool = True) -> str:
    """Return a name trimmed and with single spaces.

    Raises:
        BadNameError: empty (when `required`), longer than 80 characters, or with control characters.
    """
    name = " ".join(text.split())
    if (required and not name) or len(name) > MAX_NAME or not name.isprintable():
        raise BadNameError(f"A name has 1 to {MAX_NAME} printable characters.")
    return name
