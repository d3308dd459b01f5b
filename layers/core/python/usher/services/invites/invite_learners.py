"""Invites learners and reserves a seat for each; exact under concurrency."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from usher.domain.email_budgets import TooManyEmailsError, budget_owner
from usher.domain.errors import refuses
from usher.domain.invite_batches import Invited, SeatsHeld, SortedOut, refuse_emailed, sort_out
from usher.domain.invites import Invite
from usher.domain.languages import Language
from usher.domain.licenses import License, NotEnoughSeatsError, refuse_shortfall
from usher.domain.people import Person
from usher.services.context import Context
from usher.services.invites.invite_plans import (
    PLAN,
    InvitePlan,
    InvitePlanner,
    InviteRequest,
    seat_needs,
)
from usher.services.invites.reserve_seats import reserve
from usher.services.invites.seats_held import read_and_expire_lapsed
from usher.services.receipts import Receipt


class InviteLearners:
    """Invites learners to an organization's licenses."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._planner = InvitePlanner(context)

    @refuses(*PLAN, NotEnoughSeatsError, TooManyEmailsError)
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
        language: Language | None = None,
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
        request = InviteRequest(
            license_ids=license_ids,
            groups=groups,
            emails=emails,
            access_start=access_start,
            message=message,
            language=language,
            first_name=first_name,
            last_name=last_name,
            skip_invalid=skip_invalid,
        )
        plan = self._planner.plan(person=person, organization=organization, request=request)
        held, pools = self._read_seats(plan)
        decided = _decide(plan.drafts, held, pools, done=receipt.done, now=plan.batch.now)
        settled = {**decided.settled, **plan.invalid}
        receipt.note_all(settled)
        owner = budget_owner(plan.batch.organization)
        invited = reserve(self._context, decided.candidates, receipt=receipt, owner=owner)
        results = {**settled, **invited}
        if not receipt.done:
            refuse_emailed(list(results.values()))
        receipt.finish(self._context)
        return [results[position] for position in sorted(results)]

    def _read_seats(self, plan: InvitePlan) -> tuple[SeatsHeld, Mapping[str, License]]:
        """Read what the addresses already have, and the pools as they are after the expiry of lapsed invites.

        The pools are read again, one call more, only if an invite expired, or their own items have too few
        seats of a license with several parts.
        """
        batch = plan.batch
        held = read_and_expire_lapsed(self._context, plan.drafts, now=batch.now)
        pools = batch.pools.values()
        wanted = len(plan.drafts)
        if held.lapsed or any(one.is_partly_read and one.available < wanted for one in pools):
            return held, self._planner.read_seats(pools)
        return held, batch.pools


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
        refuse_shortfall(seat_needs(sorted_out.candidates, pools), consequence="nobody was invited")
    return sorted_out
