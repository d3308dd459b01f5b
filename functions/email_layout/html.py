"""The environment of an email's templates, with the layout that they extend, and its inlined styles.

The templates are compiled once for all languages (`usher.translations.templates`).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import css_inline
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from usher.domain.colors import palette
from usher.domain.logos import absolute_logo
from usher.domain.organizations import Branding
from usher.translations.templates import install_texts
from usher.translations.texts import Texts

LAYOUT = Path(__file__).parent / "templates"
"""The folder of the layout, and of the one email that is not of an organization's events."""

_INLINER = css_inline.CSSInliner(load_remote_stylesheets=False)


def email_environment(templates: Path) -> Environment:
    """Return Jinja's environment for the templates in a folder; `base.html` is the layout."""
    environment = Environment(
        loader=FileSystemLoader([templates, LAYOUT]),
        # Only HTML is escaped: a text or a subject must not have `&amp;`.
        autoescape=select_autoescape(enabled_extensions=("html",), default=False),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    install_texts(environment)
    return environment


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
