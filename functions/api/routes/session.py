"""Sessions: signing in, renewing, signing out, and a new password, which ends the others."""

from __future__ import annotations

from contextlib import suppress
from http import HTTPStatus

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.shared.cookies import Cookie, SameSite

from functions.api.descriptions import Caller, described
from functions.api.router import JSON, ApiRouter
from functions.api.same_origin import CrossSiteError, require_same_origin
from functions.api.schemas.people import Credentials, NewPassword, Session
from functions.api.views import common as views
from functions.http_events import request_cookies
from usher.gateways.identity import (
    SessionOverError,
    SignedIn,
)
from usher.services.people.password_login import PasswordLogin

COOKIE = "usher_refresh"
PATH = "/v1/session"
COOKIE_LIFE = 30 * 24 * 3600
"""Seconds; the validity of refresh tokens in the user pool."""

router = ApiRouter()


@router.post("/v1/session")
@described(PasswordLogin.sign_in, CrossSiteError, caller=Caller.ANYONE)
def sign_in(credentials: Credentials) -> Response[Session]:
    """Sign in.

    Answers with an access token, and sets the cookie that renews it: HttpOnly, and sent to /v1/session only.
    Browsers are answered on pages of this origin only, here and in the other requests about the cookie.
    """
    _require_same_origin()
    return _answer(
        router.services.password_login.sign_in(email=credentials.email, password=credentials.password)
    )


@router.post("/v1/session/refresh")
@described(PasswordLogin.refresh, CrossSiteError, caller=Caller.ANYONE)
def refresh_session() -> Response[Session]:
    """Renew the session.

    Takes the cookie that signing in has set, and answers with a new access token.
    """
    _require_same_origin()
    return _answer(router.services.password_login.refresh(refresh_token=_refresh_token()))


@router.delete("/v1/session", status_code=HTTPStatus.NO_CONTENT)
@described(PasswordLogin.sign_out, CrossSiteError, caller=Caller.ANYONE)
def sign_out() -> Response[None]:
    """Sign out.

    Revokes the session and clears its cookie; signing out twice is no error. Access tokens that were issued
    are valid until they expire.
    """
    _require_same_origin()
    with suppress(SessionOverError):
        router.services.password_login.sign_out(refresh_token=_refresh_token())
    return Response(status_code=HTTPStatus.NO_CONTENT, cookies=[_cookie("", life=0)])


@router.put("/v1/me/password")
@described(PasswordLogin.change_password, caller=Caller.SIGNED_IN)
def change_password(passwords: NewPassword) -> Response[Session]:
    """Change one's own password.

    By the present one. All sessions end, those of the learners' pages too, but for the new one that the
    answer and its cookie begin.
    """
    return _answer(
        router.services.password_login.change_password(
            person=router.person, current=passwords.current_password, new=passwords.new_password
        )
    )


def _require_same_origin() -> None:
    require_same_origin(router.current_event.headers, origin=router.services.origin)


def _refresh_token() -> str:
    token = request_cookies(router.current_event.raw_event).get(COOKIE, "")
    if not token:
        raise SessionOverError("No session came with the request.")
    return token


def _answer(signed_in: SignedIn) -> Response[Session]:
    person, services = signed_in.person, router.services
    places = services.password_login.managed_organizations(person=person)
    session = Session(
        access_token=signed_in.token,
        expires_in=signed_in.expires_in,
        person=views.person(person),
        organizations=[
            views.managed_organization(one, person=person, ids=services.person_ids) for one in places
        ],
    )
    cookie = _cookie(signed_in.refresh_token, life=COOKIE_LIFE)
    return Response(status_code=HTTPStatus.OK, content_type=JSON, body=session, cookies=[cookie])


def _cookie(value: str, *, life: int) -> Cookie:
    return Cookie(
        name=COOKIE,
        value=value,
        path=PATH,
        secure=router.services.origin.startswith("https://"),
        http_only=True,
        same_site=SameSite.STRICT_MODE,
        max_age=life,
    )
