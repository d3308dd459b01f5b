"""Views of join pages and requests to join."""

from __future__ import annotations

from functions.api.schemas import join_page as shapes
from functions.api.views.common import NameOf, instant
from functions.api.views.grants import gives
from usher.domain.enrollment.join_pages import JoinPage
from usher.domain.enrollment.join_requests import JoinRequest
from usher.domain.instants import rfc3339
from usher.gateways.person_ids import PersonIds
from usher.services.enrollment.named_grants import NamedGrant


def join_page(of: JoinPage, *, grant: NamedGrant, origin: str) -> shapes.JoinPage:
    """A join page, with its address and the names of what it gives."""
    return shapes.JoinPage(
        enabled=of.is_on,
        slug=of.slug,
        domains=list(of.domains),
        addresses=list(of.addresses),
        licenses=list(of.grant.licenses),
        group=of.grant.group,
        approval=of.approval,
        when_full=of.when_full,
        gives=gives(grant),
        version=of.version or 0,
        language=of.language,
        url=f"{origin}/join/{of.slug}",
    )


def join_request(of: JoinRequest, *, names: NameOf, ids: PersonIds) -> shapes.JoinRequest:
    """A request to join."""
    return shapes.JoinRequest(
        id=ids.id_of(of.organization, of.email),
        email=of.email,
        first_name=of.first_name,
        last_name=of.last_name,
        state=of.state,
        asked_at=rfc3339(of.asked_at),
        answered_at=instant(of.answered_at),
        answered_by=of.answered_by or None,
        answered_by_name=names(of.answered_by) if of.answered_by else None,
    )
