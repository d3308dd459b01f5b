"""Turns a template into an answer: HTML with its own style, and headers that allow nothing else."""

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.shared.cookies import Cookie
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from functions.pages.browsers import PageRequest
from usher.domain import wording
from usher.domain.colors import palette
from usher.domain.instants import rfc3339
from usher.domain.organizations import Branding, Organization

_HTML = "text/html; charset=utf-8"
_ORIGIN_OF_A_LOGO = re.compile(r"https://[a-z0-9.-]+(?::[0-9]{1,5})?")

_HEADERS = {
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}


@dataclass(frozen=True, kw_only=True)
class Sender:
    """Whose page it is: the name and look at its top."""

    name: str
    branding: Branding

    @property
    def logo_origin(self) -> str:
        """Where the logo comes from, as a policy may name it; empty where there is none to show."""
        parts = urlsplit(self.branding.logo_url)
        origin = f"{parts.scheme}://{parts.netloc}".lower()
        return origin if _ORIGIN_OF_A_LOGO.fullmatch(origin) else ""


USHER = Sender(name="Usher", branding=Branding())
"""Whose page it is where no organization is known."""


def sender(organization: Organization) -> Sender:
    """Return an organization as the sender of a page."""
    return Sender(name=organization.name, branding=organization.branding)


@cache
def _environment() -> Environment:
    """Return all the templates, compiled once for as long as the process lives."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"in_words": wording.in_words, "rfc3339": rfc3339}
    environment.globals |= {
        "kinds": wording.KINDS,
        "roles": wording.ROLES,
        "may": wording.MAY,
        "palette": palette,
    }
    for name in environment.list_templates():
        environment.get_template(name)
    return environment


class Renderer:
    """Renders the templates. They are read at once, so that a snapshot of the function has them."""

    def __init__(self) -> None:
        self._environment = _environment()

    def page(
        self,
        template: str,
        *,
        visit: PageRequest,
        sender: Sender = USHER,
        status: int = 200,
        cookies: Sequence[Cookie] = (),
        headers: dict[str, str] | None = None,
        **values: object,
    ) -> Response[str]:
        """Render a template. HEAD gets the headers alone."""
        nonce = secrets.token_urlsafe(16)
        body = self._environment.get_template(template).render(
            nonce=nonce, sender=sender, csrf=visit.csrf, visitor=visit.person, **values
        )
        return Response(
            status_code=status,
            content_type=_HTML,
            body="" if visit.method == "HEAD" else body,
            headers={
                **_HEADERS,
                "Content-Security-Policy": _policy(nonce, sender.logo_origin),
                **(headers or {}),
            },
            cookies=[*visit.new_cookies, *cookies],
        )


def redirect(location: str, *, visit: PageRequest, cookies: Sequence[Cookie] = ()) -> Response[str]:
    """Send the browser on with GET."""
    return Response(
        status_code=303,
        content_type=_HTML,
        body="",
        headers={**_HEADERS, "Location": location, "Content-Security-Policy": "default-src 'none'"},
        cookies=[*visit.new_cookies, *cookies],
    )


def _policy(nonce: str, logo_origin: str) -> str:
    images = f"img-src {logo_origin}; " if logo_origin else ""
    return (
        f"default-src 'none'; style-src 'nonce-{nonce}'; {images}"
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
