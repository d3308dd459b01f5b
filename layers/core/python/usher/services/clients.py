"""A provider's clients, and the sublicenses carved out of its licenses: never more than the license has."""

from __future__ import annotations

from usher.domain.addresses import BadAddressError
from usher.domain.clients import (
    AlreadySublicensedError,
    NoProviderError,
    UnknownClientError,
    UnknownSublicenseError,
)
from usher.domain.errors import refuses
from usher.domain.events.event import EventData
from usher.domain.events.licenses import (
    LicenseGranted,
    LicenseResized,
    SublicenseCreated,
    SublicenseResized,
)
from usher.domain.events.organizations import ClientCreated, OrganizationCreated
from usher.domain.events.parts import ClientRef, LicenseRef
from usher.domain.instants import UnknownTimeZoneError
from usher.domain.licenses import (
    BadLicenseError,
    License,
    LicenseOverError,
    NotEnoughSeatsError,
    SeatsInUseError,
    UnknownLicenseError,
    check_seats,
    next_ending_notice,
)
from usher.domain.organizations import (
    BadSettingsError,
    BadSlugError,
    Branding,
    Organization,
    Permission,
    Role,
    SlugTakenError,
)
from usher.domain.paging import BadCursorError
from usher.domain.people import BadNameError, Person, clean_name
from usher.services.authorization import AUTHORIZE, Membership, authorize
from usher.services.context import Context
from usher.services.operator_commands import FirstManager
from usher.services.paging import ResultPage
from usher.services.receipts import Receipt
from usher.services.team import draft_team_invite, pending_manager
from usher.services.transactions import record_event, retry_on_conflict
from usher.store import licenses, organizations
from usher.store.transaction import ConditionFailedError, Write


class Clients:
    """What a provider's managers do for its clients. Within a client they work as its own managers do."""

    def __init__(self, context: Context) -> None:
        self._context = context

    @refuses(
        *AUTHORIZE,
        NoProviderError,
        SlugTakenError,
        BadSlugError,
        BadSettingsError,
        UnknownTimeZoneError,
        BadAddressError,
        BadNameError,
    )
    def create(
        self,
        *,
        person: Person,
        organization: str,
        name: str,
        slug: str,
        receipt: Receipt,
        time_zone: str | None = None,
        branding: Branding | None = None,
        first_manager: FirstManager | None = None,
    ) -> Organization:
        """Create a client, with the provider's time zone where none is named.

        Its first manager, a full one, is invited where one is named; without, the provider manages it.

        Raises:
            NoProviderError: the organization is a client itself.
        """
        membership = self._sit(person, organization, Permission.MANAGE_CLIENTS)
        provider = membership.organization
        if first_manager is not None:
            # A program decides nowhere who manages; else a key that leaked would outlive its revocation.
            membership.manager.require(Permission.MANAGE_TEAM)
        if provider.provider is not None:
            raise NoProviderError(f"{provider.name} is a client itself.")
        now = self._context.now()
        client = Organization(
            id=self._context.new_id(),
            slug=slug,
            name=clean_name(name),
            time_zone=time_zone or provider.time_zone,
            branding=branding or Branding(),
            invite_days=provider.invite_days,
            provider=provider.id,
            created_at=now,
        )
        slug_claim = organizations.claim_slug(slug, client.id)
        writes = [
            organizations.create(client),
            slug_claim,
            self._event(person, client.id, OrganizationCreated(name=client.name, slug=client.slug)),
            self._event(person, provider.id, ClientCreated(client=ClientRef.of(client), slug=client.slug)),
            *self._first_manager_invite(person, client, first_manager),
        ]
        try:
            receipt.commit(self._context, writes, client)
        except ConditionFailedError as stale:
            if slug_claim in stale:
                raise SlugTakenError(f"The slug {slug!r} is taken.") from stale
            raise
        return client

    @refuses(*AUTHORIZE, BadCursorError)
    def listed(
        self, *, person: Person, organization: str, limit: int, cursor: str | None
    ) -> ResultPage[Organization]:
        """List the clients, oldest first: two calls."""
        self._sit(person, organization, Permission.READ)
        page = organizations.all_of_provider(self._context.table, organization, limit=limit, cursor=cursor)
        return ResultPage(items=[organizations.organization_of(row) for row in page.rows], next=page.next)

    @refuses(*AUTHORIZE, UnknownClientError)
    def client(self, *, person: Person, organization: str, client: str) -> Organization:
        """Read a client: one call."""
        at = organizations.ref(client)
        membership = authorize(
            self._context, person=person, organization=organization, permission=Permission.READ, also=[at]
        )
        return _client(membership, client)

    @refuses(*AUTHORIZE, UnknownClientError)
    def sublicenses(self, *, person: Person, organization: str, client: str) -> list[License]:
        """List a client's sublicenses, oldest first: two calls."""
        home = self.client(person=person, organization=organization, client=client)
        return [one for one in licenses.of_organization(self._context.table, home.id) if one.parent]

    @refuses(
        *AUTHORIZE,
        UnknownClientError,
        UnknownLicenseError,
        LicenseOverError,
        BadLicenseError,
        NotEnoughSeatsError,
        AlreadySublicensedError,
    )
    def carve(
        self,
        *,
        person: Person,
        organization: str,
        client: str,
        license_id: str,
        seats: int,
        receipt: Receipt,
    ) -> License:
        """Carve a sublicense out of a license of the provider, with its terms and so many of its seats.

        Raises:
            NotEnoughSeatsError: the license has fewer seats to give; its `shortfall` says how many.
            AlreadySublicensedError: the client has one of this license.
        """
        at_parent = licenses.ref(organization, license_id)
        membership = authorize(
            self._context,
            person=person,
            organization=organization,
            permission=Permission.MANAGE_CLIENTS,
            also=[at_parent, organizations.ref(client), licenses.sublicense_ref(client, license_id)],
        )
        home = _client(membership, client)
        parent = licenses.found_at(membership.rows, at_parent)
        now = self._context.now()
        parent.terms.require_valid(now)
        if (there := membership.rows.get(licenses.sublicense_ref(client, license_id))) is not None:
            raise AlreadySublicensedError(f"{home.name} has a sublicense of it.", sublicense=there.license)
        carved = License(
            terms=parent.terms.of(license_id=self._context.new_id(), organization=home.id),
            total=check_seats(seats),
            order="",
            parent=parent.id,
            created_at=now,
            notice_at=next_ending_notice(parent.terms.valid_until, after=now),
        )
        lent = licenses.lend(organization, license_id, seats)
        noted = licenses.record_sublicense(home.id, parent=parent.id, license_id=carved.id)
        sublicense = LicenseRef.of(carved.terms)
        writes = [
            lent,
            noted,
            licenses.create(carved),
            self._event(person, home.id, LicenseGranted(license=sublicense, seats=seats, order=None)),
            self._event(
                person,
                membership.organization.id,
                SublicenseCreated(
                    client=ClientRef.of(home),
                    license=LicenseRef.of(parent.terms),
                    sublicense=sublicense,
                    seats=seats,
                ),
            ),
        ]
        try:
            receipt.commit(self._context, writes, carved)
        except ConditionFailedError as stale:
            if noted in stale:
                raise AlreadySublicensedError(f"{home.name} has a sublicense of it.") from stale
            if lent not in stale:
                raise
            raise _short(parent, seats, licenses.available_in(stale.failed[lent])) from stale
        return carved

    @refuses(
        *AUTHORIZE,
        UnknownClientError,
        UnknownSublicenseError,
        LicenseOverError,
        BadLicenseError,
        NotEnoughSeatsError,
        SeatsInUseError,
    )
    @retry_on_conflict
    def move_seats(
        self,
        *,
        person: Person,
        organization: str,
        client: str,
        sublicense: str,
        seats: int,
        receipt: Receipt,
    ) -> License:
        """Move `seats` from the provider's license to the sublicense or, below zero, free ones back.

        Raises:
            NotEnoughSeatsError: the provider's license has fewer seats to give.
            SeatsInUseError: the sublicense has fewer free seats to give back.
        """
        check_seats(abs(seats))
        home, before = self._sublicense(person, organization, client, sublicense)
        if seats > 0:
            before.terms.require_valid(self._context.now())
        lent = licenses.lend(organization, str(before.parent), seats)
        resized = licenses.resize(client, sublicense, seats, total=before.total)
        resized_license = LicenseRef.of(before.terms)
        writes = [
            lent,
            resized,
            self._event(person, home.id, LicenseResized(license=resized_license, change=seats, order=None)),
            self._event(
                person,
                organization,
                SublicenseResized(
                    client=ClientRef.of(home),
                    license=LicenseRef(id=str(before.parent), product=resized_license.product),
                    sublicense=resized_license,
                    change=seats,
                ),
            ),
        ]
        after = before.resized(seats)
        try:
            receipt.commit(self._context, writes, after)
        except ConditionFailedError as stale:
            if resized in stale and licenses.total_in(stale.failed[resized]) != before.total:
                raise
            _refuse(before, seats, stale, lent=lent, resized=resized)
            raise
        return after

    def _sublicense(
        self, person: Person, organization: str, client: str, sublicense: str
    ) -> tuple[Organization, License]:
        at = licenses.ref(client, sublicense)
        membership = authorize(
            self._context,
            person=person,
            organization=organization,
            permission=Permission.MANAGE_CLIENTS,
            also=[at, organizations.ref(client)],
        )
        home = _client(membership, client)
        row = membership.rows.get(at)
        if row is None or row.parent is None:
            raise UnknownSublicenseError(f"{home.name} has no such sublicense.")
        return home, licenses.license_of(row)

    def _sit(self, person: Person, organization: str, permission: Permission) -> Membership:
        return authorize(self._context, person=person, organization=organization, permission=permission)

    def _first_manager_invite(
        self, person: Person, client: Organization, first: FirstManager | None
    ) -> list[Write]:
        if first is None:
            return []
        now = self._context.now()
        invite = draft_team_invite(
            client,
            id_=self._context.new_id(),
            email=first.email,
            first_name=first.first_name,
            last_name=first.last_name,
            role=Role.FULL,
            by=person.email,
            now=now,
        )
        return pending_manager(self._context, invite, now=now)[1]

    def _event(self, person: Person, organization: str, data: EventData) -> Write:
        return record_event(self._context, data, organization=organization, actor=person.email)


def _client(membership: Membership, client: str) -> Organization:
    """Return the client that was read along, or raise UnknownClientError."""
    row = membership.rows.get(organizations.ref(client))
    if row is None or row.provider != membership.organization.id:
        raise UnknownClientError("The organization has no such client.")
    return organizations.organization_of(row)


def _refuse(before: License, seats: int, stale: ConditionFailedError, *, lent: Write, resized: Write) -> None:
    """Raise SeatsInUseError or NotEnoughSeatsError if it was one of the two pools that was too small."""
    if resized in stale:
        free = licenses.available_in(stale.failed[resized])
        raise SeatsInUseError(
            f"{-seats} seats were to be given back and {free} are free.", available=free
        ) from stale
    if lent in stale:
        raise _short(before, seats, licenses.available_in(stale.failed[lent])) from stale


def _short(license_: License, seats: int, available: int) -> NotEnoughSeatsError:
    missing = seats - available
    return NotEnoughSeatsError(
        f"{missing} more {'seat is' if missing == 1 else 'seats are'} needed than available; none was moved.",
        next_action="Move fewer seats, or buy more.",
        shortfall=[
            {
                "license": license_.parent or license_.id,
                "needed": seats,
                "available": available,
                "missing": missing,
            }
        ],
    )
