"""Dataclasses whose methods are written at their first use.

`dataclasses.dataclass` writes and compiles a class's methods where the class is defined: half a millisecond
for each of some hundred classes, of which an invocation uses a few (decision 91). To a type checker,
`dataclass` is the standard decorator.
"""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

__all__ = ["dataclass", "write_all_methods", "write_methods"]

T = TypeVar("T")

_pending: dict[type, dict[str, bool]] = {}
"""The classes whose methods are not written yet, with the decorator's options."""

_lock = threading.RLock()


class _PendingFields:
    """The fields of a class whose methods are not written yet: to ask for them is to use the class."""

    def __get__(self, instance: object, owner: type) -> Any:  # noqa: ANN401 - `dataclasses` keeps its own there
        for cls in owner.__mro__:
            write_methods(cls)
        return owner.__dataclass_fields__  # type: ignore[attr-defined]  # the owner is a dataclass by now


if TYPE_CHECKING:
    from dataclasses import dataclass
else:

    def dataclass(**options: bool) -> Callable[[type[T]], type[T]]:
        """Make the class a dataclass by the standard decorator's options, with methods from its first use on.

        The first use is an instance that is made, or that somebody asks for the fields: `dataclasses.fields`,
        a subclass whose methods are written, or a library that reads or writes such values.
        """

        def decorate(cls: type[T]) -> type[T]:
            def write_and_initialize(self: T, *positional: object, **named: object) -> None:
                write_methods(cls)
                cls.__init__(self, *positional, **named)

            cls.__init__ = write_and_initialize
            cls.__dataclass_fields__ = _PendingFields()
            _pending[cls] = options
            return cls

        return decorate


def write_all_methods() -> None:
    """Write the methods of all these dataclasses, as for a snapshot of the function (SnapStart)."""
    for cls in tuple(_pending):
        write_methods(cls)


def write_methods(cls: type) -> None:
    """Write the methods of one of these dataclasses, unless they are written.

    `__init__` is the last to be put in its place, made from the fields by a class of its own: the standard
    decorator would keep the one that stands there, and without one, another thread could make no instance.
    """
    with _lock:
        if cls not in _pending:
            return
        options = _pending[cls]
        written: Any = dataclasses.dataclass(**options, init=False)(cls)
        same_fields = dataclasses.make_dataclass(
            cls.__name__,
            [(field.name, field.type, field) for field in dataclasses.fields(written)],
            namespace={"__post_init__": cls.__post_init__} if hasattr(cls, "__post_init__") else {},
            frozen=options.get("frozen", False),
            eq=False,
            repr=False,
        )
        vars(same_fields)["__init__"].__qualname__ = f"{cls.__qualname__}.__init__"
        written.__init__ = vars(same_fields)["__init__"]
        del _pending[cls]
