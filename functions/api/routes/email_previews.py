"""Previews of emails, as their recipients get them."""

from __future__ import annotations

from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Path, Query

from functions.api.descriptions import described
from functions.api.router import ApiRouter
from functions.api.routes.invite_previews import request_of
from functions.api.routes.invites import INVITES, NoClientError, TwoTargetsError
from functions.api.schemas.common import OrganizationPath
from functions.api.schemas.invite_previews import EmailPreview
from functions.api.schemas.invites import NewInvites
from usher.domain.effects.kinds import Template
from usher.domain.languages import Language
from usher.domain.organizations import Permission
from usher.services.clients import Clients
from usher.services.invite_email_preview import PreviewInviteEmail
from usher.services.organization_settings import OrganizationSettings
from usher.services.receipts import Receipt

router = ApiRouter()


@router.post(f"{INVITES}/preview-email")
@described(PreviewInviteEmail.context_of, Clients.client, TwoTargetsError, NoClientError, idempotent=True)
def preview_invite_email(organization: OrganizationPath, new: NewInvites) -> Response[EmailPreview]:
    """Preview the email of invites.

    The body is that of inviting. The answer is the email that the first address would get. Nothing is
    changed, and nobody is emailed.
    """
    person, services = router.person, router.services
    target = router.target_organization(organization, new.client)

    def command(receipt: Receipt) -> None:
        context = services.preview_invite_email.context_of(
            person=person, organization=target, request=request_of(new)
        )
        receipt.answer(services.context, services.email_previews.preview(context))

    return router.idempotent(
        command, person=person, scope=organization, permission=Permission.INVITE, view=_view
    )


@router.get("/v1/organizations/<organization>/email-previews/<template>")
@described(OrganizationSettings.organization)
def preview_email(
    organization: OrganizationPath,
    template: Annotated[Template, Path(description="The email's template.")],
    *,
    language: Annotated[
        Language | None, Query(description="The email in this language; in the organization's if left out.")
    ] = None,
) -> EmailPreview:
    """Preview an email of a kind.

    With example values, in the organization's name, branding and time zone: each email that its learners and
    managers can get.
    """
    services = router.services
    found = services.organization_settings.organization(person=router.person, organization=organization)
    return _view(
        services.email_previews.example(
            template, organization=found, language=language, origin=services.origin
        )
    )


def _view(of: Any) -> EmailPreview:  # noqa: ANN401 - an EmailPreview of functions.emails, which loads the templates
    return EmailPreview(to=of.to, subject=of.subject, html=of.html, text=of.text)
