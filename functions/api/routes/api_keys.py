"""API keys: how an organization's own programs use this API."""

from __future__ import annotations

from functools import partial
from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Path

from functions.api.describing import Caller, described
from functions.api.router import ApiRouter
from functions.api.schemas.api_keys import ApiKeyPage, CreatedApiKey, NewApiKey
from functions.api.schemas.common import OrganizationPath
from functions.api.views import api_keys as views
from usher.services.integrations.api_keys import ApiKeys
from usher.services.receipts import Receipt

KEYS = "/v1/organizations/<organization>/api-keys"

router = ApiRouter()


@router.post(KEYS, status_code=HTTPStatus.CREATED)
@described(ApiKeys.create, caller=Caller.SIGNED_IN, idempotent=True)
def create_api_key(organization: OrganizationPath, new: NewApiKey) -> Response[CreatedApiKey]:
    """Create an API key.

    Its text is in this answer and nowhere else: a replay by `Idempotency-Key` answers with `key` null. A key
    opens what its scopes name, in the organization and in its clients.
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
        view=partial(views.api_key, now=services.context.now()),
        status=HTTPStatus.CREATED,
    )
    # What the receipt keeps is the answer without this.
    response.body = {**dict(response.body or {}), "key": shown[0] if shown else None}
    return response


@router.get(KEYS)
@described(ApiKeys.listed, caller=Caller.SIGNED_IN)
def list_api_keys(organization: OrganizationPath) -> ApiKeyPage:
    """List the API keys.

    With when each was last used, to the hour. Oldest first; all of them are one page.
    """
    services = router.services
    found = services.api_keys.listed(person=router.person, organization=organization)
    now = services.context.now()
    return ApiKeyPage(items=[views.api_key(one, now=now) for one in found], next=None)


@router.delete(f"{KEYS}/<key>", status_code=HTTPStatus.NO_CONTENT)
@described(ApiKeys.revoke, caller=Caller.SIGNED_IN)
def revoke_api_key(
    organization: OrganizationPath,
    key: Annotated[str, Path(max_length=64, description="The API key's id.")],
) -> Response[None]:
    """Revoke an API key.

    At once: the next request with it is refused.
    """
    router.services.api_keys.revoke(person=router.person, organization=organization, key=key)
    return Response(status_code=HTTPStatus.NO_CONTENT)
