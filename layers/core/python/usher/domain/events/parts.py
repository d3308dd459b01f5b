"""Parts of events' data. A part has the same fields in every event that has it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import field
from datetime import datetime
from typing import ClassVar, Self

from usher.domain.accesses import Access, AccessState
from usher.domain.groups import Group
from usher.domain.invites import Invite, InviteKind
from usher.domain.languages import Language
from usher.domain.licenses import License, LicenseTerms, Product
from usher.domain.organizations import Manager, Organization, Role
from usher.lazy_dataclasses import dataclass


class Part:
    """Base of the parts."""

    # Read where the published schemas are generated: a field's description is the text below it.
    __pydantic_config__: ClassVar[dict[str, bool]] = {"use_attribute_docstrings": True}


@dataclass(frozen=True, kw_only=True)
class ProductRef(Part):
    """A product."""

    id: str
    name: str

    @classmethod
    def of(cls, product: Product) -> Self:
        """Refer to the product."""
        return cls(id=product.id, name=product.name)


@dataclass(frozen=True, kw_only=True)
class LicenseRef(Part):
    """A license and the product that it is for."""

    id: str
    product: ProductRef

    @classmethod
    def of(cls, terms: LicenseTerms) -> Self:
        """Refer to the license with these terms."""
        return cls(id=terms.license, product=ProductRef.of(terms.product))


@dataclass(frozen=True, kw_only=True)
class GroupRef(Part):
    """A group, by the name that it had at the time."""

    id: str
    name: str

    @classmethod
    def of(cls, group: Group) -> Self:
        """Refer to the group."""
        return cls(id=group.id, name=group.name)

    @classmethod
    def of_invite(cls, invite: Invite) -> tuple[Self, ...]:
        """Refer to the groups that the invite is to."""
        return tuple(cls(id=group.id, name=group.name) for group in invite.groups)


@dataclass(frozen=True, kw_only=True)
class ClientRef(Part):
    """A client organization."""

    id: str
    name: str

    @classmethod
    def of(cls, client: Organization) -> Self:
        """Refer to the client."""
        return cls(id=client.id, name=client.name)


@dataclass(frozen=True, kw_only=True)
class InviteRef(Part):
    """An invite, as it stood after what happened."""

    id: str
    kind: InviteKind
    email: str
    """The address it was sent to."""
    number: int
    """Which sending this was, from 1; a resend replaces the link of the one before."""
    licenses: tuple[LicenseRef, ...]
    """What a learner is offered; empty for a team invite."""
    groups: tuple[GroupRef, ...]
    """The groups that acceptance joins."""
    role: Role | None
    """The role that a team invite offers."""
    access_start: datetime | None
    """The start that a manager chose; null means on acceptance, or the license's own."""
    expires_at: datetime

    @classmethod
    def of(cls, invite: Invite) -> Self:
        """Refer to the invite."""
        return cls(
            id=invite.id,
            kind=invite.kind,
            email=invite.email,
            number=invite.number,
            licenses=tuple(LicenseRef.of(terms) for terms in invite.licenses),
            groups=GroupRef.of_invite(invite),
            role=invite.role,
            access_start=invite.access_start,
            expires_at=invite.expires_at,
        )


@dataclass(frozen=True, kw_only=True)
class AccessRef(Part):
    """One person's use of one license, as it stood after what happened."""

    email: str
    license: LicenseRef
    state: AccessState
    start_at: datetime | None
    """When the use begins or began."""
    invite_id: str | None
    """The id of the invite that gave it, if one did."""
    language: Language | None = field(default_factory=lambda: None)
    """The language of emails about it, where a code or join page chose one."""

    @classmethod
    def of(cls, access: Access) -> Self:
        """Refer to the access."""
        return cls(
            email=access.email,
            license=LicenseRef.of(access.terms),
            state=access.state,
            start_at=access.start_at,
            invite_id=access.invite or None,
            language=access.language,
        )


@dataclass(frozen=True, kw_only=True)
class SeatChange(Part):
    """Seats of a license that people took or, below zero, gave back."""

    license: LicenseRef
    seats: int

    @classmethod
    def taken(cls, terms: Iterable[LicenseTerms], *, each: int = 1) -> tuple[Self, ...]:
        """Return the changes by `each` for every mention of a license, one for each license."""
        by_license: dict[str, LicenseTerms] = {}
        seats: dict[str, int] = {}
        for one in terms:
            by_license[one.license] = one
            seats[one.license] = seats.get(one.license, 0) + each
        return tuple(
            cls(license=LicenseRef.of(by_license[id_]), seats=change) for id_, change in seats.items()
        )

    @classmethod
    def given_back(cls, terms: Iterable[LicenseTerms]) -> tuple[Self, ...]:
        """Return the changes for one seat given back at every mention of a license."""
        return cls.taken(terms, each=-1)


@dataclass(frozen=True, kw_only=True)
class HeldLicense(Part):
    """A license that an organization has, with the seats in use."""

    license: LicenseRef
    total: int
    in_use: int
    ends_at: datetime

    @classmethod
    def of(cls, held: License) -> Self:
        """Describe the license."""
        return cls(
            license=LicenseRef.of(held.terms),
            total=held.total,
            in_use=held.total - held.available,
            ends_at=held.terms.valid_until,
        )


@dataclass(frozen=True, kw_only=True)
class ManagerRef(Part):
    """A manager with their role, as it stood after what happened."""

    email: str
    role: Role

    @classmethod
    def of(cls, manager: Manager) -> Self:
        """Refer to the manager."""
        return cls(email=manager.email, role=manager.role)


@dataclass(frozen=True, kw_only=True)
class PersonRef(Part):
    """A person by the names that they gave themselves."""

    email: str
    first_name: str
    last_name: str


Counts = Mapping[str, int]
"""How many of each, by name."""
