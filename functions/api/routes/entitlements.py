"""Entitlements, for learning platforms: whether a person may use a product now."""

from __future__ import annotations

from hmac import compare_digest
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query

from functions.api.descriptions import Caller, described
from functions.api.router import ApiRouter
from functions.api.schemas.entitlements import Entitlement
from functions.api.views import entitlements as views
from usher.domain.addresses import MAX_ADDRESS
from usher.domain.errors import UnauthenticatedError
from usher.services.integrations.entitlements import Entitlements


class WrongKeyError(UnauthenticatedError):
    """The API key is missing or wrong."""

    code = "wrong_api_key"
    title = "The API key is missing or wrong"
    next_action = "Send the learning platform's key in the header X-Api-Key."


router = ApiRouter()


@router.get("/v1/entitlements")
@described(Entitlements.best_access, WrongKeyError, caller=Caller.PLATFORM)
def get_entitlement(
    email: Annotated[str, Query(max_length=MAX_ADDRESS, description="The person's email address.")],
    product: Annotated[str, Query(max_length=64, description="The product's id.")],
) -> Entitlement:
    """Ask whether a person is entitled to a product now.

    The answer is strongly consistent: true of the moment at which it is given.
    """
    services = router.services
    key = router.current_event.headers.get("x-api-key", "")
    if not compare_digest(key.encode(), services.entitlements_key.text().encode()):
        raise WrongKeyError("The API key is missing or wrong.")
    access = services.entitlements.best_access(email=email, product=product)
    return views.entitlement(access, now=services.context.now())
