"""People's data: the export of all data about a learner, and erasure."""

from __future__ import annotations

from functools import partial
from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Path

from functions.api.descriptions import described
from functions.api.router import ApiRouter
from functions.api.schemas.common import Cursor, LearnerPath, Limit, OrganizationPath
from functions.api.schemas.people_data import Erasure, ErasurePage, Export, NewErasure
from functions.api.views import people_data as views
from usher.domain.organizations import Permission
from usher.services.paging import PAGE
from usher.services.people.export_learner import ExportLearner
from usher.services.people.learner_erasures import LearnerErasures

ERASURES = "/v1/organizations/<organization>/erasures"

router = ApiRouter()


@router.get("/v1/organizations/<organization>/learners/<learner>/export")
@described(ExportLearner.export)
def export_learner(organization: OrganizationPath, learner: LearnerPath) -> Export:
    """Export all data about a learner.

    As stored items, grouped by kind: learner, accesses, invites, memberships, requests, redeemed codes, rows
    of imports, and the events that name the address, without other people whom they name. The export itself
    is recorded in the event log. It reads all of the organization's events, which can take several seconds.
    """
    services = router.services
    export = services.export_learner.export(
        person=router.person,
        organization=organization,
        email=services.person_ids.email_of(organization, learner),
    )
    return views.export(export, ids=services.person_ids)


@router.post(ERASURES, status_code=HTTPStatus.ACCEPTED)
@described(LearnerErasures.order, idempotent=True)
def erase_learner(organization: OrganizationPath, new: NewErasure) -> Response[Erasure]:
    """Erase a learner.

    With the answer the person is no longer a learner, and their open invites are withdrawn. Minutes later, or
    once an import that is under way has ended, a pseudonym has replaced the address in all data of the
    organization, its event log included. Seats stay counted: that of an open invite is returned, that of an
    accepted one stays used. The account is deleted unless the person belongs to another organization.
    """
    person, services = router.person, router.services
    return router.idempotent(
        lambda receipt: services.learner_erasures.order(
            person=person, organization=organization, email=new.email, receipt=receipt
        ),
        person=person,
        scope=organization,
        permission=Permission.MANAGE_PEOPLE_DATA,
        view=partial(views.erasure, names=router.names(organization)),
        status=HTTPStatus.ACCEPTED,
    )


@router.get(ERASURES)
@described(LearnerErasures.ordered)
def list_erasures(organization: OrganizationPath, limit: Limit = PAGE, cursor: Cursor = None) -> ErasurePage:
    """List the orders to erase learners.

    Newest first; an order does not contain the address.
    """
    page = router.services.learner_erasures.ordered(
        person=router.person, organization=organization, limit=limit, cursor=cursor
    )
    names = router.names(organization, (one.ordered_by for one in page.items))
    return ErasurePage(items=[views.erasure(one, names=names) for one in page.items], next=page.next)


@router.get(f"{ERASURES}/<erasure>")
@described(LearnerErasures.erasure)
def get_erasure(
    organization: OrganizationPath,
    erasure: Annotated[str, Path(max_length=64, description="The erasure's id.")],
) -> Erasure:
    """Read an order to erase a learner.

    `done_at` says when the erasure was complete.
    """
    return views.erasure(
        router.services.learner_erasures.erasure(
            person=router.person, organization=organization, erasure=erasure
        ),
        names=router.names(organization),
    )
