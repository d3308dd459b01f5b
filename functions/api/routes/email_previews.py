"""Previews of emails, as their recipients get them."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any, Literal

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
from usher.domain.organizations import MAX_COLOR, MAX_LOGO_URL, BadSettingsError, Permission
from usher.domain.people import MAX_NAME, BadNameError, clean_name
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
@described(OrganizationSettings.organization, BadSettingsError, BadNameError)
def preview_email(
    organization: OrganizationPath,
    template: Annotated[
        Template | Literal["password_code"],
        Path(description="The email's template; `password_code` for the one with a code for a new password."),
    ],
    *,
    language: Annotated[
        Language | None, Query(description="The email in this language; in the organization's if left out.")
    ] = None,
    name: Annotated[
        str | None, Query(max_length=MAX_NAME, description="As if the organization had this name.")
    ] = None,
    color: Annotated[
        str | None, Query(max_length=MAX_COLOR, description="As if it had this color, as #rrggbb.")
    ] = None,
    logo_url: Annotated[
        str | None,
        Query(max_length=MAX_LOGO_URL, description="As if it had this logo; empty for none."),
    ] = None,
) -> EmailPreview:
    """Preview an email of a kind.

    With example values, in the organization's name, branding and time zone: each email that its learners and
    managers can get. With a name, color or logo, as it would be once these are saved.
    """
    services = router.services
    found = services.organization_settings.organization(person=router.person, organization=organization)
    branding = found.branding
    shown = replace(
        found,
        name=found.name if name is None else clean_name(name),
        branding=replace(
            branding,
            color=branding.color if color is None else color.lower(),
            logo_url=branding.logo_url if logo_url is None else logo_url,
        ),
    )
    previews, origin = services.email_previews, services.origin
    if template == "password_code":
        return _view(previews.password_code(organization=shown, language=language, origin=origin))
    return _view(previews.example(template, organization=shown, language=language, origin=origin))


def _view(of: Any) -> EmailPreview:  # noqa: ANN401 - an EmailPreview of functions.emails, which loads the templates
    return EmailPreview(to=of.to, subject=of.subject, html=of.html, text=of.text)
