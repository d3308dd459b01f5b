"""Events: the record that something happened, and what hangs on it (DESIGN 3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

Json: TypeAlias = "str | int | float | bool | Sequence[Json] | Mapping[str, Json] | None"

OPERATIONS = "operations"
"""The partition of events that belong to no organization: those about products."""


class EventType(StrEnum):
    """What happened. Consumers and webhooks know these names; they never change."""

    PRODUCT_CREATED = "product.created"
    PRODUCT_RETIREMENT_SET = "product.retirement_set"
    PRODUCT_RETIREMENT_LIFTED = "product.retirement_lifted"
    PRODUCT_RETIRING = "product.retiring"
    PRODUCT_STAYING = "product.staying"
    ORGANIZATION_CREATED = "organization.created"
    ORGANIZATION_CHANGED = "organization.changed"
    LICENSE_GRANTED = "license.granted"
    LICENSE_RESIZED = "license.resized"
    LICENSE_ENDING = "license.ending"
    SEATS_LOW = "seats.low"
    SEATS_OUT = "seats.out"
    INVITES_CREATED = "invites.created"
    INVITE_RESENT = "invite.resent"
    INVITE_WITHDRAWN = "invite.withdrawn"
    INVITE_START_CHANGED = "invite.start_changed"
    INVITE_ACCEPTED = "invite.accepted"
    INVITE_DECLINED = "invite.declined"
    INVITES_REMINDED = "invites.reminded"
    INVITES_EXPIRED = "invites.expired"
    INVITES_EXPIRED_TOLD = "invites.expired_told"
    MANAGER_INVITED = "manager.invited"
    MANAGER_JOINED = "manager.joined"
    MANAGER_REVOKED = "manager.revoked"
    MANAGER_ROLE_CHANGED = "manager.role_changed"
    MANAGER_REMOVED = "manager.removed"
    MANAGER_NOTICES_CHANGED = "manager.notices_changed"
    SEAT_SELF_ASSIGNED = "seat.self_assigned"
    ACCESS_STARTED = "access.started"
    ACCESSES_ENDED = "accesses.ended"
    SUPPORT_REQUEST_FILED = "support_request.filed"
    SUPPORT_REQUEST_ANSWERED = "support_request.answered"
    SEATS_REQUESTED = "seats.requested"
    SEATS_APPROVED = "seats.approved"
    SEATS_REFUSED = "seats.refused"
    GROUP_CREATED = "group.created"
    GROUP_RENAMED = "group.renamed"
    GROUP_DELETED = "group.deleted"
    GROUP_LICENSE_ADDED = "group.license_added"
    GROUP_LICENSE_APPLIED = "group.license_applied"
    GROUP_LICENSE_REMOVED = "group.license_removed"
    GROUP_MEMBER_REMOVED = "group.member_removed"
    IMPORT_CREATED = "import.created"
    IMPORT_UPLOADED = "import.uploaded"
    IMPORT_CHECKED = "import.checked"
    IMPORT_REFUSED = "import.refused"
    IMPORT_CONFIRMED = "import.confirmed"
    IMPORT_CANCELED = "import.canceled"
    IMPORT_FINISHED = "import.finished"
    WEBHOOK_CREATED = "webhook.created"
    WEBHOOK_CHANGED = "webhook.changed"
    WEBHOOK_SECRET_ROTATED = "webhook.secret_rotated"  # noqa: S105 - the name of an event
    WEBHOOK_DELETED = "webhook.deleted"
    WEBHOOK_DISABLED = "webhook.disabled"
    WEBHOOK_TESTED = "webhook.tested"
    WEBHOOK_REDELIVERED = "webhook.redelivered"
    API_KEY_CREATED = "api_key.created"
    API_KEY_REVOKED = "api_key.revoked"
    CLIENT_CREATED = "client.created"
    SUBLICENSE_CREATED = "sublicense.created"
    SUBLICENSE_RESIZED = "sublicense.resized"
    ENTRY_ASKED = "entry.asked"
    LEARNER_JOINED = "learner.joined"
    JOIN_PAGE_CHANGED = "join_page.changed"
    JOIN_REQUESTED = "join.requested"
    JOIN_WAITING = "join.waiting"
    JOIN_APPROVED = "join.approved"
    JOIN_REFUSED = "join.refused"
    LEARNER_EXPORTED = "learner.exported"
    LEARNER_ERASED = "learner.erased"
    CODE_CREATED = "code.created"
    CODE_COPIED = "code.copied"
    CODE_DISABLED = "code.disabled"
    CODE_ENABLED = "code.enabled"
    CODE_REDEEMED = "code.redeemed"
    SSO_CONNECTION_CREATED = "sso_connection.created"
    SSO_CONNECTION_CHANGED = "sso_connection.changed"
    SSO_CONNECTION_REMOVED = "sso_connection.removed"
    SSO_DOMAIN_CONFIRMED = "sso_connection.domain_confirmed"
    SSO_DOMAIN_UNCONFIRMED = "sso_connection.domain_unconfirmed"
    SSO_PERSON_UNLINKED = "sso_connection.person_unlinked"
    LEARNER_PROVISIONED = "learner.provisioned"


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something that happened in an organization.

    Attributes:
        id: a ULID; the newest sorts last.
        actor: the address of the person, `api-key:` and the id of the key that a program used, or `system`
            for the scheduled work.
        facts: what the consumers and the activity report need, as JSON; each type's keys are written by
            the service that commits it and read by `domain.effects`.
    """

    id: str
    organization: str
    type: EventType
    at: datetime
    actor: str
    facts: Mapping[str, Json] = field(default_factory=dict)


SYSTEM = "system"
