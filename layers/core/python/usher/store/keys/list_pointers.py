"""The keys of pointers to invites, and to events that enrolled people, by what lists are filtered by."""

from __future__ import annotations


def invites(organization_id: str, of: str, state: str) -> str:
    """The partition of pointers to the invites of a license, a group or a kind in one state."""
    return f"ORG#{organization_id}#INVITES_OF#{of}#{state}"


def enrollments(organization_id: str, of: str) -> str:
    """The partition of pointers to the events that enrolled people for a license, or by a group."""
    return f"ORG#{organization_id}#ENROLLMENTS_OF#{of}"
