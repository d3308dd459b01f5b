"""The local stack's origin, in place of CloudFront: the API, people's pages, and pages about the stack."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from infra.constructs.api_paths import API_PATHS
from infra.local import demo_courses
from infra.local.mailbox import Email, Mailbox
from infra.local.proxy import HttpApi
from infra.local.seed import ACCOUNTS, PASSWORD
from infra.local.site import StaticSite

METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
API_ROUTES = tuple(path.replace("*", "{rest:path}") for path in API_PATHS)
"""The paths of the HTTP API, as Starlette writes them."""

_PAGE_HEADERS = {
    "content-security-policy": (
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-src 'self'; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'none'"
    ),
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "cache-control": "no-store",
}
_EMAIL_HEADERS = {
    **_PAGE_HEADERS,
    "content-security-policy": (
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox"
    ),
}

_HEAD = re.compile(r"(<head\b[^>]*>)", re.IGNORECASE)

_PAGES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=select_autoescape(default=True, default_for_string=True),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


@dataclass(frozen=True, kw_only=True)
class Cdn:
    """The application that serves the origin, as CloudFront does in AWS.

    Attributes:
        api: the deployed HTTP API.
        mailbox: every email that was sent.
        site: the static files: the console, and the API reference.
        now: the time by the stack's clock, which `make travel` moves.
        entitlements_key: the key for `/v1/entitlements`.
    """

    api: HttpApi
    mailbox: Mailbox
    site: StaticSite
    now: Callable[[], datetime]
    entitlements_key: str

    def app(self) -> Starlette:
        """Return the ASGI application. It answers to loopback's names only, so no other site can read it."""
        return Starlette(
            routes=[
                *(Route(path, self.api.forward, methods=METHODS) for path in API_ROUTES),
                Route("/_local", self._start),
                Route("/_local/mail", self._mail),
                Route("/_local/mail.json", self._mail_as_json),
                Route("/_local/mail/{message}", self._email),
                Route("/_local/mail/{message}/body", self._email_body),
                Route(f"{demo_courses.PATH}/{{slug}}", self._course),
                Route("/healthz", self._healthy),
                Route("/{path:path}", self.site.answer),
            ],
            middleware=[
                Middleware(DateHeader, now=self.now),
                Middleware(TrustedHostMiddleware, allowed_hosts=["localhost", "127.0.0.1"]),
            ],
        )

    async def _start(self, request: Request) -> Response:
        return self._page(
            "start.html.j2",
            origin=str(request.base_url).rstrip("/"),
            accounts=ACCOUNTS,
            password=PASSWORD,
            entitlements_key=self.entitlements_key,
            now=self.now(),
            emails=len(self.mailbox.newest_first()),
        )

    async def _mail(self, _request: Request) -> Response:
        return self._page("mail.html.j2", emails=self.mailbox.newest_first())

    async def _mail_as_json(self, _request: Request) -> Response:
        return JSONResponse({"items": [_as_json(email) for email in self.mailbox.newest_first()]})

    async def _email(self, request: Request) -> Response:
        return self._page("email.html.j2", email=self._found(request))

    async def _email_body(self, request: Request) -> Response:
        email = self._found(request)
        # Links open in a new tab, since the frame's sandbox would restrict the pages that they lead to.
        content = _HEAD.sub(r'\1<base target="_blank">', email.html, count=1)
        return HTMLResponse(content, headers=_EMAIL_HEADERS)

    async def _course(self, request: Request) -> Response:
        course = demo_courses.BY_SLUG.get(request.path_params["slug"])
        if course is None:
            raise HTTPException(404, "There is no such course in the demonstration\n")
        return self._page("course.html.j2", course=course)

    async def _healthy(self, _request: Request) -> Response:
        return PlainTextResponse("ok\n", headers={"cache-control": "no-store"})

    def _found(self, request: Request) -> Email:
        email = self.mailbox.find(request.path_params["message"])
        if email is None:
            raise HTTPException(404, "There is no such email; see /_local/mail\n")
        return email

    def _page(self, template: str, **values: object) -> Response:
        return HTMLResponse(_PAGES.get_template(template).render(**values), headers=_PAGE_HEADERS)


class DateHeader:
    """ASGI middleware that dates every answer by the stack's clock, which front-ends take the time from."""

    def __init__(self, app: ASGIApp, *, now: Callable[[], datetime]) -> None:
        self._app = app
        self._now = now

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""

        async def send_dated(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)["date"] = format_datetime(self._now(), usegmt=True)
            await send(message)

        await self._app(scope, receive, send_dated)


def _as_json(email: Email) -> dict[str, object]:
    return {
        "to": email.to,
        "subject": email.subject,
        "text": email.text,
        "html": email.html,
        "links": email.links,
        "sent_at": email.sent_at,
        "reply_to": email.reply_to,
    }
