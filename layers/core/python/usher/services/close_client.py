"""The closing of a client that has given its seats back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from usher.domain.clients import (
    ClientDetail,
    ClientHoldsSeatsError,
    TooManySublicensesError,
    UnknownClientError,
)
from usher.domain.errors import refuses
from usher.domain.events.organizations import ClientClosed
from usher.domain.events.parts import ClientRef
from usher.domain.licenses import License
from usher.domain.organizations import Organization, Permission
from usher.domain.people import Person
from usher.domain.versions import written
from usher.services.authorization import AUTHORIZE, authorize
from usher.services.clients import client_in
from usher.services.context import Context
from usher.services.receipts import Receipt
from usher.services.transactions import record_event, retry_on_conflict
from usher.store import figures, license_pools, licenses, organizations
from usher.store.transaction import MAX_ITEMS, Write

_OTHERS = 4
"""The items of the transaction besides the sublicenses: the client, two events, a receipt's part."""


class CloseClient:
    """Closes a provider's client, for its full managers."""

    def __init__(self, context: Context) -> None:
        self._context = context

    @refuses(*AUTHORIZE, UnknownClientError, ClientHoldsSeatsError, TooManySublicensesError)
    @retry_on_conflict
    def close(self, *, person: Person, organization: str, client: str, receipt: Receipt) -> ClientDetail:
        """Close a client that has given its seats back: nobody comes to it, and nothing is changed in it.

        Its records can be read, handed out and erased. A second time changes nothing.

        Raises:
            ClientHoldsSeatsError: sublicenses have seats; `sublicenses` names them.
        """
        at = organizations.ref(client)
        membership = authorize(
            self._context,
            person=person,
            organization=organization,
            permission=Permission.MANAGE_CLIENTS,
            also=[at, figures.ref(client)],
        )
        before = client_in(membership, client)
        counted = figures.found_in(membership.rows, client)
        if before.is_closed:
            unchanged = ClientDetail(organization=before, figures=counted)
            receipt.note(0, unchanged)
            receipt.finish(self._context)
            return unchanged
        held = [one for one in licenses.of_organization(self._context.table, client) if one.parent]
        _require_no_seats(before, held)
        after = replace(before, closed_at=self._context.now())
        closed = ClientClosed(client=ClientRef.of(before))
        writes = [
            organizations.change(before, after),
            *(license_pools.is_empty(one.terms) for one in held),
            self._event(person, organization, closed),
            self._event(person, client, closed),
        ]
        result = ClientDetail(organization=written(after), figures=counted)
        receipt.commit(self._context, writes, result)
        return result

    def _event(self, person: Person, organization: str, data: ClientClosed) -> Write:
        return record_event(self._context, data, organization=organization, actor=person.email)


def _require_no_seats(client: Organization, sublicenses: Sequence[License]) -> None:
    """Raise ClientHoldsSeatsError for sublicenses with seats, TooManySublicensesError for too many."""
    holding = [one for one in sublicenses if one.total]
    if holding:
        raise ClientHoldsSeatsError(
            f"{client.name} holds seats.",
            sublicenses=[
                {"sublicense": one.id, "seats": one.total, "free": one.available} for one in holding
            ],
        )
    if len(sublicenses) > MAX_ITEMS - _OTHERS:
        raise TooManySublicensesError(f"{client.name} has {len(sublicenses)} sublicenses.")
