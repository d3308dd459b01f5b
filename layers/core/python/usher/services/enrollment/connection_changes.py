"""What managers enter of a connection, and what its check finds."""

from __future__ import annotations

from collections.abc import Sequence

from usher.domain.enrollment.connections import Connection
from usher.domain.enrollment.grants import Grant
from usher.domain.enrollment.sso_login import SignOnError
from usher.lazy_dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class NewConnection:
    """A connection as a manager enters it."""

    name: str
    issuer: str
    client_id: str
    client_secret: str
    domains: Sequence[str]
    grant: Grant
    enabled: bool = True


@dataclass(frozen=True, kw_only=True)
class ConnectionChange:
    """Changes to a connection; None leaves a field as it is."""

    name: str | None = None
    client_secret: str | None = None
    domains: Sequence[str] | None = None
    grant: Grant | None = None
    enabled: bool | None = None


@dataclass(frozen=True, kw_only=True)
class ConnectionCheck:
    """The result of checking a connection's provider; without problems, people can sign in through it."""

    connection: Connection
    problems: tuple[SignOnError, ...]
