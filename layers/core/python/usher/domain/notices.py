"""Notices: the emails to all managers of an organization, each of which a manager can switch off."""

from __future__ import annotations

from enum import StrEnum


class Notice(StrEnum):
    """A kind of notice to managers. Their settings are stored by these names."""

    SEATS_LOW = "seats_low"
    SEATS_OUT = "seats_out"
    LICENSE_ENDING = "license_ending"
    PRODUCT_RETIRING = "product_retiring"
    INVITE_DECLINED = "invite_declined"
    INVITES_EXPIRED = "invites_expired"
    IMPORT_FINISHED = "import_finished"
    MANAGER_JOINED = "manager_joined"
    SUPPORT_ANSWERED = "support_answered"
    JOIN_REQUESTED = "join_requested"
    LINK_REQUESTED = "link_requested"
