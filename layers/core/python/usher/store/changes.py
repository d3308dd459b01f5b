"""The difference between two rows of one item, as update actions."""

from __future__ import annotations

from pynamodb.attributes import VersionAttribute
from pynamodb.expressions.update import Action

from usher.store.table import Row

_KEYS = frozenset({"pk", "sk"})


def changes(before: Row, after: Row) -> list[Action]:
    """Return the actions that change the item from `before` to `after`."""
    actions: list[Action] = []
    for name, attribute in type(after).get_attributes().items():
        if name in _KEYS or isinstance(attribute, VersionAttribute):
            continue
        old, new = getattr(before, name), getattr(after, name)
        if new is None and old is not None:
            actions.append(attribute.remove())
        elif new is not None and (old is None or attribute.serialize(old) != attribute.serialize(new)):
            actions.append(attribute.set(new))
    return actions
