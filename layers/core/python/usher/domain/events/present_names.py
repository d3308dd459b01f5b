"""The data of events with the products as they are called now, for whoever reads of them later."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar, cast

from usher.domain.changed_products import ChangedProducts
from usher.domain.events.parts import ProductRef

_T = TypeVar("_T")


def with_present_names(data: _T, products: ChangedProducts) -> _T:
    """Return an event's data, or a part of it, in which each product has its present name.

    The event itself stays as it was recorded: this is for emails and reports.
    """
    return cast("_T", _renamed(data, products)) if products.by_id else data


def _renamed(value: Any, products: ChangedProducts) -> Any:  # noqa: ANN401 - any part of an event's data
    if isinstance(value, ProductRef):
        return replace(value, name=products.name(value.id, otherwise=value.name))
    if isinstance(value, tuple):
        return tuple(_renamed(one, products) for one in value)
    if not is_dataclass(value) or isinstance(value, type):
        return value
    return replace(value, **{one.name: _renamed(getattr(value, one.name), products) for one in fields(value)})
