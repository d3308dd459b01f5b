"""Previews of invites: what inviting would do, before it is done."""

from __future__ import annotations

from functools import partial

from aws_lambda_powertools.event_handler import Response

from functions.api.descriptions import described
from functions.api.router import ApiRouter
from functions.api.routes.invites import INVITES, NoClientError, TwoTargetsError, targets_of
from functions.api.schemas.common import OrganizationPath
from functions.api.schemas.invite_previews import InvitePreview
from functions.api.schemas.invites import NewInvites
from functions.api.views import invite_previews as views
from usher.domain.organizations import Permission
from usher.services.clients import Clients
from usher.services.invites.invite_plans import InviteRequest
from usher.services.invites.preview_invites import PreviewInvites
from usher.services.receipts import Receipt

router = ApiRouter()


@router.post(f"{INVITES}/preview")
@described(PreviewInvites.preview, Clients.client, TwoTargetsError, NoClientError, idempotent=True)
def preview_invites(organization: OrganizationPath, new: NewInvites) -> Response[InvitePreview]:
    """Preview invites.

    The body is that of inviting. The answer says what would become of each address, how many seats of each
    license it needs and leaves, when access starts and when the invites expire. Malformed addresses and
    missing seats, which refuse the request as a whole, are in `refusal`. Nothing is changed, and nobody is
    emailed.
    """
    person, services = router.person, router.services
    target = router.target_organization(organization, new.client)

    def command(receipt: Receipt) -> None:
        preview = services.preview_invites.preview(
            person=person, organization=target, request=request_of(new)
        )
        receipt.answer(services.context, preview)

    return router.idempotent(
        command,
        person=person,
        scope=organization,
        permission=Permission.INVITE,
        view=partial(
            views.preview,
            names=router.names(target),
            now=services.context.now(),
            ids=services.person_ids,
            locate_sent=router.sent_path_of,
        ),
    )


def request_of(new: NewInvites) -> InviteRequest:
    """Return the request for invites as the service takes it, or raise TwoTargetsError or NoClientError."""
    licenses, groups = targets_of(new)
    return InviteRequest(
        license_ids=licenses,
        groups=groups,
        emails=new.emails,
        access_start=new.access_start,
        message=new.message,
        language=new.language,
        first_name=new.first_name,
        last_name=new.last_name,
        skip_invalid=new.skip_invalid,
    )
