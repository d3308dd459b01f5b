"""An organization's logo: uploaded, checked, and served from our own origin."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import Response

from functions.api.descriptions import described
from functions.api.router import ApiRouter
from functions.api.schemas.common import OrganizationPath
from functions.api.schemas.logo import LogoUpload, UploadedLogo
from functions.api.schemas.organizations import Organization
from functions.api.views import common as views
from usher.domain.instants import rfc3339
from usher.domain.logos import UPLOAD_FOR
from usher.domain.organizations import Permission
from usher.services.logos import Logos

LOGO = "/v1/organizations/<organization>/logo"

router = ApiRouter()


@router.post(LOGO, status_code=HTTPStatus.CREATED)
@described(Logos.create_upload, idempotent=True)
def create_logo_upload(organization: OrganizationPath) -> Response[LogoUpload]:
    """Create an upload of a logo.

    The answer has a form: post the file with it, a PNG, JPEG or WebP image of up to 1 MB, and then put the
    upload's id. The logo stays as it is until then. The same request with the same Idempotency-Key answers
    with a new form for the same upload.
    """
    person, services = router.person, router.services
    created = router.idempotent(
        lambda receipt: services.logos.create_upload(
            person=person, organization=organization, receipt=receipt
        ),
        person=person,
        scope=organization,
        permission=Permission.MANAGE_ORGANIZATION,
        view=lambda upload: UploadedLogo(upload=upload),
        status=HTTPStatus.CREATED,
    )
    # Not in the receipt: the form is a credential to upload, and credentials are not stored.
    recorded: Any = created.body
    upload = recorded["upload"]
    form = services.logos.upload_form(organization=organization, upload=upload)
    until = rfc3339(services.context.now() + UPLOAD_FOR)
    created.body = {
        "id": upload,
        "upload": {"url": form.url, "fields": dict(form.fields), "until": until},
    }
    return created


@router.put(LOGO)
@described(Logos.publish)
def put_logo(organization: OrganizationPath, uploaded: UploadedLogo) -> Organization:
    """Make an uploaded image the logo.

    The image is decoded and written anew as a PNG of at most 512 pixels a side, without anything else that
    the file had. Its `logo_url` is a path on our origin, which changes with the image.
    """
    return views.organization(
        router.services.logos.publish(person=router.person, organization=organization, upload=uploaded.upload)
    )


@router.delete(LOGO)
@described(Logos.remove)
def delete_logo(organization: OrganizationPath) -> Organization:
    """Remove the logo.

    An uploaded one is deleted; copies in caches are gone after a week.
    """
    return views.organization(router.services.logos.remove(person=router.person, organization=organization))
