"""The messages, lists and numbers of Jinja's templates, which are compiled once for all languages.

`texts`, which each rendering has among its variables, says in which language they are.
"""

from __future__ import annotations

from collections.abc import Sequence

from jinja2 import Environment, pass_context
from jinja2.ext import InternationalizationExtension
from jinja2.runtime import Context
from markupsafe import Markup

from usher.translations.texts import Texts


def install_texts(environment: Environment) -> None:
    """Give an environment's templates `_`, `ngettext`, `pgettext`, `npgettext`, and filters for values."""
    environment.add_extension(InternationalizationExtension)
    # Added by the extension. The new style has placeholders escaped as the template's kind asks for.
    environment.install_gettext_callables(  # type: ignore[attr-defined]
        _gettext, _ngettext, newstyle=True, pgettext=_pgettext, npgettext=_npgettext
    )
    environment.filters |= {
        "listed": _listed,
        "listed_shortly": _listed_shortly,
        "number": _number,
        "strong": _strong,
    }


def texts_of(context: Context) -> Texts:
    """Return the texts of the language that a template is rendered in."""
    texts = context["texts"]
    assert isinstance(texts, Texts)  # noqa: S101 - each rendering has them
    return texts


@pass_context
def _gettext(context: Context, message: str) -> str:
    return texts_of(context).gettext(message)


@pass_context
def _ngettext(context: Context, singular: str, plural: str, number: int) -> str:
    return texts_of(context).ngettext(singular, plural, number)


@pass_context
def _pgettext(context: Context, where: str, message: str) -> str:
    return texts_of(context).pgettext(where, message)


@pass_context
def _npgettext(context: Context, where: str, singular: str, plural: str, number: int) -> str:
    return texts_of(context).npgettext(where, singular, plural, number)


@pass_context
def _listed(context: Context, names: Sequence[str]) -> str:
    return texts_of(context).listed(names)


@pass_context
def _listed_shortly(context: Context, names: Sequence[str]) -> str:
    return texts_of(context).listed_shortly(names)


@pass_context
def _number(context: Context, number: int) -> str:
    return texts_of(context).number(number)


def _strong(text: str) -> Markup:
    return Markup("<strong>%s</strong>") % text
