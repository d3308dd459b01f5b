"""All text of an email can be read, in the light and in the dark; what is hidden is not in the way."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import css_inline
import pytest

from functions.emails.rendering import EmailRenderer
from tests.support.email_contexts import ACME, NOW, email_context
from usher.domain.colors import READABLE, contrast
from usher.domain.effects.kinds import Template
from usher.domain.organizations import Branding

_DARK = re.compile(r"@media \(prefers-color-scheme: dark\) \{(.*?)\n\}", re.DOTALL)
_VOID = {"meta", "img", "br"}
_NEVER_SHOWN = {"head", "title", "style"}


class Texts(HTMLParser):
    """The shown texts of an email with the colors that they have by the inlined styles."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[str, str, str]] = []
        self.hidden: list[str] = []
        self._open: list[tuple[str, dict[str, str]]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        style = dict(attrs).get("style") or ""
        pairs = (declaration.partition(":") for declaration in style.split(";") if declaration.strip())
        declared = {name.strip(): value.replace("!important", "").strip() for name, _, value in pairs}
        if tag not in _VOID:
            self._open.append((tag, declared))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        if not data.strip() or any(tag in _NEVER_SHOWN for tag, _ in self._open):
            return
        if self._value("display", "") == "none":
            self.hidden.append(data)
        else:
            self.found.append((data.strip(), self._value("color", ""), self._value("background-color", "")))

    def _value(self, name: str, default: str) -> str:
        """Return the value of the innermost element that declares it."""
        return next((declared[name] for _, declared in reversed(self._open) if name in declared), default)


def in_the_dark(html: str) -> str:
    """Return the email as a reader who prefers the dark sees it."""
    (rules,) = _DARK.findall(html)
    return css_inline.CSSInliner(load_remote_stylesheets=False, extra_css=rules).inline(html)


@pytest.fixture(scope="module")
def renderer() -> EmailRenderer:
    return EmailRenderer(now=lambda: NOW)


@pytest.mark.parametrize("template", Template)
@pytest.mark.parametrize("color", ["#1f4e79", "#ffd54a", "#777777"])
def test_every_text_is_readable_in_the_light_and_in_the_dark(
    renderer: EmailRenderer, template: Template, color: str
) -> None:
    home = replace(ACME, branding=Branding(color=color))
    html = renderer.render(email_context(template, organization=home)).html

    for seen in (html, in_the_dark(html)):
        texts = Texts(seen).found
        faint = [text for text, ink, paper in texts if contrast(ink, paper) < READABLE]
        assert len(texts) > 3
        assert not faint


def test_the_dark_is_dark(renderer: EmailRenderer) -> None:
    html = renderer.render(email_context(Template.REMINDER)).html

    light = {paper for _, _, paper in Texts(html).found}
    dark = {paper for _, _, paper in Texts(in_the_dark(html)).found}
    assert "#ffffff" in light
    assert "#ffffff" not in dark


@pytest.mark.parametrize("template", Template)
def test_the_preheader_is_hidden_and_has_no_color_of_its_own(
    renderer: EmailRenderer, template: Template
) -> None:
    html = renderer.render(email_context(template)).html
    (style,) = re.findall(r'<div class="preheader" style="([^"]*)"', html)
    (hidden,) = Texts(html).hidden

    assert hidden.strip()
    assert not re.search(r"(?<![-\w])color:", style)
    (rules,) = _DARK.findall(html)
    assert "preheader" not in rules
