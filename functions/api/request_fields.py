"""The fields of a request: their texts are checked, and refusals name them as the request does.

A rule of the domain knows a field by its own name alone, such as `color`; in the request it stands within
another, as `branding.color`. This module knows the requests (docs/decisions/0042).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from typing import Any, get_args

from aws_lambda_powertools.event_handler.openapi.params import Dependant
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
        for model in _models(kind):
            fields = {one.alias or inner: one.annotation for inner, one in model.model_fields.items()}
            if name in fields:
                return ".".join((*path, name))
            queue.extend(((*path, inner), kind_) for inner, kind_ in fields.items())
    return None


def _models(kind: Any) -> Iterator[type[BaseModel]]:  # noqa: ANN401 - a type as it is annotated
    """Return the models in an annotation, such as the one in `Branding | None`."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        yield kind
    for inner in get_args(kind):
        yield from _models(inner)


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
