"""Who is at the browser, and whether a form that comes from it is ours.

Two signed things keep forms from being sent by other sites: a cookie with a random nonce, and the same nonce,
signed, in a hidden field; only pages of ours can bring both together. `Origin` and `Sec-Fetch-Site` are
checked besides. Our pages send `Referrer-Policy: no-referrer`, with which browsers write `Origin: null` into
the requests of our own forms; so `null` proves nothing either way.
"""

import base64
import binascii
import hmac
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qs

from aws_lambda_powertools.shared.cookies import Cookie, SameSite
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2

from usher.domain.enrollment.sso_login import ATTEMPT_SECONDS
from usher.domain.errors import ForbiddenError, InvalidError
from usher.domain.people import Person
from usher.gateways.links import SESSION_SECONDS, Cookies

MAX_BODY = 64 * 1024
"""Bytes of a form."""

_MAX_FIELDS = 20
_NONCE = re.compile(r"[A-Za-z0-9_-]{43}")


class BodyTooLargeError(InvalidError):
    """The body is larger than any form of ours."""

    code = "body_too_large"
    title = "Too much was sent"


class ForeignFormError(ForbiddenError):
    """The form is not from a page of ours, or from one that was open for too long."""

    code = "foreign_form"
    title = "The page was open for too long"
    next_action = "Nothing was changed. Please fill in the form once more."


@dataclass(frozen=True, kw_only=True)
class PageRequest:
    """One request of a browser.

    Attributes:
        person: who is signed in; None if nobody is.
        csrf: what a form of the answer has to carry.
        form: the fields that were sent, each once.
        query: the parameters of the address.
        new_cookies: to be set by the answer. A nonce is kept, for the forms in other tabs, and lives as long
            again as the form of this answer.
    """

    method: str
    person: Person | None
    csrf: str
    form: Mapping[str, str]
    query: Mapping[str, str]
    new_cookies: tuple[Cookie, ...]


class Browsers:
    """Reads and writes what browsers carry for us. `origin` is where the pages are served."""

    def __init__(self, *, cookies: Cookies, origin: str) -> None:
        self._cookies = cookies
        self._origin = origin
        self._secure = origin.startswith("https://")
        prefix = "__Host-" if self._secure else ""
        self._session_name = f"{prefix}usher_session"
        self._csrf_name = f"{prefix}usher_csrf"
        self._sign_on_name = f"{prefix}usher_sso"

    def visit(self, event: APIGatewayProxyEventV2) -> PageRequest:
        """Read a request; an unreadable form counts as an empty one."""
        carried = _carried(event)
        nonce = carried.get(self._csrf_name, "")
        if _NONCE.fullmatch(nonce) is None:
            nonce = secrets.token_urlsafe(32)
        return PageRequest(
            method=event.http_method,
            person=self._person(carried.get(self._session_name, "")),
            csrf=self._cookies.sign("csrf", {"nonce": nonce}),
            form={} if event.http_method in {"GET", "HEAD"} else _fields(_body(event)),
            query=event.query_string_parameters or {},
            new_cookies=(self._cookie(self._csrf_name, nonce),),
        )

    def require_own_form(self, event: APIGatewayProxyEventV2) -> None:
        """Raise BodyTooLargeError or ForeignFormError unless a page of ours sent this."""
        if len(_body(event)) > MAX_BODY:
            raise BodyTooLargeError
        headers = event.headers
        if headers.get("origin", "null") not in {self._origin, "null"}:
            raise ForeignFormError
        if headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
            raise ForeignFormError
        nonce = _carried(event).get(self._csrf_name, "")
        signed = self._cookies.read("csrf", _fields(_body(event)).get("csrf", ""))
        if signed is None or not hmac.compare_digest(signed.get("nonce", "").encode(), nonce.encode()):
            raise ForeignFormError

    def session(self, person: Person) -> Cookie:
        """Return the cookie that signs a person in."""
        content = {"email": person.email, "first_name": person.first_name, "last_name": person.last_name}
        return self._cookie(self._session_name, self._cookies.sign("session", content))

    def no_session(self) -> Cookie:
        """Return the cookie that signs out."""
        return self._cookie(self._session_name, "", max_age=0)

    def sign_on(self, content: Mapping[str, str]) -> Cookie:
        """Return the cookie with a single sign-on under way; of several, a browser keeps the newest."""
        signed = self._cookies.sign("sso", dict(content))
        return self._cookie(self._sign_on_name, signed, max_age=ATTEMPT_SECONDS)

    def sign_on_of(self, event: APIGatewayProxyEventV2) -> Mapping[str, str] | None:
        """Return the single sign-on that the browser has under way; None if it has none, or an old one."""
        carried = _carried(event).get(self._sign_on_name, "")
        return self._cookies.read("sso", carried, max_age=ATTEMPT_SECONDS)

    def no_sign_on(self) -> Cookie:
        """Return the cookie that ends a single sign-on."""
        return self._cookie(self._sign_on_name, "", max_age=0)

    def _person(self, text: str) -> Person | None:
        content = self._cookies.read("session", text)
        if content is None:
            return None
        return Person(
            email=content["email"], first_name=content["first_name"], last_name=content["last_name"]
        )

    def _cookie(self, name: str, value: str, *, max_age: int = SESSION_SECONDS) -> Cookie:
        return Cookie(
            name=name,
            value=value,
            path="/",
            secure=self._secure,
            http_only=True,
            max_age=max_age,
            same_site=SameSite.LAX_MODE,
        )


def _carried(event: APIGatewayProxyEventV2) -> dict[str, str]:
    """Return the cookies. The first of a name counts: browsers send that of the closest path first."""
    carried: dict[str, str] = {}
    for pair in "; ".join(event.cookies or [event.headers.get("cookie", "")]).split(";"):
        name, _, value = pair.strip().partition("=")
        carried.setdefault(name, value)
    return carried


def _body(event: APIGatewayProxyEventV2) -> bytes:
    text = event.body or ""
    if not event.is_base64_encoded:
        return text.encode()
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        return b""


def _fields(body: bytes) -> dict[str, str]:
    """Return a form's fields, the first of each name; none if it is no form or has too many."""
    if len(body) > MAX_BODY:
        return {}
    try:
        fields = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=_MAX_FIELDS)
    except ValueError:
        return {}
    return {name: values[0] for name, values in fields.items()}
