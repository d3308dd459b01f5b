"""A provider's clients, and their sublicenses: seats of the provider's licenses, never more than are free."""

from __future__ import annotations

from datetime import datetime

from usher.domain.addresses import BadAddressError, read_address
from usher.domain.clients import (
    AlreadySublicensedError,
    NoProviderError,
    UnknownClientError,
    UnknownSublicenseError,
)
from usher.domain.email_budgets import TooManyEmailsError, budget_owner
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
from usher.domain.languages import Language
from usher.domain.license_parts import parts_for
from usher.domain.licenses import (
    BadLicenseError,
    License,
    LicenseOverError,
    LicenseTerms,
    NotEnoughSeatsError,
    SeatNeed,
    SeatsInUseError,
    UnknownLicenseError,
    check_seats,
    next_ending_notice,
    shortfall_of,
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
from usher.domain.people import BadNameError, Person, clean_name
from usher.domain.versions import written
from usher.services.authorization import AUTHORIZE, Membership, authorize
from usher.services.context import Context
from usher.services.email_budgets import count_email, email_refusal
from usher.services.license_queries import with_reserved_seats
from usher.services.operator_commands import FirstManager
from usher.services.receipts import Receipt
from usher.services.team_members import draft_team_invite, pending_manager
from usher.services.transactions import record_event, retry_on_conflict
from usher.store import license_pools, licenses, organization_names, organizations
from usher.store.transaction import ConditionFailedError, Write


class Clients:
    """Creates and reads a provider's clients and their sublicenses, for the provider's managers."""

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
        TooManyEmailsError,
    )
    def create(  # noqa: PLR0913 - the fields of the request
        self,
        *,
        person: Person,
        organization: str,
        name: str,
        slug: str,
        receipt: Receipt,
        time_zone: str | None = None,
        language: Language | None = None,
        branding: Branding | None = None,
        first_manager: FirstManager | None = None,
    ) -> Organization:
        """Create a client, with the provider's time zone and language where none is named.

        The first manager, where one is named, is invited as a full manager; else the provider's manage it.

        Raises:
            NoProviderError: the organization is a client itself.
        """
        membership = self._authorize(person, organization, Permission.MANAGE_CLIENTS)
        provider = membership.organization
        if first_manager is not None:
            # An API key may nowhere decide who manages: a key that leaked would outlive its revocation.
            membership.manager.require(Permission.MANAGE_TEAM)
        if provider.provider is not None:
            raise NoProviderError(f"{provider.name} is a client itself.")
        now = self._context.now()
        client = Organization(
            id=self._context.new_id(),
            slug=slug,
            name=clean_name(name),
            time_zone=time_zone or provider.time_zone,
            language=language or provider.language,
            branding=branding or Branding(),
            invite_days=provider.invite_days,
            provider=provider.id,
            created_at=now,
        )
        slug_claim = organizations.claim_slug(slug, client.id)
        counted = [] if first_manager is None else [_count_email(client, first_manager, now=now)]
        writes = [
            organizations.create(client),
            *organization_names.enter(client),
            slug_claim,
            self._event(person, client.id, OrganizationCreated(name=client.name, slug=client.slug)),
            self._event(person, provider.id, ClientCreated(client=ClientRef.of(client), slug=client.slug)),
            *self._first_manager_invite(person, client, first_manager),
            *counted,
        ]
        try:
            receipt.commit(self._context, writes, written(client))
        except ConditionFailedError as stale:
            if slug_claim in stale:
                raise SlugTakenError(f"The slug {slug!r} is taken.") from stale
            if any(write in stale for write in counted):
                raise email_refusal(now=now) from stale
            raise
        return written(client)

    @refuses(*AUTHORIZE, UnknownClientError)
    def client(self, *, person: Person, organization: str, client: str) -> Organization:
        """Read a client: one call."""
        at = organizations.ref(client)
        membership = authorize(
            self._context, person=person, organization=organization, permission=Permission.READ, also=[at]
        )
        return client_in(membership, client)

    @refuses(*AUTHORIZE, UnknownClientError)
    def sublicenses(self, *, person: Person, organization: str, client: str) -> list[License]:
        """List a client's sublicenses, oldest first: three calls."""
        owner = self.client(person=person, organization=organization, client=client)
        return [one for one in with_reserved_seats(self._context, owner.id) if one.parent]

    @refuses(
        *AUTHORIZE,
        UnknownClientError,
        UnknownLicenseError,
        LicenseOverError,
        BadLicenseError,
        NotEnoughSeatsError,
        AlreadySublicensedError,
    )
    def create_sublicense(
        self,
        *,
        person: Person,
        organization: str,
        client: str,
        license_id: str,
        seats: int,
        receipt: Receipt,
    ) -> License:
        """Create the client's sublicense of a license: with its terms, and `seats` taken from its free ones.

        Raises:
            NotEnoughSeatsError: the license has fewer free seats; its `shortfall` says how many.
            AlreadySublicensedError: the client has a sublicense of this license.
        """
        terms, owner = self._sublicensable(person, organization, client, license_id)
        sublicense = self._new_sublicense(terms, owner, seats)
        lent = license_pools.lend(terms, seats)
        recorded = licenses.record_sublicense(owner.id, parent=license_id, license_id=sublicense.id)
        writes = [
            lent,
            recorded,
            organizations.change(owner, owner),  # a client that is closed at this moment is not given seats
            *license_pools.create(sublicense),
            *self._sublicense_events(person, owner, terms, sublicense),
        ]
        try:
            receipt.commit(self._context, writes, sublicense)
        except ConditionFailedError as stale:
            if recorded in stale:
                raise AlreadySublicensedError(f"{owner.name} has a sublicense of it.") from stale
            if lent not in stale:
                raise
            raise _shortage(terms, seats, license_pools.available_in(stale.failed[lent])) from stale
        return sublicense

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
        """Move `seats` from the provider's license to the sublicense; below zero, move free seats back.

        Raises:
            NotEnoughSeatsError: the provider's license has fewer free seats.
            SeatsInUseError: the sublicense has fewer free seats.
        """
        check_seats(abs(seats))
        owner, before = self._sublicense(person, organization, client, sublicense)
        if seats > 0:
            owner.require_open_for(Permission.MANAGE_CLIENTS)
            before.terms.require_valid(self._context.now())
        lending = before.terms.of(license_id=str(before.parent), organization=organization)
        lent = license_pools.lend(lending, seats)
        resized = license_pools.resize(before.terms, seats, total=before.total)
        sublicense_ref = LicenseRef.of(before.terms)
        writes = [
            lent,
            resized,
            self._event(person, owner.id, LicenseResized(license=sublicense_ref, change=seats, order=None)),
            self._event(
                person,
                organization,
                SublicenseResized(
                    client=ClientRef.of(owner),
                    license=LicenseRef(id=str(before.parent), product=sublicense_ref.product),
                    sublicense=sublicense_ref,
                    change=seats,
                ),
            ),
        ]
        after = before.resized(seats)
        try:
            receipt.commit(self._context, writes, after)
        except ConditionFailedError as stale:
            if resized in stale and license_pools.total_in(stale.failed[resized]) != before.total:
                raise
            _refuse(lending, seats, stale, lent=lent, resized=resized)
            raise
        return after

    def _sublicensable(
        self, person: Person, organization: str, client: str, license_id: str
    ) -> tuple[LicenseTerms, Organization]:
        """Read the terms of a license of which the client has no sublicense, and the client: one call.

        Raises:
            UnknownClientError, UnknownLicenseError, LicenseOverError.
            AlreadySublicensedError: the client has one.
        """
        at_parent, at_sublicense = (
            licenses.ref(organization, license_id),
            licenses.sublicense_ref(client, license_id),
        )
        membership = authorize(
            self._context,
            person=person,
            organization=organization,
            permission=Permission.MANAGE_CLIENTS,
            also=[at_parent, organizations.ref(client), at_sublicense],
        )
        owner = client_in(membership, client)
        owner.require_open_for(Permission.MANAGE_CLIENTS)
        parent = licenses.terms_at(membership.rows, at_parent)
        parent.require_valid(self._context.now())
        if (existing := membership.rows.get(at_sublicense)) is not None:
            raise AlreadySublicensedError(
                f"{owner.name} has a sublicense of it.", sublicense=existing.license
            )
        return parent, owner

    def _new_sublicense(self, parent: LicenseTerms, owner: Organization, seats: int) -> License:
        now = self._context.now()
        return License(
            terms=parent.of(
                license_id=self._context.new_id(),
                organization=owner.id,
                parts=parts_for(check_seats(seats)),
            ),
            total=seats,
            order="",
            parent=parent.license,
            created_at=now,
            notice_at=next_ending_notice(parent.valid_until, after=now),
        )

    def _sublicense_events(
        self, person: Person, owner: Organization, parent: LicenseTerms, sublicense: License
    ) -> list[Write]:
        """Return the writes that record a new sublicense: one event for the client, one for the provider."""
        granted = LicenseGranted(license=LicenseRef.of(sublicense.terms), seats=sublicense.total, order=None)
        created = SublicenseCreated(
            client=ClientRef.of(owner),
            license=LicenseRef.of(parent),
            sublicense=LicenseRef.of(sublicense.terms),
            seats=sublicense.total,
        )
        return [
            self._event(person, owner.id, granted),
            self._event(person, parent.organization, created),
        ]

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
        owner = client_in(membership, client)
        row = membership.rows.get(at)
        if row is None or row.parent is None:
            raise UnknownSublicenseError(f"{owner.name} has no such sublicense.")
        (found,) = licenses.found_at(self._context.table, membership.rows, [at])
        return owner, found

    def _authorize(self, person: Person, organization: str, permission: Permission) -> Membership:
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


def _count_email(client: Organization, first: FirstManager, *, now: datetime) -> Write:
    return count_email(budget_owner(client), read_address(first.email), now=now)


def client_in(membership: Membership, client: str) -> Organization:
    """Return the client from the rows read with the membership, or raise UnknownClientError."""
    row = membership.rows.get(organizations.ref(client))
    if row is None or row.provider != membership.organization.id:
        raise UnknownClientError("The organization has no such client.")
    return organizations.organization_of(row)


def _refuse(
    lending: LicenseTerms, seats: int, stale: ConditionFailedError, *, lent: Write, resized: Write
) -> None:
    """Raise SeatsInUseError or NotEnoughSeatsError if one of the two licenses has too few free seats."""
    if resized in stale:
        free = license_pools.available_in(stale.failed[resized])
        raise SeatsInUseError(
            f"{-seats} seats were to be given back and {free} are free.", available=free
        ) from stale
    if lent in stale:
        raise _shortage(lending, seats, license_pools.available_in(stale.failed[lent])) from stale


def _shortage(lending: LicenseTerms, seats: int, available: int) -> NotEnoughSeatsError:
    return shortfall_of(
        [SeatNeed(terms=lending, needed=seats, available=available)],
        consequence="none was moved",
        next_action="Move fewer seats, or buy more.",
    )
