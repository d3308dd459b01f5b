"""Errors as AWS, libraries and other servers raise them: their texts name people and hold secrets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NoReturn

from botocore.exceptions import ClientError

INVITE = "01K8ZQ4V7X3M5N6P8R9S0T1U2V"
MAC = "aB3-_xYz" * 5 + "Q9w"
LINK_TOKEN = f"{INVITE}.1.k1.{MAC}"
JWT = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhbm4ifQ.c2lnbmF0dXJl"


@dataclass(frozen=True)
class LeakyError:
    """How an error is raised, and which of the words in it must not be logged."""

    name: str
    make: Callable[[], Exception]
    secrets: tuple[str, ...]


def _client_error(code: str, message: str, operation: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": message}}, operation)


def _caused_by_an_address() -> Exception:
    def look_up(email: str) -> NoReturn:
        raise LookupError(f"no learner {email}")

    try:
        try:
            look_up("ann@x.io")
        except LookupError as error:
            raise ValueError("the row of Ann Lee cannot be read") from error
    except ValueError as error:
        return error


def _with_a_note() -> Exception:
    error = RuntimeError("broken")
    error.add_note("while sending to ann@x.io")
    return error


LEAKY_ERRORS = (
    LeakyError(
        "SES refuses a recipient",
        lambda: _client_error("MessageRejected", "Email address is not verified: ann@x.io", "SendEmail"),
        ("ann@x.io", "verified"),
    ),
    LeakyError(
        "Cognito names a user",
        lambda: _client_error("UsernameExistsException", "An account with ann.lee+a@x.io exists.", "SignUp"),
        ("ann.lee", "x.io", "account with"),
    ),
    LeakyError(
        "a link's token in a URL",
        lambda: ConnectionError(f"GET https://usher.example/i/{LINK_TOKEN} failed for Ann Lee"),
        (LINK_TOKEN, MAC, "Ann Lee"),
    ),
    LeakyError(
        "a code and a state in a query",
        lambda: ConnectionError("GET /learn/sso/c/callback?code=Xy1-secret&state=Zz9-state timed out"),
        ("Xy1-secret", "Zz9-state"),
    ),
    LeakyError("a session's token", lambda: PermissionError(f"Bearer {JWT} has expired"), (JWT, "eyJ")),
    LeakyError("an address in a cause", _caused_by_an_address, ("ann@x.io", "Ann Lee")),
    LeakyError("an address in a note", _with_a_note, ("ann@x.io",)),
    LeakyError(
        "an address in another script",
        lambda: ValueError("jörg@bücher.example is no address"),
        ("jörg", "bücher"),
    ),
    LeakyError(
        "a quoted local part",
        lambda: ValueError('"ann lee"@x.io is no address'),
        ("ann lee", "x.io"),
    ),
    LeakyError(
        "an address in a URL",
        lambda: ConnectionError("GET /v1/entitlements?email=ann%40x.io&product=p"),
        ("ann%40", "x.io"),
    ),
)
