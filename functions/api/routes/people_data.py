"""People's data: exporting what is held about a learner, and erasing one."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated
from urllib.parse import unquote

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Path

from functions.api.describing import described
from functions.api.router import ApiRouter
from functions.api.schemas.common import Cursor, EmailPath, Limit, OrganizationPath
from functions.api.schemas.people_data import Erasure, ErasurePage, Export, NewErasure
from functions.api.views import people_data as views
from usher.services.paging import PAGE
from usher.services.people.export_learner import ExportLearner
from usher.services.people.learner_erasures import LearnerErasures

ERASURES = "/v1/organizations/<organization>/erasures"

router = ApiRouter()


@router.get("/v1/organizations/<organization>/learners/<email>/export")
@described(ExportLearner.export)
def export_learner(organization: OrganizationPath, email: EmailPath) -> Export:
    """Export all that is held about a learner.

    Item by item, by kind, as it stands: learner, accesses, invites, memberships, requests, redeemed codes,
    rows of imports and the events that name the address, without the others whom they name. That it was
    exported is in the event log. It reads the organization's whole record, and takes its time where that is
    long.
    """
    return views.export(
        router.services.export_learner.export(
            person=router.person, organization=organization, email=unquote(email)
        )
    )


@router.post(ERASURES, status_code=HTTPStatus.ACCEPTED)
@described(LearnerErasures.order, idempotent=True)
def erase_learner(organization: OrganizationPath, new: NewErasure) -> Response[Erasure]:
    """Erase a learner.

    They are no learner from the answer on, and their open invites are withdrawn. Minutes later, or once an
    import that is under way has ended, the address is gone from all that the organization holds, the event
    log too, where a pseudonym stands in its place. Seats stay counted: one that an open invite held is back,
    one that was accepted is used. The account goes too where no other organization has a place for it.
    """
    person, services = router.person, router.services
    return router.idempotent(
        lambda receipt: services.learner_erasures.order(
            person=person, organization=organization, email=new.email, receipt=receipt
        ),
        person=person,
        scope=organization,
        view=views.erasure,
        status=HTTPStatus.ACCEPTED,
    )


@router.get(ERASURES)
@described(LearnerErasures.ordered)
def list_erasures(organization: OrganizationPath, limit: Limit = PAGE, cursor: Cursor = None) -> ErasurePage:
    """List the orders to erase learners.

    Newest first; none says whom it was about.
    """
    page = router.services.learner_erasures.ordered(
        person=router.person, organization=organization, limit=limit, cursor=cursor
    )
    return ErasurePage(items=[views.erasure(one) for one in page.items], next=page.next)


@router.get(f"{ERASURES}/<erasure>")
@described(LearnerErasures.erasure)
def get_erasure(
    organization: OrganizationPath,
    erasure: Annotated[str, Path(max_length=64, description="The erasure's id.")],
) -> Erasure:
    """Read an order to erase a learner.

    `done_at` says when nothing of the address was left.
    """
    return views.erasure(
        router.services.learner_erasures.erasure(
            person=router.person, organization=organization, erasure=erasure
        )
    )
