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
        # Not through the attributes' descriptors: most of forty attributes are equal.
        old, new = before.attribute_values.get(name), after.attribute_values.get(name)
        if old is new or name in _KEYS or isinstance(attribute, VersionAttribute):
            continue
        if new is None:
            actions.append(attribute.remove())
        elif old is None or (old != new and attribute.serialize(old) != attribute.serialize(new)):
            actions.append(attribute.set(new))
    return actions
