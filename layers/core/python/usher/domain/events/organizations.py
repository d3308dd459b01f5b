"""Events about organizations, clients and their settings."""

from __future__ import annotations

from dataclasses import field

from usher.domain.events.event import EventData
from usher.domain.events.parts import ClientRef
from usher.domain.languages import Language
from usher.lazy_dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class OrganizationCreated(EventData, type="organization.created"):
    """An operator, or the provider of a client, created the organization."""

    name: str
    slug: str


@dataclass(frozen=True, kw_only=True)
class OrganizationChanged(EventData, type="organization.changed"):
    """A manager changed the organization's settings; these hold now."""

    name: str
    slug: str
    time_zone: str
    invite_days: int
    """How many days an invite can be answered."""
    require_group: bool
    """Whether every invite has to name a group."""
    color: str
    logo_url: str
    welcome: str
    language: Language = field(default_factory=lambda: Language.ENGLISH)
    """The language of the organization's pages and emails."""


@dataclass(frozen=True, kw_only=True)
class ClientClosed(EventData, type="client.closed"):
    """A provider closed a client, in the event logs of both."""

    client: ClientRef


@dataclass(frozen=True, kw_only=True)
class ClientCreated(EventData, type="client.created"):
    """A provider created a client."""

    client: ClientRef
    slug: str


@dataclass(frozen=True, kw_only=True)
class OrganizationSuspended(EventData, type="organization.suspended"):
    """An operator suspended the organization: nobody comes to it, and its managers can read alone."""

    reason: str


@dataclass(frozen=True, kw_only=True)
class OrganizationResumed(EventData, type="organization.resumed"):
    """An operator lifted the suspension of the organization."""
