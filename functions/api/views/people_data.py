"""Views of exports and erasures."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from functions.api.schemas import people_data
from functions.api.views.common import NameOf, instant
from usher.domain.erasures import Erasure
from usher.domain.instants import rfc3339
from usher.gateways.person_ids import PersonIds
from usher.services.people.export_learner import Export


def export(of: Export, *, ids: PersonIds) -> people_data.Export:
    """All data that is held about an address."""
    return people_data.Export(
        organization=of.organization,
        person=ids.id_of(of.organization, of.email),
        email=of.email,
        exported_at=rfc3339(of.at),
        records={kind: [_json(dict(one)) for one in some] for kind, some in of.records.items()},
    )


def erasure(of: Erasure, *, names: NameOf) -> people_data.Erasure:
    """An order to erase."""
    return people_data.Erasure(
        id=of.id,
        pseudonym=of.pseudonym,
        ordered_at=rfc3339(of.ordered_at),
        ordered_by=of.ordered_by,
        ordered_by_name=names(of.ordered_by),
        done_at=instant(of.done_at),
        failed_at=instant(of.failed_at),
    )


def _json(value: Any) -> Any:  # noqa: ANN401 - any value of an item
    """Return a DynamoDB value as a JSON value: numbers come as decimals, and sets have no order."""
    if isinstance(value, dict):
        return {name: _json(one) for name, one in value.items()}
    if isinstance(value, list | set):
        return [_json(one) for one in (sorted(value) if isinstance(value, set) else value)]
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value
