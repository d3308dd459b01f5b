"""Views of what is given without an invite."""

from __future__ import annotations

from functions.api.schemas import grants as schemas
from functions.api.views.common import product_summary
from usher.services.enrollment.named_grants import NamedGrant


def gives(of: NamedGrant) -> schemas.Gives:
    """What a grant gives, with names."""
    group = of.grant.group
    return schemas.Gives(
        licenses=[
            schemas.GivenLicense(id=id_, product=None if product is None else product_summary(product))
            for id_, product in zip(of.grant.licenses, of.products, strict=True)
        ],
        group=None if group is None else schemas.GivenGroup(id=group, name=of.group_name),
    )
