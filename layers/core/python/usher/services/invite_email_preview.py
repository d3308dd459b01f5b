"""The email of an invite before it is sent: what its first recipient would get."""

from __future__ import annotations

from dataclasses import replace

from usher.domain.addresses import refuse_bad
from usher.domain.effects.kinds import Email, Template
from usher.domain.errors import refuses
from usher.domain.events.invites import InvitesCreated
from usher.domain.events.parts import InviteRef
from usher.domain.invite_batches import sort_out
from usher.domain.invites import Invite
from usher.domain.languages import language_of_email
from usher.domain.people import Person
from usher.services.context import Context
from usher.services.invites.invite_plans import PLAN, InvitePlan, InvitePlanner, InviteRequest
from usher.services.invites.seats_held import read_seats_held
from usher.services.outbox.send_email import EmailContext

NO_LINK = "#"
"""In place of the link, which an invite has only once it is sent."""


class PreviewInviteEmail:
    """Previews the email of invites that are not sent yet."""

    def __init__(self, context: Context, *, origin: str) -> None:
        self._context = context
        self._origin = origin
        self._planner = InvitePlanner(context)

    @refuses(*PLAN)
    def context_of(self, *, person: Person, organization: str, request: InviteRequest) -> EmailContext:
        """Return the context of the email to the first address, as SendEmail passes it: two calls.

        The invite offers what the address lacks; to an address that lacks nothing, and would be sent none, it
        offers all that the request names.

        Raises:
            BadAddressesError: none of the addresses can be read.
        """
        plan = self._planner.plan(
            person=person, organization=organization, request=replace(request, skip_invalid=True)
        )
        if not plan.drafts:
            refuse_bad(plan.addresses)
        invite = self._first(plan)
        return EmailContext(
            email=Email(
                id="preview",
                template=Template.INVITE,
                organization=invite.organization,
                to=invite.email,
                invite=invite.id,
                number=invite.number,
                data=InvitesCreated(invites=(InviteRef.of(invite),), seat_changes=()),
            ),
            organization=plan.batch.organization,
            invite=invite,
            inviter=None if person.key is not None else plan.batch.manager,
            link=NO_LINK,
            origin=self._origin,
            language=language_of_email(about=invite.language, organization=plan.batch.organization.language),
        )

    def _first(self, plan: InvitePlan) -> Invite:
        position = min(plan.drafts)
        first = {position: plan.drafts[position]}
        now = plan.batch.now
        candidates = sort_out(first, read_seats_held(self._context, first, now=now), now=now).candidates
        return candidates[0].invite if candidates else plan.drafts[position]
