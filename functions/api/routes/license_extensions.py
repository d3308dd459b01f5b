"""The operators' route that gives a license a later end."""

from __future__ import annotations

from functions.api.descriptions import described
from functions.api.router import ApiRouter
from functions.api.routes.operator import LICENSES
from functions.api.schemas.common import LicensePath, OrganizationPath
from functions.api.schemas.licenses import License, LicenseExtension
from functions.api.views import common as views
from usher.services.license_extensions import LicenseExtensions

router = ApiRouter()


@router.patch(f"{LICENSES}/<license>")
@described(LicenseExtensions.extend)
def extend_license(
    organization: OrganizationPath,
    license: LicensePath,  # noqa: A002 - the glossary's word, and the path's
    extension: LicenseExtension,
) -> License:
    """Extend a license.

    Its accesses, open invites and sublicenses follow within moments, those of a big license within the hour.
    Invites expire when they would have. No end becomes earlier. Once for each `order_id`: a repeated order
    changes nothing and answers with the license as it is now.
    """
    return views.license_(
        router.services.license_extensions.extend(
            person=router.person,
            organization=organization,
            license_id=license,
            order_id=extension.order_id,
            valid_until=extension.valid_until,
        )
    )
