"""Renders the pages' templates as HTML, each page with a content security policy of its own."""

import re
import secrets
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import TypeAlias
from urllib.parse import quote, urlsplit

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.shared.cookies import Cookie
from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context, select_autoescape
from jinja2.runtime import Context
from markupsafe import Markup

from functions.pages.browser_sessions import PageRequest
from functions.pages.forms import NO_FEEDBACK, FormFeedback
from functions.pages.scripts import script_path
from functions.pages.wording import counted, invited_to
from usher.domain.colors import palette
from usher.domain.instants import rfc3339
from usher.domain.languages import Language
from usher.domain.licenses import LicenseTerms, ProductKind
from usher.domain.logos import is_logo_path
from usher.domain.organizations import Branding, Organization, Role
from usher.domain.passwords import MIN_PASSWORD
from usher.lazy_dataclasses import dataclass
from usher.translations.dates import Dates
from usher.translations.lazy import LazyText
from usher.translations.names import kind_name, role_name, role_permissions
from usher.translations.templates import install_texts, texts_of
from usher.translations.texts import texts

Page: TypeAlias = Response[str]

_HTML = "text/html; charset=utf-8"
_OUR_ICON = "/favicon.ico"
_ICON = (
    "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'>"
    "<rect width='32' height='32' rx='8' fill='{fill}'/>"
    "<text x='16' y='23' text-anchor='middle' font-family='sans-serif' font-weight='700' font-size='20' "
    "fill='{ink}'>{initial}</text></svg>"
)
_LOGO_ORIGIN = re.compile(r"https://[a-z0-9.-]+(?::[0-9]{1,5})?")

_IN_DATA = " =:/'"
"""Characters of an icon that need no encoding in its address."""

_HEADERS = {
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}


@dataclass(frozen=True, kw_only=True)
class PageOwner:
    """The organization whose name and branding are at the top of a page, and its language."""

    name: str
    branding: Branding
    language: Language = Language.ENGLISH

    @property
    def logo_origin(self) -> str:
        """The origin of the logo, in the form that a content security policy takes; empty without a logo."""
        if is_logo_path(self.branding.logo_url):
            return "'self'"
        parts = urlsplit(self.branding.logo_url)
        origin = f"{parts.scheme}://{parts.netloc}".lower()
        return origin if _LOGO_ORIGIN.fullmatch(origin) else ""

    @property
    def icon(self) -> str:
        """The address of the page's icon: the organization's initial on its color, as an SVG; else ours."""
        initial = next((sign for sign in self.name.upper() if sign.isalnum()), "")
        if self is USHER or not initial:
            return _OUR_ICON
        colors = palette(self.branding.color)
        svg = _ICON.format(fill=colors.brand, ink=colors.on_brand, initial=initial)
        return f"data:image/svg+xml,{quote(svg, safe=_IN_DATA)}"

    @property
    def image_sources(self) -> str:
        """The sources of the page's images, in the form that a content security policy takes."""
        icon = "'self'" if self.icon == _OUR_ICON else "data:"
        return " ".join(dict.fromkeys(filter(None, (icon, self.logo_origin))))

    @classmethod
    def of(cls, organization: Organization) -> "PageOwner":
        """Return the organization as the owner of a page."""
        return cls(name=organization.name, branding=organization.branding, language=organization.language)


USHER = PageOwner(name="Usher", branding=Branding())
"""The owner of a page without an organization."""


@cache
def _environment() -> Environment:
    """Return Jinja's environment, the same for the whole process."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    install_texts(environment)
    environment.filters |= {
        "day": _day,
        "start": _start,
        "end": _end,
        "until_end": _until_end,
        "last_day": _last_day,
        "until_deadline": _until_deadline,
        "told": _told,
        "kind": _kind,
        "role": _role,
        "may": _may,
        "counted": _counted,
        "invited_to": _invited_to,
    }
    environment.globals |= {
        "palette": palette,
        "min_password": MIN_PASSWORD,
        "script_path": script_path(),
    }
    return environment


def compile_all() -> list[str]:
    """Compile all templates, as for a snapshot of the function (SnapStart), and return their names."""
    names = _environment().list_templates()
    for name in names:
        _environment().get_template(name)
    return names


class Renderer:
    """Renders the templates. Without a snapshot, each is compiled when it is first used."""

    def __init__(self) -> None:
        self._environment = _environment()

    def page(
        self,
        template: str,
        *,
        request: PageRequest,
        owner: PageOwner = USHER,
        about: Language | None = None,
        status: int = HTTPStatus.OK,
        cookies: Sequence[Cookie] = (),
        headers: dict[str, str] | None = None,
        **values: object,
    ) -> Page:
        """Render a template with `values`; the answer to HEAD has only the headers.

        `about` is the language of the page's subject, such as an invite; None if it has none of its own.
        """
        nonce = secrets.token_urlsafe(16)
        language = request.languages.language(about=about, organization=owner.language)
        body = self._environment.get_template(template).render(
            nonce=nonce,
            owner=owner,
            csrf=request.csrf,
            visitor=request.person,
            texts=texts(language),
            language_links=request.languages.links(language),
            **values,
        )
        return Response(
            status_code=status,
            content_type=_HTML,
            body="" if request.method == "HEAD" else body,
            headers={
                **_HEADERS,
                "Content-Language": language,
                "Vary": "Accept-Language, Cookie",
                "Content-Security-Policy": _policy(nonce, owner.image_sources, scripts="<script" in body),
                **(headers or {}),
            },
            cookies=[*request.new_cookies, *cookies],
        )

    def form_page(
        self,
        template: str,
        *,
        request: PageRequest,
        owner: PageOwner = USHER,
        about: Language | None = None,
        feedback: FormFeedback = NO_FEEDBACK,
        **values: object,
    ) -> Page:
        """Render a template that has a form, with the feedback to the form."""
        return self.page(
            template,
            request=request,
            owner=owner,
            about=about,
            status=feedback.status,
            cookies=feedback.cookies,
            headers=feedback.headers,
            notice=feedback.notice,
            errors=feedback.errors,
            **values,
        )

    def error_page(
        self, why: str, *, request: PageRequest, status: int, headers: dict[str, str] | None = None
    ) -> Page:
        """Render the page of an error, without forms and without anybody's data.

        `why` is `bad_link`, `nothing_here`, `not_allowed`, `too_large`, `busy` or `unexpected`.
        """
        anonymous = PageRequest(method=request.method, languages=request.languages)
        return self.page("error.html.j2", request=anonymous, status=status, headers=headers, why=why)


def download(content: str, *, content_type: str, name: str, method: str) -> Page:
    """Answer with a file, which the browser saves or hands to a program under the name."""
    return Response(
        status_code=HTTPStatus.OK,
        content_type=content_type,
        body="" if method == "HEAD" else content,
        headers={
            **_HEADERS,
            "Content-Disposition": f'attachment; filename="{name}"',
            "Content-Security-Policy": "default-src 'none'",
        },
    )


def redirect(path: str, *, request: PageRequest, cookies: Sequence[Cookie] = ()) -> Page:
    """Redirect the browser to a path with GET (303)."""
    return _redirect(HTTPStatus.SEE_OTHER, path, [*request.new_cookies, *cookies])


def moved(path: str) -> Page:
    """Redirect the browser to the canonical form of its address, with the same method and form (308)."""
    return _redirect(HTTPStatus.PERMANENT_REDIRECT, path, [])


def _redirect(status: HTTPStatus, location: str, cookies: list[Cookie]) -> Page:
    return Response(
        status_code=status,
        content_type=_HTML,
        body="",
        headers={**_HEADERS, "Location": location, "Content-Security-Policy": "default-src 'none'"},
        cookies=cookies,
    )


@pass_context
def _day(context: Context, instant: datetime, time_zone: str) -> str:
    return _time(instant, _dates(context, time_zone, instant).day(instant))


@pass_context
def _start(context: Context, instant: datetime, time_zone: str) -> str:
    return _time(instant, _dates(context, time_zone, instant).start(instant))


@pass_context
def _end(context: Context, instant: datetime, time_zone: str) -> str:
    return _time(instant, _dates(context, time_zone, instant).end(instant))


@pass_context
def _until_end(context: Context, instant: datetime, time_zone: str) -> str:
    return _time(instant, _dates(context, time_zone, instant).until_end(instant))


@pass_context
def _last_day(context: Context, instant: datetime, time_zone: str) -> str:
    return _time(instant, _dates(context, time_zone, instant).last_day(instant))


@pass_context
def _until_deadline(context: Context, instant: datetime, time_zone: str, *, now: datetime) -> str:
    return _time(instant, texts_of(context).dates(time_zone, now=now).until_deadline(instant))


def _dates(context: Context, time_zone: str, instant: datetime) -> Dates:
    """Return the dates of a time zone; how an instant is told depends on the present in deadlines alone."""
    return texts_of(context).dates(time_zone, now=instant)


def _time(instant: datetime, words: str) -> Markup:
    return Markup('<time datetime="%s">%s</time>') % (rfc3339(instant), words)


@pass_context
def _told(context: Context, text: LazyText) -> str:
    return text.told(texts_of(context))


@pass_context
def _kind(context: Context, kind: ProductKind) -> str:
    return kind_name(texts_of(context), kind)


@pass_context
def _role(context: Context, role: Role) -> str:
    return role_name(texts_of(context), role)


@pass_context
def _may(context: Context, role: Role) -> str:
    return role_permissions(texts_of(context), role)


@pass_context
def _counted(context: Context, licenses: Sequence[LicenseTerms]) -> str:
    return counted(texts_of(context), licenses)


@pass_context
def _invited_to(context: Context, licenses: Sequence[LicenseTerms]) -> str:
    return invited_to(texts_of(context), licenses)


def _policy(nonce: str, image_sources: str, *, scripts: bool) -> str:
    script = f"script-src 'nonce-{nonce}'; " if scripts else ""
    return (
        f"default-src 'none'; style-src 'nonce-{nonce}'; {script}img-src {image_sources}; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
