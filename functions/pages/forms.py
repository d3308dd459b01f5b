"""What people type into our forms, and what is wrong with it, field by field."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from usher.domain.people import MAX_NAME, BadNameError, clean_name
from usher.gateways.identity import WeakPasswordError

MIN_PASSWORD = 10
"""Of the user pool's policy, which has the last word. It is checked here first, so that a refused password
leaves no account without one behind."""

_NEEDED = (re.compile(r"[A-Z]"), re.compile(r"[a-z]"), re.compile(r"[0-9]"))


@dataclass(frozen=True, kw_only=True)
class Registration:
    """A person's own names, clean, and a password. `errors` names what is wrong with which field."""

    first_name: str
    last_name: str
    password: str
    errors: Mapping[str, str]


def is_weak(password: str) -> bool:
    """Say whether the pool's policy would refuse the password."""
    return len(password) < MIN_PASSWORD or not all(needed.search(password) for needed in _NEEDED)


def names(form: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """Return a person's own names, clean, and what is wrong with which of them."""
    errors = {}
    given = {"first_name": "", "last_name": ""}
    for field, label in (("first_name", "first name"), ("last_name", "last name")):
        try:
            given[field] = clean_name(form.get(field, ""))
        except BadNameError:
            errors[field] = f"Write your {label}, with at most {MAX_NAME} characters."
    return given, errors


def registration(form: Mapping[str, str]) -> Registration:
    """Read the form of a new person."""
    given, errors = names(form)
    password = form.get("password", "")
    if is_weak(password):
        errors["password"] = WeakPasswordError.next_action
    return Registration(**given, password=password, errors=errors)
