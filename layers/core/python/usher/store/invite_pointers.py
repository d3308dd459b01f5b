"""Pointers to invites, for lists with a filter, and how they change with an invite (decisions 0085, 0101)."""

from __future__ import annotations

from usher.domain.invite_pointers import (
    HELD,
    RESENT,
    InvitePointer,
    pointers_by_problem,
    problem_changes,
)
from usher.domain.invites import Invite
from usher.store.keys import list_pointers as keys
from usher.store.table import Row
from usher.store.transaction import Write, delete, put


class PointerRow(Row):
    """`ORG#o#INVITES_OF#license#state`, an invite's id; `ORG#o#ENROLLMENTS_OF#license`, an event's."""


def resent(organization: str, invite: str) -> Write:
    """Write the pointer to an invite that is sent again, so that it is open wherever lists look for it."""
    return put(row_of(organization, InvitePointer(of=RESENT, invite=invite)))


def held(organization: str, invite: str) -> Write:
    """Write the pointer to an invite whose email is held."""
    return put(row_of(organization, InvitePointer(of=HELD, invite=invite)))


def not_held(organization: str, invite: str) -> Write:
    """Remove the pointer to an invite whose email was held."""
    return delete(row_of(organization, InvitePointer(of=HELD, invite=invite)))


def of_problems(invite: Invite) -> list[PointerRow]:
    """Return the pointer to an invite by its delivery problem, if it has one."""
    return [row_of(invite.organization, one) for one in pointers_by_problem(invite)]


def moved_by_problem(before: Invite, after: Invite) -> list[Write]:
    """Write how the pointers by delivery problem change with an invite: nothing for most."""
    changes = problem_changes(before, after)
    return [
        *(put(row_of(after.organization, one)) for one in changes.added),
        *(delete(row_of(after.organization, one)) for one in changes.removed),
    ]


def row_of(organization: str, pointer: InvitePointer) -> PointerRow:
    """Return the item of a pointer to an invite."""
    return PointerRow(keys.invites(organization, pointer.of, pointer.state), pointer.invite)
