"""Attribute types for instants and enumerations."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any, Generic, TypeVar

from pynamodb.attributes import Attribute
from pynamodb.constants import STRING

from usher.domain.instants import parse_rfc3339, rfc3339

_E = TypeVar("_E", bound=StrEnum)


class InstantAttribute(Attribute[datetime]):
    """An instant as RFC 3339 in UTC, which sorts as text and is readable in the console."""

    attr_type = STRING

    def serialize(self, value: datetime) -> str:
        """Write the instant."""
        return rfc3339(value)

    def deserialize(self, value: str) -> datetime:
        """Read the instant."""
        return parse_rfc3339(value)


class EnumAttribute(Attribute[_E], Generic[_E]):
    """A member of one of the domain's enumerations, by its value."""

    attr_type = STRING

    def __init__(self, enum: type[_E], **kwargs: Any) -> None:  # noqa: ANN401 - handed to PynamoDB as it is
        super().__init__(**kwargs)
        self._enum = enum

    def serialize(self, value: _E) -> str:
        """Write the value."""
        return str(value)

    def deserialize(self, value: str) -> _E:
        """Read the value."""
        return self._enum(value)
