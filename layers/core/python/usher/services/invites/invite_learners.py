"""Invites learners and reserves a seat for each; exact under concurrency."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from usher.domain.addresses import (
    AddressList,
    BadAddress,
    BadAddressesError,
    NoAddressesError,
    TooManyAddressesError,
    read_addresses,
    refuse_bad,
)
from usher.domain.email_budgets import TooManyEmailsError, budget_owner
from usher.domain.errors import InvalidError, refuses
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
from usher.domain.invite_batches import Candidate, Invited, Outcome, SeatsHeld, SortedOut, sort_out
from usher.domain.invites import (
    BadMessageError,
    Invite,
    InviteKind,
    InviteState,
    check_message,
    expiry_for,
    reminder_for,
)
from usher.domain.licenses import (
    License,
    LicenseOverError,
    NotEnoughSeatsError,
    SeatNeed,
    UnknownLicenseError,
    refuse_shortfall,
)
from usher.domain.organizations import Organization, Permission
from usher.domain.people import BadNameError, Person, clean_name, clean_names
from usher.domain.starts import (
    StartInPastError,
    StartNotChosenError,
    StartOutsideLicenseError,
    chosen_start,
    group_start,
)
from usher.services.authorization import AUTHORIZE, Membership, authorize
from usher.services.context import Context
from usher.services.invites.reserve_seats import reserve
from usher.services.invites.seats_held import read_and_expire_lapsed
from usher.services.receipts import Receipt
from usher.store import groups, licenses
from usher.store.table import Ref


class NoLicenseError(InvalidError):
    """The request names nothing to invite to."""

    code = "no_license"
    title = "Nothing to invite to"
    fields = ("license", "licenses", "group", "groups")
    next_action = "Name licenses in `license` or `licenses`, or groups in `group` or `groups`."


class NameOfSeveralError(InvalidError):
    """A first or last name was sent with several addresses, of which it would become everybody's."""

    code = "name_of_several"
    title = "One name for several people"
    next_action = (
        "Leave the name out, write each name with its address (`Ann Lee <ann@x.io>`), or invite one by one."
    )


class InviteLearners:
    """Invites learners to an organization's licenses."""

    def __init__(self, context: Context) -> None:
        self._context = context

    @refuses(
        *AUTHORIZE,
        UnknownLicenseError,
        LicenseOverError,
        NotEnoughSeatsError,
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
        TooManyEmailsError,
    )
    def invite(  # noqa: PLR0913 - the fields of the request
        self,
        *,
        person: Person,
        organization: str,
        license_ids: Sequence[str] = (),
        groups: Sequence[str] = (),
        emails: str | Sequence[str],
        receipt: Receipt,
        access_start: str | None = None,
        message: str = "",
        first_name: str = "",
        last_name: str = "",
        skip_invalid: bool = False,
    ) -> list[Invited]:
        """Invite addresses to licenses and groups and return what became of each, in the order given.

        Each address gets one invite: to a seat in each license, its groups' included, that it does not have
        yet; acceptance joins the groups. A start that is chosen holds, where there is a group, for those of
        the licenses that allow one.

        One bad address refuses the batch unless `skip_invalid`; a batch larger than the pool is refused
        whole with the exact shortfall. If seats run out between check and write, the answer says who was
        invited (DESIGN 2, Batches). An address that was emailed too often today is left out, and told so.

        Raises:
            TooManyEmailsError: so was each address of the request; nothing was done.
            UnknownLicenseError, LicenseOverError, NotEnoughSeatsError: about the licenses.
            UnknownGroupError, GroupRequiredError: about the groups.
            TooManyLicensesError: about how many groups and licenses are named altogether.
            BadAddressesError, NoAddressesError, TooManyAddressesError: about the addresses.
            NameOfSeveralError: a name for more than one address.
            StartNotChosenError, BadDateError, StartInPastError, StartOutsideLicenseError: about the start.
        """
        addresses = read_addresses(emails)
        batch = self._read_batch(person, organization, license_ids, list(dict.fromkeys(groups)))
        addresses, names = _named(addresses)
        if not skip_invalid:
            refuse_bad(addresses)
        _require_own_name(addresses, first_name=first_name, last_name=last_name)
        draft = batch.draft(
            access_start=access_start,
            first_name=clean_name(first_name, field="first_name", required=False),
            last_name=clean_name(last_name, field="last_name", required=False),
            message=check_message(message),
        )
        drafts = {
            nth: _addressed(draft, one.email, names[one.email])
            for nth, one in enumerate(addresses.recipients)
        }
        held, pools = self._read_seats(batch, drafts)
        decided = _decide(drafts, held, pools, done=receipt.done, now=batch.now)
        settled = {**decided.settled, **_invalid(addresses)}
        receipt.note_all(settled)
        owner = budget_owner(batch.organization)
        invited = reserve(self._context, decided.candidates, receipt=receipt, owner=owner)
        results = {**settled, **invited}
        _refuse_emailed(list(results.values()), done=receipt.done)
        receipt.finish(self._context)
        return [results[position] for position in sorted(results)]

    def _read_batch(
        self, person: Person, organization: str, license_ids: Sequence[str], group_ids: Sequence[str]
    ) -> _InviteBatch:
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
        return _InviteBatch(
            organization=membership.organization, inviter=person.email, groups=joined, pools=pools, now=now
        )

    def _read_seats(
        self, batch: _InviteBatch, drafts: Mapping[int, Invite]
    ) -> tuple[SeatsHeld, Mapping[str, License]]:
        """Read what the addresses already have, and the pools as they are after the expiry of lapsed invites.

        The pools are read again, one call more, only if an invite expired.
        """
        held = read_and_expire_lapsed(self._context, drafts, now=batch.now)
        if not held.lapsed:
            return held, batch.pools
        return held, self._read_pools(batch.organization.id, list(batch.pools))

    def _read_pools(self, organization: str, wanted: Sequence[str]) -> Mapping[str, License]:
        refs = [licenses.ref(organization, id_) for id_ in wanted]
        found = self._context.table.get_many(refs)
        return {
            id_: licenses.license_of(row)
            for id_, ref in zip(wanted, refs, strict=True)
            if (row := found.get(ref)) is not None
        }


@dataclass(frozen=True, kw_only=True)
class _InviteBatch:
    """What all the invites of a request share: who invites, and to which licenses and groups."""

    organization: Organization
    inviter: str
    groups: Sequence[Group]
    pools: Mapping[str, License]
    now: datetime

    def draft(self, *, access_start: str | None, first_name: str, last_name: str, message: str) -> Invite:
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
            access_start=start,
            sent_at=self.now,
            holds_seats=True,
        )


def _decide(
    drafts: Mapping[int, Invite],
    held: SeatsHeld,
    pools: Mapping[str, License],
    *,
    done: frozenset[int],
    now: datetime,
) -> SortedOut:
    """Decide which of the drafts are settled and which are invited, without the positions in `done`.

    Where an earlier try of the request has done some, its results stand, and the rest gets the seats that
    are available.

    Raises:
        NotEnoughSeatsError: the pools have too few seats, and no earlier try has done any.
    """
    sorted_out = sort_out({at: one for at, one in drafts.items() if at not in done}, held, now=now)
    if not done:
        refuse_shortfall(_needs(sorted_out.candidates, pools), consequence="nobody was invited")
    return sorted_out


def _invalid(addresses: AddressList) -> dict[int, Invited]:
    """Return the results of what is no address, by position, behind those of the addresses."""
    return {
        at: Invited(email=bad.text, outcome=Outcome.INVALID, reason=bad.reason)
        for at, bad in enumerate(addresses.bad, start=len(addresses.recipients))
    }


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
        pools[id_] = licenses.license_of(row)
    return pools


def _needs(candidates: Sequence[Candidate], pools: Mapping[str, License]) -> list[SeatNeed]:
    needs = Counter(terms.license for one in candidates for terms in one.invite.licenses)
    return [
        SeatNeed(terms=pools[id_].terms, needed=n, available=pools[id_].available) for id_, n in needs.items()
    ]


def _refuse_emailed(results: Sequence[Invited], *, done: frozenset[int]) -> None:
    """Raise TooManyEmailsError if that is what became of each address; nothing is recorded of it then."""
    waits = [one.retry_after for one in results if one.outcome is Outcome.TOO_MANY_EMAILS and one.retry_after]
    if not done and waits and len(waits) == len(results):
        raise TooManyEmailsError(results[0].reason, retry_after=max(waits))


def _named(addresses: AddressList) -> tuple[AddressList, dict[str, tuple[str, str]]]:
    """Return the addresses and their names; those whose name is not usable are among the bad ones."""
    names: dict[str, tuple[str, str]] = {}
    bad = list(addresses.bad)
    for one in addresses.recipients:
        try:
            names[one.email] = clean_names(one.first_name, one.last_name)
        except BadNameError as error:
            bad.append(BadAddress(text=f"{one.name} <{one.email}>"[:254], reason=error.detail))
    recipients = tuple(one for one in addresses.recipients if one.email in names)
    return AddressList(recipients=recipients, bad=tuple(bad)), names


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
