"""A new link of an invite, asked for on the page of one that does not work any more."""

from __future__ import annotations

from usher.domain.erasures import is_pseudonym
from usher.domain.errors import refuses
from usher.domain.events.invites import InviteLinkRequested
from usher.domain.events.parts import InviteRef
from usher.domain.invites import (
    AlreadyAcceptedError,
    Invite,
    LinkRequestedError,
    LinkWorksError,
    UnknownInviteError,
)
from usher.services.context import Context
from usher.services.transactions import record_event, retry_on_conflict
from usher.store import invites
from usher.store.transaction import commit


class RequestLink:
    """Tells the managers that an invited person has no link that works; nobody else is emailed."""

    def __init__(self, context: Context) -> None:
        self._context = context

    @refuses(UnknownInviteError, AlreadyAcceptedError, LinkWorksError, LinkRequestedError)
    @retry_on_conflict
    def request(self, *, invite: str, number: int) -> Invite:
        """Ask for a new link, for whoever has the closed link with this `number`: two calls.

        The invite keeps when that was, on the condition of its version, so that managers are told of one
        invite at most once a day (decision 0043).

        Raises:
            UnknownInviteError: there is no such invite, or the invited person was erased.
            AlreadyAcceptedError, LinkWorksError: there is no need to.
            LinkRequestedError: a link was asked for within the last day.
        """
        now = self._context.now()
        found = invites.get(self._context.table, invite)
        if found is None or is_pseudonym(found.email):
            raise UnknownInviteError("There is no such invite.")
        closed = found.require_closed(number=number, now=now)
        after = found.link_requested(now=now)
        event = record_event(
            self._context,
            InviteLinkRequested(invite=InviteRef.of(after), because=closed),
            organization=found.organization,
            actor=found.email,
            at=now,
        )
        commit(self._context.table, [invites.change(found, after), event])
        return after
