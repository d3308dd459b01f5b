"""Previews of invites: the command's plan and decisions, with nothing written and nothing sent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from usher.domain.addresses import BadAddressesError, refuse_bad
from usher.domain.email_budgets import budget_owner
from usher.domain.errors import UsherError, refuses
from usher.domain.invite_batches import (
    Candidate,
    Invited,
    Outcome,
    SeatsHeld,
    emailed_too_often,
    refuse_emailed,
    sort_out,
)
from usher.domain.invite_previews import InvitePreview, PreviewedInvite, PreviewedSeats, starts_at
from usher.domain.licenses import License, SeatNeed, refuse_shortfall
from usher.domain.people import Person
from usher.services.context import Context
from usher.services.email_budgets import email_refusal, emails_left
from usher.services.invites.invite_plans import PLAN, InvitePlan, InvitePlanner, InviteRequest, seat_needs
from usher.services.invites.seats_held import read_seats_held


class PreviewInvites:
    """Previews invites to an organization's licenses and groups."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._planner = InvitePlanner(context)

    @refuses(*(error for error in PLAN if error is not BadAddressesError))
    def preview(self, *, person: Person, organization: str, request: InviteRequest) -> InvitePreview:
        """Say what inviting would do now: for each address, for the seats, and for the request as a whole.

        As many calls as the command: a read of the counts of emails in place of the transactions; and one
        where a license has several parts. What
        refuses single addresses or the batch is told and not raised; other errors are the command's.
        """
        plan = self._planner.plan(
            person=person, organization=organization, request=replace(request, skip_invalid=True)
        )
        now = plan.batch.now
        held = read_seats_held(self._context, plan.drafts, now=now)
        pools = _with_lapsed(self._pools(plan), held)
        decided = sort_out(plan.drafts, held, now=now)
        results = {
            **decided.settled,
            **self._foreseen(plan, decided.candidates),
            **plan.invalid,
        }
        needs = seat_needs(decided.candidates, pools)
        lines = {at: _previewed(plan, at, one) for at, one in results.items()} | _duplicates(plan)
        return InvitePreview(
            results=[lines[at] for at in sorted(lines)],
            seats=_seats(plan, pools, needs, decided.candidates, results),
            access_start=plan.draft.access_start,
            expires_at=plan.draft.expires_at,
            refusal=_refusal(
                lambda: None if request.skip_invalid else refuse_bad(plan.addresses),
                lambda: refuse_shortfall(needs, consequence="nobody was invited"),
                lambda: refuse_emailed(list(results.values())),
            ),
        )

    def _pools(self, plan: InvitePlan) -> Mapping[str, License]:
        """Return the licenses with all their seats: one call if one has several parts, else none."""
        pools = plan.batch.pools
        partly = [one for one in pools.values() if one.is_partly_read]
        return {**pools, **self._planner.read_seats(partly)}

    def _foreseen(self, plan: InvitePlan, candidates: Sequence[Candidate]) -> dict[int, Invited]:
        """Return what would become of the candidates, by the budgets of emails: one call for each hundred."""
        now = plan.batch.now
        left = emails_left(
            self._context,
            budget_owner(plan.batch.organization),
            [candidate.email for candidate in candidates],
            now=now,
        )
        refusal = email_refusal(now=now)
        return {
            one.position: Invited(email=one.email, outcome=Outcome.INVITED)
            if left[one.email] > 0
            else emailed_too_often(one.email, refusal)
            for one in candidates
        }


def _with_lapsed(pools: Mapping[str, License], held: SeatsHeld) -> Mapping[str, License]:
    """Return the pools as they would be after the expiry of lapsed invites, which the command carries out."""
    lapsed = Counter(access.terms.license for access in held.lapsed)
    return {id_: replace(pool, assigned=pool.assigned - lapsed[id_]) for id_, pool in pools.items()}


def _previewed(plan: InvitePlan, at: int, invited: Invited) -> PreviewedInvite:
    named = invited.invite or plan.drafts.get(at)
    if named is None:
        return PreviewedInvite(invited=invited)
    return PreviewedInvite(invited=invited, first_name=named.first_name, last_name=named.last_name)


def _duplicates(plan: InvitePlan) -> dict[int, PreviewedInvite]:
    """Return a line for each address, or text that is none, that was named more than once."""
    return {
        one.position: PreviewedInvite(
            invited=Invited(email=one.text, outcome=Outcome.DUPLICATE), times=one.times
        )
        for one in plan.addresses.repeated
    }


def _seats(
    plan: InvitePlan,
    pools: Mapping[str, License],
    needs: Sequence[SeatNeed],
    candidates: Sequence[Candidate],
    results: Mapping[int, Invited],
) -> list[PreviewedSeats]:
    needed = {need.terms.license: need.needed for need in needs}
    invited = Counter(
        terms.license
        for one in candidates
        if results[one.position].outcome is Outcome.INVITED
        for terms in one.invite.licenses
    )
    return [
        PreviewedSeats(
            need=SeatNeed(terms=pool.terms, needed=needed.get(id_, 0), available=pool.available),
            invited=invited[id_],
            starts_at=starts_at(plan.draft, id_, plan.batch.now),
        )
        for id_, pool in pools.items()
    ]


def _refusal(*checks: Callable[[], None]) -> UsherError | None:
    """Return what the first check that refuses raises; None where none does."""
    for check in checks:
        try:
            check()
        except UsherError as error:
            return error
    return None
