"""The router of an area: gives its routes the services and the caller, and answers repeated requests."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from http import HTTPStatus
from typing import Any, cast

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.api_gateway import Router
from pydantic import BaseModel

from functions.api.api_key_gateway import key_of
from functions.api.idempotency import HEADER, REPLAYED, Answered, fingerprint, idempotent
from functions.api.request_fields import sent_path_of
from functions.api.services import Services
from usher.domain.errors import UnauthenticatedError
from usher.domain.integrations.api_keys import credential_of, digest_of
from usher.domain.json_values import Json
from usher.domain.organizations import Permission
from usher.domain.people import Person, program
from usher.gateways.identity import person_of
from usher.lazy_dataclasses import dataclass
from usher.services.authorization import authorize, require_operator
from usher.services.context import Context
from usher.services.display_names import ActorNames
from usher.services.receipts import Receipt

JSON = "application/json"
SERVICES = "services"
"""The key of the services in the context of each request."""

CALLER = "caller"
"""The key of the caller, with the event that names them, in the context of each request."""

OPERATOR = "operator"
"""The scope of operators' Idempotency-Keys, in place of an organization's id."""


@dataclass(frozen=True, kw_only=True)
class Rights:
    """The rights that a command requires: a permission in the organization `scope`, None for operators.

    With `operators`, an operator needs no membership of the organization.
    """

    scope: str
    permission: Permission | None
    operators: bool

    def require(self, context: Context, person: Person) -> None:
        """Require them of the caller now: one call.

        Raises:
            UnknownOrganizationError, ForbiddenError, InvalidApiKeyError: see authorize.
        """
        if self.permission is None:
            require_operator(person)
            return
        authorize(
            context,
            person=person,
            organization=self.scope,
            permission=self.permission,
            operators=self.operators,
        )


class ApiRouter(Router):
    """The routes of one area of the API, with access to the current request."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # Powertools left it without types

    @property
    def services(self) -> Services:
        """The services that the handler created."""
        return cast("Services", self.context[SERVICES])

    def seal_cursor(self, cursor: str) -> str:
        """Return the cursor of a next page as an address may have it (functions.api.cursors)."""
        return self.services.cursors.seal(self.current_event.path, cursor)

    @property
    def person(self) -> Person:
        """The caller: a person, by the token that the authorizer checked, or a program, by its API key.

        A key is checked by `authorize`, which reads it with the organization (services.authorization).

        Of one request it is always the same object, which knows how organizations know the caller.

        Raises:
            UnauthenticatedError: the request has no claims of the authorizer.
            InvalidApiKeyError: the API key is malformed.
        """
        event, person = self.context.get(CALLER, (None, None))
        if event is not self.current_event:
            person = self._read_person()
            self.context[CALLER] = (self.current_event, person)
        return cast("Person", person)

    def names(self, organization: str, actors: Iterable[str | None] = ()) -> ActorNames:
        """Return the names of whoever acted in an organization, for the answer to the present request.

        Those of `actors` are read at once, if there are others than the caller.
        """
        names = ActorNames(self.services.context, person=self.person, organization=organization)
        names.read(actors)
        return names

    def _read_person(self) -> Person:
        key = key_of(self.current_event)
        if key is not None:
            return program(credential_of(key))
        authorizer = self.current_event["requestContext"].get("authorizer") or {}
        claims = authorizer.get("jwt", {}).get("claims")
        if not claims:
            raise UnauthenticatedError("Nobody is signed in.")
        return person_of(claims)

    def sent_path_of(self, name: str) -> str | None:
        """Return the place of a field in the present request, None if it has none of this name."""
        dependant = self.context["_route"].dependant
        return sent_path_of(name, request=self.current_event, dependant=dependant)

    def target_organization(self, organization: str, client: str | None) -> str:
        """Return the id of the organization that a request is about: the one in its path, or its client.

        Raises:
            UnknownOrganizationError.
            UnknownClientError.
        """
        if client is None:
            return organization
        return self.services.clients.client(person=self.person, organization=organization, client=client).id

    def addresses_of(self, organization: str, people: Sequence[str]) -> dict[str, str]:
        """Return the addresses behind ids of people; empty ones for ids that lead to nobody."""
        return {one: self.services.person_ids.email_of(organization, one) for one in people}

    @property
    def idempotency_key(self) -> str | None:
        """The Idempotency-Key of the request, if it has one."""
        return self.current_event.headers.get(HEADER.lower())

    def idempotent(
        self,
        command: Callable[[Receipt], object],
        *,
        person: Person,
        scope: str,
        permission: Permission | None,
        operators: bool = False,
        view: Callable[[Any], BaseModel],
        status: HTTPStatus = HTTPStatus.OK,
    ) -> Response[Any]:
        """Carry out a command with one result; answer a repeated request with the first result.

        `permission` is the one that the command requires in the organization `scope`, None for operators; the
        first result is only for whoever has it still. With `operators`, they have it, too.
        """
        rights = Rights(scope=scope, permission=permission, operators=operators)
        answered = self._answered(command, person=person, rights=rights, view=view)
        return _response(answered, body=answered.answers[0], status=status)

    def idempotent_batch(
        self,
        command: Callable[[Receipt], object],
        *,
        person: Person,
        scope: str,
        permission: Permission | None,
        operators: bool = False,
        view: Callable[[Any], BaseModel],
        status: HTTPStatus = HTTPStatus.OK,
        gather: Callable[[list[Json]], Json] = lambda answers: {"results": answers},
    ) -> Response[Any]:
        """Carry out a command with a result for each position; answer a repeated request with the first ones.

        `gather` makes the answer's body of the results.
        """
        rights = Rights(scope=scope, permission=permission, operators=operators)
        answered = self._answered(command, person=person, rights=rights, view=view)
        return _response(answered, body=gather(answered.answers), status=status)

    def _answered(
        self,
        command: Callable[[Receipt], object],
        *,
        person: Person,
        rights: Rights,
        view: Callable[[Any], BaseModel],
    ) -> Answered:
        def render(result: Any) -> Json:  # noqa: ANN401 - the command's result, whose type `view` knows
            return cast("Json", view(result).model_dump(mode="json"))

        event, services = self.current_event, self.services
        answered = idempotent(
            services.context,
            key=self.idempotency_key,
            scope=f"{rights.scope}#{_account(person)}",
            request=fingerprint(method=event.http_method, path=event.path, body=event.json_body),
            render=render,
            command=command,
        )
        if answered.replayed:  # no command ran that would have authorized the caller
            rights.require(services.context, person)
        return answered


def _account(person: Person) -> str:
    """Return the caller's part of an Idempotency-Key's scope; that of an API key depends on its secret."""
    if person.key is None:
        return person.email
    return f"{person.email}#{digest_of(person.key.secret)}"


def _response(answered: Answered, *, body: Json, status: HTTPStatus) -> Response[Any]:
    headers: dict[str, str | list[str]] = {REPLAYED: "true"} if answered.replayed else {}
    return Response(status_code=status, content_type=JSON, body=body, headers=headers)
