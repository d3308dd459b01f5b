"""The cookies of the pages, and their protection from cross-site request forgery (CSRF).

A form is accepted only from one of our own pages: the browser has to send a cookie with a random nonce and,
in a hidden field, the same nonce signed (a signed double-submit cookie), which no other site can send
together. `Origin` and `Sec-Fetch-Site` are checked as well. The pages send `Referrer-Policy: no-referrer`,
with which browsers send `Origin: null` for our own forms, so `null` proves nothing.
"""

import base64
import binascii
import hmac
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import asdict, field
from urllib.parse import parse_qs, parse_qsl

from aws_lambda_powertools.shared.cookies import Cookie, SameSite
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2

from functions.http_events import request_cookies
from functions.pages.languages import COOKIE_SECONDS, PARAMETER, PageLanguages, accepted_language
from functions.session_cookie import expired_session_cookie, session_cookie
from usher.domain.enrollment.sso_login import ATTEMPT_SECONDS
from usher.domain.errors import ForbiddenError, InvalidError, UsherError
from usher.domain.languages import Language, language_of_tag
from usher.domain.people import Person
from usher.domain.sessions import SignInProof
from usher.gateways.identity import SignedIn
from usher.gateways.links import SESSION_SECONDS, Cookies
from usher.lazy_dataclasses import dataclass

READ_METHODS = ["GET", "HEAD"]
"""The methods of reading."""

CONSOLE_PATH = "/learn/console"
"""Where the pages lead into the console; the only path that browsers send the proof of a sign-in to."""

MAX_BODY = 64 * 1024
"""The most bytes of a form."""

_MAX_FIELDS = 20
_NONCE = re.compile(r"[A-Za-z0-9_-]{43}")


class BodyTooLargeError(InvalidError):
    """The body is larger than any form of the pages."""

    code = "body_too_large"
    title = "Too much was sent"


class CrossSiteFormError(ForbiddenError):
    """The form was sent by another site, or by one of our pages that was open for too long."""

    code = "foreign_form"
    title = "The page was open for too long"
    next_action = "Nothing was changed. Please fill in the form once more."


@dataclass(frozen=True, kw_only=True)
class PageRequest:
    """A browser's request for a page.

    Attributes:
        method: the HTTP method.
        person: the person whom the session's cookie names, or None; whether the session was revoked is for
            the service to check that reads the page (services.sessions).
        csrf: the value of the hidden field `csrf` in each form of the answer.
        form: the fields that were sent, by name; empty for an unreadable form.
        form_error: why the form must not be carried out; None for a form that one of our pages sent.
        query: the parameters of the address.
        languages: the languages that the person chose and the browser asks for.
        cookies: the cookies that the browser sent.
        new_cookies: the cookies that the answer sets. The nonce of CSRF stays the same, for forms in other
            tabs, and its validity is renewed.
    """

    method: str
    person: Person | None = None
    csrf: str = ""
    form: Mapping[str, str] = field(default_factory=dict)
    form_error: UsherError | None = None
    query: Mapping[str, str] = field(default_factory=dict)
    languages: PageLanguages = field(default_factory=PageLanguages)
    cookies: Mapping[str, str] = field(default_factory=dict)
    new_cookies: tuple[Cookie, ...] = ()

    def require_own_form(self) -> None:
        """Raise BodyTooLargeError or CrossSiteFormError unless one of our pages sent the form."""
        if self.form_error is not None:
            raise self.form_error


class BrowserSessions:
    """Reads browsers' requests, and creates the cookies of sessions."""

    def __init__(self, *, cookies: Cookies, origin: str, new_id: Callable[[], str]) -> None:
        """Accept forms from pages at `origin`, sign cookies with `cookies`, name sessions by `new_id`."""
        self._cookies = cookies
        self._new_id = new_id
        self._origin = origin
        self.secure = origin.startswith("https://")
        prefix = "__Host-" if self.secure else ""
        self._session_name = f"{prefix}usher_session"
        self._csrf_name = f"{prefix}usher_csrf"
        self._language_name = f"{prefix}usher_language"
        self._sso_name = f"{prefix}usher_sso"
        self._proof_name = f"{'__Secure-' if self.secure else ''}usher_proof"

    def read(self, event: APIGatewayProxyEventV2) -> PageRequest:
        """Read a request of the HTTP API."""
        cookies = request_cookies(event.raw_event)
        nonce = cookies.get(self._csrf_name, "")
        if _NONCE.fullmatch(nonce) is None:
            nonce = secrets.token_urlsafe(32)
        sends_form = event.http_method not in READ_METHODS
        return PageRequest(
            method=event.http_method,
            person=self._person(cookies.get(self._session_name, "")),
            csrf=self._cookies.sign("csrf", {"nonce": nonce}),
            form=_fields(_body(event)) if sends_form else {},
            form_error=self._form_error(event, cookies) if sends_form else None,
            query=event.query_string_parameters or {},
            languages=self._languages(event, cookies),
            cookies=cookies,
            new_cookies=(self._cookie(self._csrf_name, nonce),),
        )

    def read_anonymously(self, event: APIGatewayProxyEventV2) -> PageRequest:
        """Read of a request what the page of an error needs: its method and languages."""
        cookies = request_cookies(event.raw_event)
        return PageRequest(method=event.http_method, languages=self._languages(event, cookies))

    def language_cookie(self, language: Language) -> Cookie:
        """Return the cookie that keeps the language that a person chose."""
        return self._cookie(self._language_name, language, max_age=COOKIE_SECONDS)

    def session_cookies(self, person: Person, *, connection: str = "") -> tuple[Cookie, ...]:
        """Return what signs a person in: the cookie of their session; of a new one also the sign-in's proof.

        `connection` is the id of the single sign-on connection that signed the person in; empty for a
        password.
        """
        session = person.session or self._new_id()
        cookie = self._session_cookie(person, session)
        return (cookie,) if person.session else (cookie, self._proof_cookie(session, connection))

    def sign_in_proof(self, request: PageRequest) -> SignInProof | None:
        """Return the proof of the sign-in that began the session; None if the browser did not send it.

        Browsers send it with requests for CONSOLE_PATH alone.
        """
        content = self._cookies.read("proof", request.cookies.get(self._proof_name, ""))
        return None if content is None else SignInProof(**content)

    def expired_proof_cookie(self) -> Cookie:
        """Return the cookie that removes the proof of the sign-in."""
        return self._proof("", max_age=0)

    def _proof_cookie(self, session: str, connection: str) -> Cookie:
        proof = SignInProof(id=self._new_id(), session=session, connection=connection)
        return self._proof(self._cookies.sign("proof", asdict(proof)), max_age=SESSION_SECONDS)

    def _proof(self, value: str, *, max_age: int) -> Cookie:
        return Cookie(
            name=self._proof_name,
            value=value,
            path=CONSOLE_PATH,
            secure=self.secure,
            http_only=True,
            max_age=max_age,
            same_site=SameSite.STRICT_MODE,
        )

    def _session_cookie(self, person: Person, session: str) -> Cookie:
        content = {
            "session": session,
            "email": person.email,
            "first_name": person.first_name,
            "last_name": person.last_name,
            "language": person.language or "",
        }
        return self._cookie(self._session_name, self._cookies.sign("session", content))

    def expired_session_cookie(self) -> Cookie:
        """Return the cookie that signs out."""
        return self._cookie(self._session_name, "", max_age=0)

    def console_cookie(self, signed_in: SignedIn) -> Cookie:
        """Return the API's own cookie, with which the console is signed in as well."""
        return session_cookie(signed_in.refresh_token, secure=self.secure)

    def expired_console_cookie(self) -> Cookie:
        """Return the cookie that signs this browser's console out."""
        return expired_session_cookie(secure=self.secure)

    def sso_cookie(self, attempt: Mapping[str, str]) -> Cookie:
        """Return the cookie with a single sign-on attempt; a browser keeps the newest one."""
        signed = self._cookies.sign("sso", dict(attempt))
        return self._cookie(self._sso_name, signed, max_age=ATTEMPT_SECONDS)

    def sso_attempt(self, request: PageRequest) -> Mapping[str, str] | None:
        """Return the single sign-on attempt in the browser's cookie; None without a valid one."""
        return self._cookies.read("sso", request.cookies.get(self._sso_name, ""), max_age=ATTEMPT_SECONDS)

    def expired_sso_cookie(self) -> Cookie:
        """Return the cookie that removes the single sign-on attempt."""
        return self._cookie(self._sso_name, "", max_age=0)

    def _languages(self, event: APIGatewayProxyEventV2, cookies: Mapping[str, str]) -> PageLanguages:
        query = str(event.raw_event.get("rawQueryString") or "")
        # A form's own address has no parameters, and its answer is opened again without them.
        kept = parse_qsl(query, keep_blank_values=True) if event.http_method in READ_METHODS else []
        return PageLanguages(
            chosen=language_of_tag(cookies.get(self._language_name, "")),
            accepted=accepted_language(event.headers.get("accept-language", "")),
            query=tuple((name, value) for name, value in kept if name != PARAMETER),
        )

    def _form_error(self, event: APIGatewayProxyEventV2, cookies: Mapping[str, str]) -> UsherError | None:
        body = _body(event)
        if len(body) > MAX_BODY:
            return BodyTooLargeError()
        if event.headers.get("origin", "null") not in {self._origin, "null"}:
            return CrossSiteFormError()
        if event.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
            return CrossSiteFormError()
        nonce = cookies.get(self._csrf_name, "")
        signed = self._cookies.read("csrf", _fields(body).get("csrf", ""))
        if signed is None or not hmac.compare_digest(signed.get("nonce", "").encode(), nonce.encode()):
            return CrossSiteFormError()
        return None

    def _person(self, session: str) -> Person | None:
        content = self._cookies.read("session", session)
        if content is None or "session" not in content:  # of a version without revocation
            return None
        return Person(
            session=content["session"],
            email=content["email"],
            first_name=content["first_name"],
            last_name=content["last_name"],
            language=language_of_tag(content.get("language", "")),
        )

    def _cookie(self, name: str, value: str, *, max_age: int = SESSION_SECONDS) -> Cookie:
        return Cookie(
            name=name,
            value=value,
            path="/",
            secure=self.secure,
            http_only=True,
            max_age=max_age,
            same_site=SameSite.LAX_MODE,
        )


def _body(event: APIGatewayProxyEventV2) -> bytes:
    text = event.body or ""
    if not event.is_base64_encoded:
        return text.encode()
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        return b""


def _fields(body: bytes) -> dict[str, str]:
    """Return a form's fields, the first of each name; none for a body that is no form or has too many."""
    if len(body) > MAX_BODY:
        return {}
    try:
        fields = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=_MAX_FIELDS)
    except ValueError:
        return {}
    return {name: values[0] for name, values in fields.items()}
