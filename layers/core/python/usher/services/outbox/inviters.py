"""The managers who sent invites, as emails name them."""

from __future__ import annotations

from usher.domain.invites import Invite
from usher.domain.organizations import Manager, Organization
from usher.services.context import Context
from usher.store import managers


class Inviters:
    """The managers who sent invites, each read once; one is made for each batch of messages.

    They are read eventually consistent, since they decide nothing: they are the name beside the invite, and
    where answers go to.
    """

    def __init__(self, context: Context) -> None:
        self._context = context
        self._known: dict[tuple[str, str], Manager | None] = {}

    def of(self, organization: Organization, invite: Invite | None) -> Manager | None:
        """Return the manager who sent the invite, of the organization or of its provider; None if they left.

        One call for a manager's first invite, two for that of a provider's manager.
        """
        if invite is None:
            return None
        own = self._read(organization.id, invite.created_by)
        if own is not None or organization.provider is None:
            return own
        return self._read(organization.provider, invite.created_by)

    def _read(self, organization: str, email: str) -> Manager | None:
        at = organization, email
        if at not in self._known:
            self._known[at] = managers.manager(self._context.table, *at, consistent=False)
        return self._known[at]
