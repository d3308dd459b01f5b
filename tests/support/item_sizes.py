"""The size of an item, and the units of so many bytes.

The rules are those of the DynamoDB Developer Guide, "DynamoDB item sizes and formats" and "DynamoDB read and
write operations".
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

Item = Mapping[str, Mapping[str, Any]]
"""An item in DynamoDB's own form."""

WRITE_UNIT = 1024
"""Bytes of one write unit."""
READ_UNIT = 4096
"""Bytes of one strongly consistent read unit."""
_OVERHEAD_OF_NESTED = 3
_OVERHEAD_OF_ELEMENT = 1


def item_size(item: Item) -> int:
    """Return the bytes of an item: the names of its attributes, and their values."""
    return sum(len(name.encode()) + _value_size(value) for name, value in item.items())


def _value_size(value: Mapping[str, Any]) -> int:
    ((kind, content),) = value.items()
    if kind == "S":
        return len(content.encode())
    if kind == "N":
        return _number_size(content)
    if kind in {"BOOL", "NULL"}:
        return 1
    if kind == "SS":
        return sum(len(one.encode()) for one in content)
    if kind == "L":
        return _OVERHEAD_OF_NESTED + sum(_OVERHEAD_OF_ELEMENT + _value_size(one) for one in content)
    if kind == "M":
        return _OVERHEAD_OF_NESTED + len(content) * _OVERHEAD_OF_ELEMENT + item_size(content)
    raise ValueError(f"no item of Usher has a value of the type {kind}")


def _number_size(number: str) -> int:
    """Return a byte for each two significant digits and one more, and one for a minus."""
    digits = number.lstrip("-").replace(".", "").strip("0")
    return 1 + math.ceil(len(digits) / 2) + number.startswith("-")


def units_of(size: int, unit: int) -> int:
    """Return how many units so many bytes take: at least one."""
    return max(1, math.ceil(size / unit))
