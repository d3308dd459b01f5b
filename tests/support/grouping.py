"""Short ways to make groups, to invite to them and to look into them, as the full manager."""

from __future__ import annotations

from collections.abc import Sequence

from tests.support.house import House
from usher.domain.groups import (
    Group,
)
from usher.domain.invites import Invite
from usher.domain.licenses import License
from usher.services.giving import Given, Giving
from usher.services.grouping import Grouping
from usher.services.invites.inviting import Inviting
from usher.services.invites.reserving import Invited
from usher.services.receipts import Receipt


def group_of(house: House, *licenses: License, name: str = "Night shift") -> Group:
    created = Grouping(house.context).create(
        person=house.full,
        organization=house.id,
        name=name,
        license_ids=[one.id for one in licenses],
        receipt=Receipt(),
    )
    return created.group


def invite_all(
    house: House, group: Group | str, emails: str | Sequence[str], access_start: str | None = None
) -> list[Invited]:
    return Inviting(house.context).invite(
        person=house.full,
        organization=house.id,
        group=group if isinstance(group, str) else group.id,
        emails=emails,
        access_start=access_start,
        receipt=Receipt(),
    )


def invite(house: House, group: Group, email: str = "ann@x.io", access_start: str | None = None) -> Invite:
    (one,) = invite_all(house, group, email, access_start)
    assert one.invite is not None
    return one.invite


def members(house: House, group: Group, limit: int = 50) -> list[str]:
    emails: list[str] = []
    cursor = None
    while True:
        page = Grouping(house.context).members(
            person=house.full, organization=house.id, group=group.id, limit=limit, cursor=cursor
        )
        emails += [one.email for one in page.items]
        cursor = page.next
        if cursor is None:
            return emails


def join(house: House, group: Group, *emails: str) -> None:
    for email in emails:
        house.accept(invite(house, group, email))


def add(
    house: House, group: Group, license_: License, *, apply: bool = True, receipt: Receipt | None = None
) -> Given:
    return Giving(house.context).add(
        person=house.full,
        organization=house.id,
        group=group.id,
        license_id=license_.id,
        apply=apply,
        receipt=receipt or Receipt(),
    )


def delete(house: House, group: Group) -> None:
    Grouping(house.context).delete(person=house.full, organization=house.id, group=group.id)


def remove(house: House, group: Group, license_: License) -> None:
    Grouping(house.context).remove_license(
        person=house.full, organization=house.id, group=group.id, license_id=license_.id
    )


def licenses_of(house: House, group: Group) -> tuple[str, ...]:
    return (
        Grouping(house.context).group(person=house.full, organization=house.id, group=group.id).group.licenses
    )
