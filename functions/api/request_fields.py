"""The fields of a request: their texts are checked, and refusals name them as the request does.

A rule of the domain knows a field by its own name alone, such as `color`; in the request it stands within
another, as `branding.color`. This module knows the requests (docs/decisions/0042).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from typing import Any, get_args

from aws_lambda_powertools.event_handler.openapi.params import Dependant
from aws_lambda_powertools.utilities.data_classes.common import BaseProxyEvent
from pydantic import BaseModel

from functions.api.idempotency import HEADER
from functions.api.problems import BadFieldsError
from usher.domain.texts import NotTextError, read_lines


def check_texts(request: Mapping[str, Any]) -> None:
    """Raise BadFieldsError if a text in the body or the parameters has a character that no text has.

    Such a text cannot be stored or sent on, whatever the field is for; its own rule decides on the rest.
    """
    errors = [{"field": name, "reason": reason} for name, reason in _no_texts(request, ())]
    if errors:
        raise BadFieldsError("; ".join(f"{one['field']}: {one['reason']}" for one in errors), errors=errors)


def path_of(name: str, dependant: Dependant) -> str | None:
    """Return the place of a field in the requests to a route, with dots; None if they do not have it.

    Of several with the name, that nearest to the top is meant.
    """
    parameters = {one.alias for one in (*dependant.path_params, *dependant.query_params)}
    if name in parameters or name == HEADER:
        return name
    queue: deque[tuple[tuple[str, ...], Any]] = deque(((), one.type_) for one in dependant.body_params)
    while queue:
        path, kind = queue.popleft()
        for model in models_of(kind):
            fields = {one.alias or inner: one.annotation for inner, one in model.model_fields.items()}
            if name in fields:
                return ".".join((*path, name))
            queue.extend(((*path, inner), kind_) for inner, kind_ in fields.items())
    return None


def sent_path_of(name: str, *, request: BaseProxyEvent, dependant: Dependant) -> str | None:
    """Return the place of a field that a request has, with dots; None if it has none of this name, or null.

    A parameter of its path is no field: where that is not found, the address is wrong as a whole.
    """
    if name in request.query_string_parameters:
        return name
    body: object = request.json_body if dependant.body_params else None
    queue: deque[tuple[tuple[str, ...], object]] = deque([((), body)])
    while queue:
        path, within = queue.popleft()
        if isinstance(within, Mapping):
            if within.get(name) is not None:
                return ".".join((*path, name))
            queue.extend(((*path, str(inner)), value) for inner, value in within.items())
    return None


def models_of(kind: Any) -> Iterator[type[BaseModel]]:  # noqa: ANN401 - a type as it is annotated
    """Return the models in an annotation, such as the one in `Branding | None`."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        yield kind
    for inner in get_args(kind):
        yield from models_of(inner)


def _no_texts(value: object, path: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Return the places of the texts that are none, each with the reason."""
    if isinstance(value, str):
        try:
            read_lines(value)
        except NotTextError as error:
            yield ".".join(path), str(error)
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _no_texts(name, (*path, ascii(name)))
            yield from _no_texts(inner, (*path, str(name)))
    elif isinstance(value, list):
        for nth, inner in enumerate(value):
            yield from _no_texts(inner, (*path, str(nth)))
