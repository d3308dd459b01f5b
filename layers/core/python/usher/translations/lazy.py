"""Messages that are told later, once the language of their reader is known."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from usher.domain.languages import Language
from usher.lazy_dataclasses import dataclass
from usher.translations.texts import Texts, texts


@dataclass(frozen=True, kw_only=True)
class LazyText:
    """A message with the values of its placeholders, in no language yet; as a `str` it is English.

    Attributes:
        message: the message, which is its English text.
        plural: its form for many; empty for a message without one.
        count: the number that decides between the two.
        values: the values by placeholder.
    """

    message: str
    plural: str = ""
    count: int = 1
    values: Mapping[str, LazyValue]

    def told(self, language: Texts) -> str:
        """Return the text in a language."""
        if self.plural:
            written = language.ngettext(self.message, self.plural, self.count)
        else:
            written = language.gettext(self.message)
        return written % {name: _told(value, language) for name, value in self.values.items()}

    def __str__(self) -> str:
        return self.told(texts(Language.ENGLISH))


LazyValue: TypeAlias = str | int | LazyText | Callable[[Texts], str]
"""What a placeholder stands for: a text as it is, a number, or what depends on the language."""


def lazy_gettext(message: str, /, **values: LazyValue) -> LazyText:
    """Return a message, which is marked for the catalogs here, as one that is told later."""
    return LazyText(message=message, values=values)


def lazy_ngettext(singular: str, plural: str, count: int, /, **values: LazyValue) -> LazyText:
    """Return a message with a plural as one that is told later."""
    return LazyText(message=singular, plural=plural, count=count, values=values)


def _told(value: LazyValue, language: Texts) -> str:
    match value:
        case str():
            return value
        case int():
            return language.number(value)
        case LazyText():
            return value.told(language)
        case _:
            return value(language)
