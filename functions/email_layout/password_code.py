"""Renders the email with the code for a new password: HTML alone, since Cognito takes one body."""

from __future__ import annotations

from functions.email_layout.html import LAYOUT, email_environment, inlined, layout_values
from usher.domain.languages import Language, language_of_email
from usher.domain.organizations import Branding, Organization
from usher.lazy_dataclasses import dataclass
from usher.translations.texts import texts

CODE_HOURS = 1
"""How long Cognito accepts the code for a new password, in hours."""


@dataclass(frozen=True, kw_only=True)
class CodeMessage:
    """The email as Cognito takes it: a subject of at most 140 characters, a body of at most 20,000."""

    subject: str
    html: str


class PasswordCodeRenderer:
    """Renders the email; `origin` is where people reach Usher. The template is compiled at start."""

    def __init__(self, *, origin: str) -> None:
        environment = email_environment(LAYOUT)
        self._template = environment.get_template("password_code.html")
        self._origin = origin

    def render(
        self, *, to: str, code: str, organization: Organization | None, language: Language | None
    ) -> CodeMessage:
        """Return the email to an address, in an organization's name or Usher's.

        It is in the person's `language` or, where they chose none, in the organization's.

        `code` is what Cognito replaces by the code. It stands in the text alone, since browsers and logs keep
        links: the one in the email leads to the form that takes the code.
        """
        name = "Usher" if organization is None else " ".join(organization.name.split())
        words = texts(
            language_of_email(
                reader=language,
                organization=Language.ENGLISH if organization is None else organization.language,
            )
        )
        html = self._template.render(
            layout_values(
                name,
                Branding() if organization is None else organization.branding,
                origin=self._origin,
                texts=words,
            ),
            to=to,
            code=code,
            hours=CODE_HOURS,
            link=f"{self._origin}/learn/password?step=code",
        )
        return CodeMessage(subject=words.gettext("Your code for a new password"), html=inlined(html))
