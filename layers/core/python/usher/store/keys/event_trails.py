"""The keys of event trails, which hold no address but a hash of it."""

from __future__ import annotations

import hashlib

from usher.store import keys


def person_trail(organization_id: str, email: str) -> str:
    """The partition of the pointers to the events that name a person."""
    return f"{keys.organization(organization_id)}#TRAIL#PERSON#{_hash(email)}"


def actor_trail(organization_id: str, actor: str) -> str:
    """The partition of the pointers to the events that somebody caused and that do not name them."""
    return f"{keys.organization(organization_id)}#TRAIL#ACTOR#{_hash(actor)}"


def type_trail(organization_id: str, type_: str, shard: int) -> str:
    """The partition of the pointers to the events of a type in one shard of the organization."""
    return f"{keys.organization(organization_id)}#TRAIL#TYPE#{type_}#{shard}"


def license_trail(organization_id: str, license_id: str) -> str:
    """The partition of the pointers to the events that name a license."""
    return f"{keys.organization(organization_id)}#TRAIL#LICENSE#{license_id}"


def group_trail(organization_id: str, group_id: str) -> str:
    """The partition of the pointers to the events that name a group."""
    return f"{keys.organization(organization_id)}#TRAIL#GROUP#{group_id}"


def method_trail(organization_id: str, method: str, shard: int) -> str:
    """The partition of the pointers to the events of one shard that enrolled people by a method."""
    return f"{keys.organization(organization_id)}#TRAIL#METHOD#{method}#{shard}"


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
