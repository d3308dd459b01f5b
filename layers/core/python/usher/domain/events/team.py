"""Events about an organization's managers."""

from __future__ import annotations

from usher.domain.events.event import EventData
from usher.domain.events.parts import InviteRef, ManagerRef
from usher.domain.notices import Notice
from usher.lazy_dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class ManagerInvited(EventData, type="manager.invited"):
    """Somebody was invited to manage the organization."""

    invite: InviteRef


@dataclass(frozen=True, kw_only=True)
class ManagerJoined(EventData, type="manager.joined"):
    """An invited manager accepted."""

    invite: InviteRef
    manager: ManagerRef


@dataclass(frozen=True, kw_only=True)
class ManagerRevoked(EventData, type="manager.revoked"):
    """The invite of a pending manager was revoked."""

    manager: ManagerRef


@dataclass(frozen=True, kw_only=True)
class ManagerRoleChanged(EventData, type="manager.role_changed"):
    """A manager was given another role."""

    manager: ManagerRef


@dataclass(frozen=True, kw_only=True)
class ManagerRemoved(EventData, type="manager.removed"):
    """A manager was removed, or left."""

    manager: ManagerRef


@dataclass(frozen=True, kw_only=True)
class ManagerNoticesChanged(EventData, type="manager.notices_changed"):
    """A manager switched notices off or on for themselves."""

    muted: tuple[Notice, ...]
    """All that are switched off now."""
