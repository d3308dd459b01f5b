"""The templates of emails and pages: each is compiled here, since a function compiles those it uses."""

from __future__ import annotations

from datetime import UTC, datetime

from functions.emails.rendering import EmailRenderer
from functions.pages.rendering import compile_all
from usher.domain.effects.kinds import Template


def test_every_template_of_an_email_can_be_compiled() -> None:
    compiled = EmailRenderer(now=lambda: datetime.now(UTC)).compile_all()

    assert {f"{template}.{part}" for template in Template for part in ("subject", "html", "txt")} <= {
        *compiled
    }


def test_every_template_of_a_page_can_be_compiled() -> None:
    assert "dashboard.html.j2" in compile_all()
