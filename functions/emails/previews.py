"""Previews of emails: rendered as they are sent, with links that lead nowhere."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime

from functions.email_layout.password_code import PasswordCodeRenderer
from functions.emails.examples import NOWHERE, RECIPIENT, example_of
from functions.emails.rendering import EmailRenderer
from usher.domain.effects.kinds import Template
from usher.domain.languages import Language
from usher.domain.organizations import Organization
from usher.lazy_dataclasses import dataclass
from usher.services.outbox.send_email import EmailContext

_LINK = re.compile(r'href="[^"]*"')
_CODE = "123456"
"""An example of what Cognito puts into its email."""


@dataclass(frozen=True, kw_only=True)
class EmailPreview:
    """An email as its recipient gets it, to be shown."""

    to: str
    subject: str
    html: str
    text: str


class EmailPreviews:
    """Renders previews; the templates are compiled once."""

    def __init__(self, *, now: Callable[[], datetime]) -> None:
        self._now = now
        self._renderer = EmailRenderer(now=now)

    def example(
        self, template: Template, *, organization: Organization, language: Language | None, origin: str
    ) -> EmailPreview:
        """Return the email with example values, in the organization's branding, and its language if None."""
        return self.preview(
            example_of(
                template,
                organization=organization,
                language=language or organization.language,
                origin=origin,
                now=self._now(),
            )
        )

    def password_code(
        self, *, organization: Organization, language: Language | None, origin: str
    ) -> EmailPreview:
        """Return the email with a code for a new password, which Cognito sends as HTML alone."""
        message = PasswordCodeRenderer(origin=origin).render(
            to=RECIPIENT, code=_CODE, organization=organization, language=language or organization.language
        )
        return EmailPreview(to=RECIPIENT, subject=message.subject, html=_to_nowhere(message.html), text="")

    def preview(self, context: EmailContext) -> EmailPreview:
        """Return the email of the context."""
        message = self._renderer.render(context)
        return EmailPreview(
            to=message.to,
            subject=message.subject,
            html=_to_nowhere(message.html),
            text=message.text,
        )


def _to_nowhere(html: str) -> str:
    return _LINK.sub(f'href="{NOWHERE}"', html)
