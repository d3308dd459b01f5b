"""Mentions: the people, invites, licenses and groups that an event names in its data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass

from usher.domain.events.event import EventData, UnknownEvent
from usher.domain.events.parts import AccessRef, GroupRef, InviteRef, LicenseRef
from usher.lazy_dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Mentions:
    """The addresses, and the ids of the others. Who acted, or is only to be told, is not named."""

    people: frozenset[str]
    invites: frozenset[str]
    licenses: frozenset[str]
    groups: frozenset[str]


@dataclass(frozen=True)
class _Person:
    email: str


@dataclass(frozen=True)
class _Invite:
    id: str


@dataclass(frozen=True)
class _License:
    id: str


@dataclass(frozen=True)
class _Group:
    id: str


_Mention = _Person | _Invite | _License | _Group

_REFS: dict[type[LicenseRef | GroupRef | InviteRef], type[_License | _Group | _Invite]] = {
    LicenseRef: _License,
    GroupRef: _Group,
    InviteRef: _Invite,
}

_FIELDS: dict[str, type[_Person | _License]] = {"email": _Person, "emails": _Person, "license_ids": _License}
"""The fields of events and parts that name by texts."""


def mentions_of(data: EventData) -> Mentions:
    """Return whom and what the event names, wherever in its data; of an unknown type, nobody and nothing."""
    found = set() if isinstance(data, UnknownEvent) else set(_mentions(data))
    return Mentions(
        people=frozenset(one.email for one in found if isinstance(one, _Person)),
        invites=frozenset(one.id for one in found if isinstance(one, _Invite)),
        licenses=frozenset(one.id for one in found if isinstance(one, _License)),
        groups=frozenset(one.id for one in found if isinstance(one, _Group)),
    )


def addresses_in(data: EventData) -> frozenset[str]:
    """Return the people whom the event names, also in data of an unknown type, by the names of its fields."""
    return frozenset(one.email for one in _mentions(data) if isinstance(one, _Person))


def _mentions(value: object) -> Iterator[_Mention]:
    match value:
        case LicenseRef() | GroupRef() | InviteRef():
            yield _REFS[type(value)](value.id)
        case AccessRef(invite_id=str(invite)):
            yield _Invite(invite)
        case tuple() | list():
            for one in value:
                yield from _mentions(one)
        case Mapping():  # the data of an unknown type
            for name, one in value.items():
                yield from _mentions_in(name, one)
    if is_dataclass(value):
        for field in fields(value):
            yield from _mentions_in(field.name, getattr(value, field.name))


def _mentions_in(name: str, value: object) -> Iterator[_Mention]:
    """Yield what a field names: by its text or texts, or within its parts."""
    if (kind := _FIELDS.get(name)) is None:
        yield from _mentions(value)
        return
    for text in value if isinstance(value, tuple | list) else (value,):
        if isinstance(text, str) and text:
            yield kind(text)
