"""Events about single sign-on."""

from __future__ import annotations

from usher.domain.events.enrollment import EnrollmentData
from usher.domain.events.event import EventData
from usher.domain.events.parts import Part
from usher.lazy_dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class ConnectionRef(Part):
    """A connection to an identity provider."""

    id: str
    name: str


@dataclass(frozen=True, kw_only=True)
class SsoConnectionCreated(EventData, type="sso_connection.created"):
    """A manager created a connection."""

    connection: ConnectionRef
    issuer: str
    domains: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class SsoConnectionChanged(EventData, type="sso_connection.changed"):
    """A manager changed a connection."""

    connection: ConnectionRef
    changed: tuple[str, ...]
    """The names of the settings that are others now."""


@dataclass(frozen=True, kw_only=True)
class SsoConnectionRemoved(EventData, type="sso_connection.removed"):
    """A manager removed a connection."""

    connection: ConnectionRef


@dataclass(frozen=True, kw_only=True)
class SsoDomainConfirmed(EventData, type="sso_connection.domain_confirmed"):
    """An operator confirmed that a domain is the organization's own."""

    connection: ConnectionRef
    domain: str


@dataclass(frozen=True, kw_only=True)
class SsoDomainUnconfirmed(EventData, type="sso_connection.domain_unconfirmed"):
    """An operator took a confirmation back."""

    connection: ConnectionRef
    domain: str


@dataclass(frozen=True, kw_only=True)
class SsoPersonUnlinked(EventData, type="sso_connection.person_unlinked"):
    """A manager forgot which account at the identity provider an address belongs to."""

    connection: ConnectionRef
    email: str


@dataclass(frozen=True, kw_only=True)
class LearnerProvisioned(EnrollmentData, type="learner.provisioned"):
    """A person was enrolled by their first single sign-on."""

    connection: ConnectionRef


@dataclass(frozen=True, kw_only=True)
class SsoManagerLinked(EventData, type="sso_connection.manager_linked"):
    """A manager signed in to the console through the connection for the first time."""

    connection: ConnectionRef
    email: str
