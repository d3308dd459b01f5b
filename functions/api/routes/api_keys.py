"""API keys: how an organization's own programs use this API."""

from __future__ import annotations

from functools import partial
from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Path

from functions.api.descriptions import Caller, described
from functions.api.router import ApiRouter
from functions.api.schemas.api_keys import ApiKeyPage, CreatedApiKey, NewApiKey
from functions.api.schemas.common import OrganizationPath
from functions.api.views import api_keys as views
from usher.domain.organizations import Permission
from usher.services.integrations.api_keys import ApiKeys
from usher.services.receipts import Receipt

KEYS = "/v1/organizations/<organization>/api-keys"

router = ApiRouter()


@router.post(KEYS, status_code=HTTPStatus.CREATED)
@described(ApiKeys.create, caller=Caller.SIGNED_IN, idempotent=True)
def create_api_key(organization: OrganizationPath, new: NewApiKey) -> Response[CreatedApiKey]:
    """Create an API key.

    The key's text is in this answer only: a replay by `Idempotency-Key` answers with `key` null. The key
    permits what its scopes name, in the organization and in its clients.
    """
    person, services = router.person, router.services
    shown: list[str] = []

    def create(receipt: Receipt) -> None:
        text = services.api_keys.create(
            person=person, organization=organization, **dict(new), receipt=receipt
        )
        shown.append(text)

    response = router.idempotent(
        create,
        person=person,
        scope=organization,
        permission=Permission.MANAGE_PROGRAMS,
        view=partial(views.api_key, names=router.names(organization), now=services.context.now()),
        status=HTTPStatus.CREATED,
    )
    # The receipt keeps the answer without the key.
    response.body = {**dict(response.body or {}), "key": shown[0] if shown else None}
    return response


@router.get(KEYS)
@described(ApiKeys.listed, caller=Caller.SIGNED_IN)
def list_api_keys(organization: OrganizationPath) -> ApiKeyPage:
    """List the API keys.

    Each with the hour in which it was last used. Oldest first; all of them are one page.
    """
    services = router.services
    found = services.api_keys.listed(person=router.person, organization=organization)
    view = partial(
        views.api_key,
        names=router.names(organization, (one.created_by for one in found)),
        now=services.context.now(),
    )
    return ApiKeyPage(items=[view(one) for one in found], next=None)


@router.delete(f"{KEYS}/<key>", status_code=HTTPStatus.NO_CONTENT)
@described(ApiKeys.revoke, caller=Caller.SIGNED_IN)
def revoke_api_key(
    organization: OrganizationPath,
    key: Annotated[str, Path(max_length=64, description="The API key's id.")],
) -> Response[None]:
    """Revoke an API key.

    It takes effect at once: the next request with the key is refused.
    """
    router.services.api_keys.revoke(person=router.person, organization=organization, key=key)
    return Response(status_code=HTTPStatus.NO_CONTENT)
