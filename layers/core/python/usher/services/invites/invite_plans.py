"""Plans of invites: what a request asks for, read and checked before anything is written or sent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from usher.domain.address_faults import AddressFault
from usher.domain.addresses import (
    MAX_ADDRESS,
    AddressList,
    BadAddress,
    BadAddressesError,
    NoAddressesError,
    TooManyAddressesError,
    read_addresses,
    refuse_bad,
)
from usher.domain.errors import InvalidError
from usher.domain.groups import (
    MAX_GROUPS,
    MAX_LICENSES,
    Group,
    GroupRequiredError,
    InviteGroup,
    TooManyLicensesError,
    UnknownGroupError,
    licenses_together,
)
from usher.domain.instants import BadDateError
from usher.domain.invite_batches import Candidate, Invited, Outcome
from usher.domain.invites import (
    BadMessageError,
    Invite,
    InviteKind,
    InviteState,
    check_message,
    expiry_for,
    reminder_for,
)
from usher.domain.languages import Language
from usher.domain.licenses import License, LicenseOverError, SeatNeed, UnknownLicenseError
from usher.domain.organizations import Manager, Organization, Permission
from usher.domain.people import BadNameError, Person, clean_name, clean_names
from usher.domain.starts import (
    StartInPastError,
    StartNotChosenError,
    StartOutsideLicenseError,
    chosen_start,
    group_start,
)
from usher.lazy_dataclasses import dataclass
from usher.services.authorization import AUTHORIZE, Membership, authorize
from usher.services.context import Context
from usher.store import groups, licenses
from usher.store.table import Ref


class NoLicenseError(InvalidError):
    """The request names nothing to invite to."""

    code = "no_license"
    title = "Nothing to invite to"
    fields = ("license", "licenses", "group", "groups")
    next_action = "Choose the licenses or the groups to invite to."


class NameOfSeveralError(InvalidError):
    """A first or last name was sent with several addresses, of which it would become everybody's."""

    code = "name_of_several"
    title = "One name for several people"
    next_action = (
        "Leave the name out, write each name with its address (Ann Lee <ann@x.io>), or invite one by one."
    )


PLAN = (
    *AUTHORIZE,
    UnknownLicenseError,
    LicenseOverError,
    BadAddressesError,
    NoAddressesError,
    TooManyAddressesError,
    NameOfSeveralError,
    NoLicenseError,
    UnknownGroupError,
    GroupRequiredError,
    TooManyLicensesError,
    StartNotChosenError,
    StartInPastError,
    StartOutsideLicenseError,
    BadDateError,
    BadMessageError,
    BadNameError,
)
"""The refusals of `InvitePlanner.plan`, for the `refuses` lists of the use cases that call it."""


@dataclass(frozen=True, kw_only=True)
class InviteRequest:
    """A request for invites: addresses, and licenses and groups by their ids, as a manager wrote them.

    With `skip_invalid`, malformed addresses do not refuse the others.
    """

    license_ids: Sequence[str] = ()
    groups: Sequence[str] = ()
    emails: str | Sequence[str]
    access_start: str | None = None
    message: str = ""
    language: Language | None = None
    first_name: str = ""
    last_name: str = ""
    skip_invalid: bool = False


@dataclass(frozen=True, kw_only=True)
class InviteBatch:
    """What all the invites of a request share: who invites, and to which licenses and groups.

    The licenses in `pools` were read by their own items alone, which is enough in most cases.
    """

    organization: Organization
    manager: Manager
    inviter: str
    groups: Sequence[Group]
    pools: Mapping[str, License]
    now: datetime

    def draft(
        self,
        *,
        access_start: str | None,
        first_name: str,
        last_name: str,
        message: str,
        language: Language | None,
    ) -> Invite:
        """Return the invite without an id and an address.

        Raises:
            StartNotChosenError, BadDateError, StartInPastError, StartOutsideLicenseError.
        """
        terms = tuple(pool.terms for pool in self.pools.values())
        read_start = group_start if self.groups else chosen_start
        start = read_start(access_start, licenses=terms, time_zone=self.organization.time_zone, now=self.now)
        return Invite(
            id="",
            organization=self.organization.id,
            kind=InviteKind.LEARNER,
            email="",
            state=InviteState.PENDING,
            created_at=self.now,
            created_by=self.inviter,
            expires_at=expiry_for(now=self.now, days=self.organization.invite_days, licenses=terms),
            licenses=terms,
            groups=tuple(InviteGroup.of(group) for group in self.groups),
            first_name=first_name,
            last_name=last_name,
            message=message,
            language=language,
            access_start=start,
            sent_at=self.now,
            holds_seats=True,
        )


@dataclass(frozen=True, kw_only=True)
class InvitePlan:
    """The invites that a request asks for, by the positions of their addresses, and what is no address.

    `draft` is what all of the invites share.
    """

    batch: InviteBatch
    addresses: AddressList
    draft: Invite
    drafts: Mapping[int, Invite]

    @property
    def invalid(self) -> dict[int, Invited]:
        """The results of what is no address, by position."""
        return {
            bad.position: Invited(email=bad.text, outcome=Outcome.INVALID, reason=bad.reason, fault=bad.fault)
            for bad in self.addresses.bad
        }


class InvitePlanner:
    """Reads what requests for invites name, and checks it; writes nothing."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def plan(self, *, person: Person, organization: str, request: InviteRequest) -> InvitePlan:
        """Authorize the caller and return the plan: one call, for groups one more.

        Raises:
            UnknownLicenseError, LicenseOverError, NoLicenseError: about the licenses.
            UnknownGroupError, GroupRequiredError: about the groups.
            TooManyLicensesError: about how many groups and licenses are named altogether.
            BadAddressesError, NoAddressesError, TooManyAddressesError: about the addresses.
            NameOfSeveralError, BadNameError: about the names.
            StartNotChosenError, BadDateError, StartInPastError, StartOutsideLicenseError: about the start.
        """
        addresses = read_addresses(request.emails)
        group_ids = list(dict.fromkeys(request.groups))
        batch = self._read_batch(person, organization, request.license_ids, group_ids)
        addresses, names = _named(addresses)
        if not request.skip_invalid:
            refuse_bad(addresses)
        _require_own_name(addresses, first_name=request.first_name, last_name=request.last_name)
        draft = batch.draft(
            access_start=request.access_start,
            first_name=clean_name(request.first_name, field="first_name", required=False),
            last_name=clean_name(request.last_name, field="last_name", required=False),
            message=check_message(request.message),
            language=request.language,
        )
        drafts = {
            one.position: _addressed(draft, one.email, names[one.email]) for one in addresses.recipients
        }
        return InvitePlan(batch=batch, addresses=addresses, draft=draft, drafts=drafts)

    def _read_batch(
        self, person: Person, organization: str, license_ids: Sequence[str], group_ids: Sequence[str]
    ) -> InviteBatch:
        """Authorize the caller, and read the licenses and groups: one call, for groups one more.

        Raises:
            NoLicenseError, UnknownLicenseError, LicenseOverError, UnknownGroupError, GroupRequiredError,
            TooManyLicensesError.
        """
        if not license_ids and not group_ids:
            raise NoLicenseError("None of `license`, `licenses`, `group` and `groups` names anything.")
        if len(group_ids) > MAX_GROUPS or len(license_ids) > MAX_LICENSES:
            raise TooManyLicensesError(f"{len(group_ids)} groups and {len(license_ids)} licenses were named.")
        also: list[Ref[Any]] = [licenses.ref(organization, id_) for id_ in license_ids]
        also += [groups.ref(organization, id_) for id_ in group_ids]
        membership = authorize(
            self._context,
            person=person,
            organization=organization,
            permission=Permission.INVITE,
            also=also,
        )
        joined = _groups(membership, group_ids)
        pools = _pools(membership, license_ids)
        together = licenses_together(joined, license_ids)
        pools |= self._read_pools(organization, [id_ for id_ in together if id_ not in pools])
        now = self._context.now()
        for pool in pools.values():
            pool.terms.require_valid(now)
        return InviteBatch(
            organization=membership.organization,
            manager=membership.manager,
            inviter=person.email,
            groups=joined,
            pools=pools,
            now=now,
        )

    def read_seats(self, pools: Iterable[License]) -> Mapping[str, License]:
        """Read the seats of licenses as they are now, in all their parts: one call for each hundred parts."""
        return {one.id: one for one in licenses.read_again(self._context.table, pools)}

    def _read_pools(self, organization: str, wanted: Sequence[str]) -> Mapping[str, License]:
        """Read licenses by their own items: one call for each hundred, and none where none is wanted."""
        refs = [licenses.ref(organization, id_) for id_ in wanted]
        found = self._context.table.get_many(refs)
        return {
            id_: licenses.of_own_item(row)
            for id_, ref in zip(wanted, refs, strict=True)
            if (row := found.get(ref)) is not None
        }


def seat_needs(candidates: Sequence[Candidate], pools: Mapping[str, License]) -> list[SeatNeed]:
    """Return the seats that the candidates need of each license, beside those that are available."""
    needs = Counter(terms.license for one in candidates for terms in one.invite.licenses)
    return [
        SeatNeed(terms=pools[id_].terms, needed=n, available=pools[id_].available) for id_, n in needs.items()
    ]


def _groups(membership: Membership, named: Sequence[str]) -> list[Group]:
    """Return the groups that were named, or raise UnknownGroupError or GroupRequiredError."""
    membership.organization.require_group_in(named[0] if named else None)
    found: list[Group] = []
    for id_ in named:
        group = groups.open_group(membership.rows.get(groups.ref(membership.organization.id, id_)))
        if group is None:
            raise UnknownGroupError(f"The organization has no group {id_!r}.")
        found.append(group)
    return found


def _pools(membership: Membership, wanted: Sequence[str]) -> dict[str, License]:
    pools: dict[str, License] = {}
    for id_ in wanted:
        row = membership.rows.get(licenses.ref(membership.organization.id, id_))
        if row is None:
            raise UnknownLicenseError(f"The organization has no license {id_!r}.", license=id_)
        pools[id_] = licenses.of_own_item(row)
    return pools


def _named(addresses: AddressList) -> tuple[AddressList, dict[str, tuple[str, str]]]:
    """Return the addresses and their names; those whose name is not usable are among the bad ones."""
    names: dict[str, tuple[str, str]] = {}
    bad = list(addresses.bad)
    for one in addresses.recipients:
        try:
            names[one.email] = clean_names(one.first_name, one.last_name)
        except BadNameError as error:
            text = f"{one.name} <{one.email}>"[:MAX_ADDRESS]
            bad.append(
                BadAddress(text=text, reason=error.detail, fault=AddressFault.BAD_NAME, position=one.position)
            )
    recipients = tuple(one for one in addresses.recipients if one.email in names)
    return replace(
        addresses, recipients=recipients, bad=tuple(sorted(bad, key=lambda one: one.position))
    ), names


def _require_own_name(addresses: AddressList, **names: str) -> None:
    """Raise NameOfSeveralError if a name is to be given to more than one address."""
    given = tuple(field for field, name in names.items() if name.strip())
    if given and len(addresses.recipients) + len(addresses.bad) > 1:
        reason = "is one person's, and several addresses are named"
        raise NameOfSeveralError(
            f"{' and '.join(given)}: {reason}.",
            fields=given,
            reason=reason,
        )


def _addressed(draft: Invite, email: str, name: tuple[str, str]) -> Invite:
    first, last = name
    if draft.first_name or draft.last_name:
        first, last = draft.first_name, draft.last_name
    return replace(
        draft,
        email=email,
        first_name=first,
        last_name=last,
        remind_at=reminder_for(now=draft.created_at, expires_at=draft.expires_at),
    )
