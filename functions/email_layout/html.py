"""The environment of an email's templates, with the layout that they extend, and its inlined styles.

The templates are compiled once for all languages: `texts`, which each rendering has among its variables, says
in which one their messages, numbers and lists are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import css_inline
from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context, select_autoescape
from jinja2.ext import InternationalizationExtension
from jinja2.runtime import Context
from markupsafe import Markup

from usher.domain.colors import palette
from usher.domain.logos import absolute_logo
from usher.domain.organizations import Branding
from usher.translations.texts import Texts

_LAYOUT = Path(__file__).parent / "templates"
_INLINER = css_inline.CSSInliner(load_remote_stylesheets=False)


def email_environment(templates: Path) -> Environment:
    """Return Jinja's environment for the templates in a folder; `base.html` is the layout."""
    environment = Environment(
        loader=FileSystemLoader([templates, _LAYOUT]),
        # Only HTML is escaped: a text or a subject must not have `&amp;`.
        autoescape=select_autoescape(enabled_extensions=("html",), default=False),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=[InternationalizationExtension],
    )
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
    return environment


def _texts(context: Context) -> Texts:
    texts = context["texts"]
    assert isinstance(texts, Texts)  # noqa: S101 - each rendering has them
    return texts


@pass_context
def _gettext(context: Context, message: str) -> str:
    return _texts(context).gettext(message)


@pass_context
def _ngettext(context: Context, singular: str, plural: str, number: int) -> str:
    return _texts(context).ngettext(singular, plural, number)


@pass_context
def _pgettext(context: Context, where: str, message: str) -> str:
    return _texts(context).pgettext(where, message)


@pass_context
def _npgettext(context: Context, where: str, singular: str, plural: str, number: int) -> str:
    return _texts(context).npgettext(where, singular, plural, number)


@pass_context
def _listed(context: Context, names: Sequence[str]) -> str:
    return _texts(context).listed(names)


@pass_context
def _listed_shortly(context: Context, names: Sequence[str]) -> str:
    return _texts(context).listed_shortly(names)


@pass_context
def _number(context: Context, number: int) -> str:
    return _texts(context).number(number)


def _strong(text: str) -> Markup:
    return Markup("<strong>%s</strong>") % text


def layout_values(name: str, branding: Branding, *, origin: str, texts: Texts) -> Mapping[str, object]:
    """Return the layout's variables: language, name and colors of the email, with the logo at the origin."""
    return {
        "texts": texts,
        "organization": name,
        "palette": palette(branding.color),
        "logo_url": absolute_logo(branding.logo_url, origin=origin),
    }


def inlined(html: str) -> str:
    """Return the HTML with its style sheet inlined, as mail programs need it."""
    return _INLINER.inline(html)
