"""The expiry of invites, of which a sweep writes thousands."""

from __future__ import annotations

from usher.domain import figures
from usher.domain.invites import Invite
from usher.store.invites import InviteRow, ref
from usher.store.transaction import Write, update


def expire(before: Invite) -> Write:
    """Write that an expired invite gave its seats back, if its version is the one that was read.

    Only what changes is written, without building the whole row before and after.
    """
    after = before.expired()
    at = ref(before.id)
    moved = figures.difference(figures.of_invite(before), figures.of_invite(after))
    return update(
        InviteRow(at.pk, at.sk, version=before.version),
        InviteRow.holds_seats.set(after.holds_seats),
        InviteRow.due_pk.remove(),
        InviteRow.due_sk.remove(),
        change=figures.FiguresChange(organization=after.organization, figures=moved),
    )
