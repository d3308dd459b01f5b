"""Views of support requests and seat requests."""

from __future__ import annotations

from functions.api.schemas import requests
from functions.api.views.common import instant, product_summary
from usher.domain.instants import rfc3339
from usher.domain.requests import Reply, SeatRequest, SupportRequest
from usher.gateways.person_ids import PersonIds
from usher.services.display_names import DisplayNames


def reply(of: Reply | None, *, is_grantable: bool = True) -> requests.Reply | None:
    """An operator's answer; None while there is none."""
    if of is None:
        return None
    granted = of.granted if is_grantable else None
    return requests.Reply(
        text=of.text, granted=granted, at=rfc3339(of.at), by=of.by, by_name=of.by_name or None
    )


def support_request(of: SupportRequest, *, ids: PersonIds, names: DisplayNames) -> requests.SupportRequest:
    """A support request."""
    facts = requests.SupportFacts(
        access=of.details.access,
        access_start=instant(of.details.access_start),
        invite=of.details.invite or None,
        invite_state=of.details.invite_state,
        answered_at=instant(of.details.answered_at),
    )
    return requests.SupportRequest(
        id=of.id,
        organization=of.organization,
        organization_name=names.organization(of.organization),
        kind=of.kind,
        state=of.state,
        message=of.message,
        person=ids.id_of(of.organization, of.email) if of.email else None,
        email=of.email or None,
        license=of.license or None,
        product=None
        if of.terms is None
        else product_summary(names.product(of.organization, of.terms.product)),
        training=of.training or None,
        facts=facts,
        created_at=rfc3339(of.created_at),
        created_by=of.created_by,
        created_by_name=names.actor(of.organization, of.created_by),
        reply=reply(of.reply, is_grantable=of.is_grantable),
        withdrawn_at=instant(of.withdrawn_at),
    )


def seat_request(of: SeatRequest, *, names: DisplayNames) -> requests.SeatRequest:
    """A request for more seats."""
    return requests.SeatRequest(
        id=of.id,
        organization=of.organization,
        organization_name=names.organization(of.organization),
        license=of.terms.license,
        product=product_summary(names.product(of.organization, of.terms.product)),
        seats=of.seats,
        state=of.state,
        message=of.message,
        order=of.order or None,
        created_at=rfc3339(of.created_at),
        created_by=of.created_by,
        created_by_name=names.actor(of.organization, of.created_by),
        reply=reply(of.reply),
        withdrawn_at=instant(of.withdrawn_at),
    )
