"""A learner's own dashboard, over all organizations."""

from __future__ import annotations

from usher.domain.accesses import Access, AccessState
from usher.domain.changed_products import ChangedProducts
from usher.domain.enrollment.join_requests import JoinState, OpenJoinRequest
from usher.domain.invites import Invite, InviteState
from usher.domain.organizations import Organization
from usher.domain.people import Person
from usher.lazy_dataclasses import dataclass
from usher.services.context import Context
from usher.services.sessions import require_session, session_refs
from usher.store import invites, organizations
from usher.store.enrollment import join_requests
from usher.store.people import dashboard_items


@dataclass(frozen=True, kw_only=True)
class WaitingRequest:
    """A person's open request to join, with its place on the waitlist; None where a manager has to answer."""

    request: OpenJoinRequest
    place: int | None


@dataclass(frozen=True, kw_only=True)
class Dashboard:
    """A person's accesses, open invites to them and open requests to join, in all organizations.

    Attributes:
        accesses: scheduled and reserved ones included.
        invites: those that hold the reserved ones.
        organizations: the organizations of all of these, by their ids.
    """

    accesses: list[Access]
    invites: list[Invite]
    requests: list[WaitingRequest]
    organizations: dict[str, Organization]


class Dashboards:
    """Reads people's dashboards."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def dashboard(self, *, person: Person) -> Dashboard:
        """Read what the person has and waits for: two calls, one more for each waitlist that they are on.

        Raises:
            SessionRevokedError: the person's session is over.
        """
        now, table = self._context.now(), self._context.table
        items = list(dashboard_items.of_person(table, person.email))
        requests = [item for item in items if isinstance(item, OpenJoinRequest)]
        own = [
            item
            for item in items
            if isinstance(item, Access) and item.state_at(now) is not AccessState.RELEASED
        ]
        ids = dict.fromkeys(
            [*(access.terms.organization for access in own), *(one.organization for one in requests)]
        )
        reserved = [access for access in own if access.state is AccessState.RESERVED]
        invite_refs = [invites.ref(id_) for id_ in dict.fromkeys(access.invite for access in reserved)]
        found = table.get_many(
            [*(organizations.ref(id_) for id_ in ids), *invite_refs, *session_refs(person)]
        )
        require_session(person, found)
        asked = [invites.invite_of(one) for at in invite_refs if (one := found.get(at)) is not None]
        open_invites = [one for one in asked if one.state is InviteState.PENDING and not one.has_expired(now)]
        tenants = {
            id_: organizations.organization_of(row)
            for id_ in ids
            if (row := found.get(organizations.ref(id_))) is not None
        }
        products = {id_: tenant.products for id_, tenant in tenants.items()}
        return Dashboard(
            accesses=[
                one.with_products(products.get(one.terms.organization, ChangedProducts())) for one in own
            ],
            invites=[
                one.with_products(products.get(one.organization, ChangedProducts())) for one in open_invites
            ],
            requests=[self._waiting(request) for request in requests],
            organizations=tenants,
        )

    def _waiting(self, request: OpenJoinRequest) -> WaitingRequest:
        """Return the request with its place: one call if it waits for a seat, else none."""
        if request.state is not JoinState.WAITING:
            return WaitingRequest(request=request, place=None)
        place = join_requests.place(self._context.table, request.organization, request.id)
        return WaitingRequest(request=request, place=place)
