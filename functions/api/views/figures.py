"""Views of figures: counts beside lists, and the overview."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from functions.api.schemas import clients, figures
from functions.api.schemas.common import Shape
from functions.api.views import common
from usher.domain.clients import ClientDetail
from usher.domain.enrollment.join_requests import JoinState
from usher.domain.figures import (
    ACCESSES,
    CODES,
    IMPORTS,
    JOIN_REQUESTS,
    SEAT_REQUESTS,
    SUPPORT_REQUESTS,
    OrganizationFigures,
)
from usher.domain.imports.imports import ImportState
from usher.domain.integrations.webhook_deliveries import DeliveryState
from usher.domain.organizations import Organization
from usher.domain.requests import SeatRequestState, SupportState
from usher.services.overview import OrganizationOverview

_S = TypeVar("_S", bound=Shape)


def invite_counts(of: OrganizationFigures | None) -> figures.InviteCounts | None:
    """The counts of invites; None where they were not asked for."""
    return _counts(figures.InviteCounts, "invites", of)


def join_request_counts(of: OrganizationFigures | None) -> figures.JoinRequestCounts | None:
    """The counts of requests to join; None where they were not asked for."""
    return _counts(figures.JoinRequestCounts, JOIN_REQUESTS, of)


def support_request_counts(of: OrganizationFigures | None) -> figures.SupportRequestCounts | None:
    """The counts of support requests; None where they were not asked for."""
    return _counts(figures.SupportRequestCounts, SUPPORT_REQUESTS, of)


def seat_request_counts(of: OrganizationFigures | None) -> figures.SeatRequestCounts | None:
    """The counts of requests for seats; None where they were not asked for."""
    return _counts(figures.SeatRequestCounts, SEAT_REQUESTS, of)


def import_counts(of: OrganizationFigures | None) -> figures.ImportCounts | None:
    """The counts of imports; None where they were not asked for."""
    return _counts(figures.ImportCounts, IMPORTS, of)


def code_counts(of: OrganizationFigures | None) -> figures.CodeCounts | None:
    """The counts of codes; None where they were not asked for."""
    return _counts(figures.CodeCounts, CODES, of)


def access_counts(of: OrganizationFigures | None) -> figures.AccessCounts | None:
    """The counts of a license's accesses; None where they were not asked for."""
    return _counts(figures.AccessCounts, ACCESSES, of)


def learner_counts(of: OrganizationFigures | None) -> figures.LearnerCounts | None:
    """The count of learners; None where it was not asked for."""
    return None if of is None else figures.LearnerCounts(total=of.get("learners"))


def delivery_counts(of: Mapping[DeliveryState, int] | None) -> figures.DeliveryCounts | None:
    """The counts of deliveries; None where they were not asked for."""
    if of is None:
        return None
    return figures.DeliveryCounts(pending=of[DeliveryState.PENDING], failed=of[DeliveryState.FAILED])


def overview(of: OrganizationOverview) -> figures.Overview:
    """An organization at a glance."""
    counted = of.figures
    running = counted.by_state(IMPORTS, [ImportState.CHECKING, ImportState.RUNNING])
    return figures.Overview(
        seats=[common.license_(one) for one in of.licenses],
        invites=_counted(figures.InviteCounts, "invites", counted),
        learners=counted.get("learners"),
        open_requests=figures.OpenRequests(
            seats=counted.of_state(SEAT_REQUESTS, SeatRequestState.OPEN),
            support=counted.of_state(SUPPORT_REQUESTS, SupportState.OPEN),
        ),
        join_requests=figures.WaitingPeople(
            pending=counted.of_state(JOIN_REQUESTS, JoinState.PENDING),
            waiting=counted.of_state(JOIN_REQUESTS, JoinState.WAITING),
        ),
        imports_running=sum(running.values()),
        last_activity=common.instant(counted.last_activity),
        as_of=common.instant(counted.as_of),
    )


def client(of: ClientDetail, *, origin: str) -> clients.Client:
    """A provider's client with its figures, and the address of its landing page."""
    counted = of.figures
    seats = counted.by_state("seats", ["total", "assigned", "sublicensed"])
    return clients.Client(
        **dict(common.organization(of.organization)),
        landing_page=f"{origin}/c/{of.organization.slug}",
        seats=figures.ClientSeats(
            total=seats["total"],
            assigned=seats["assigned"],
            available=seats["total"] - seats["assigned"] - seats["sublicensed"],
        ),
        learners=counted.get("learners"),
        last_activity=common.instant(counted.last_activity),
    )


def new_client(of: Organization, *, origin: str) -> clients.Client:
    """A client that was created just now, in which nothing is counted yet."""
    return client(ClientDetail(organization=of, figures=OrganizationFigures()), origin=origin)


def _counts(shape: type[_S], kind: str, of: OrganizationFigures | None) -> _S | None:
    return None if of is None else _counted(shape, kind, of)


def _counted(shape: type[_S], kind: str, of: OrganizationFigures) -> _S:
    """Return the figures of a kind in a shape whose fields are named like the states."""
    return shape(**of.by_state(kind, shape.model_fields))
