"""Sessions: signing in, renewing, signing out, and a new password, which ends the others."""

from __future__ import annotations

from contextlib import suppress
from http import HTTPStatus

from aws_lambda_powertools.event_handler import Response

from functions.api.descriptions import Caller, described
from functions.api.router import JSON, ApiRouter
from functions.api.same_origin import CrossSiteError, require_same_origin
from functions.api.schemas.people import Credentials, NewPassword, Session
from functions.api.schemas.sso import SignInAddress, SignInMethods
from functions.api.views import common as views
from functions.api.views import sso as sso_views
from functions.http_events import request_cookies
from functions.session_cookie import COOKIE, expired_session_cookie, session_cookie
from usher.gateways.identity import (
    SessionOverError,
    SignedIn,
)
from usher.services.enrollment.manager_sign_on import SignInDiscovery
from usher.services.people.password_login import PasswordLogin

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


@router.post("/v1/session/discover")
@described(SignInDiscovery.connections, caller=Caller.ANYONE)
def discover_sign_in(address: SignInAddress) -> SignInMethods:
    """Find out how the people of an address's domain sign in.

    By its domain alone: the answer is the same whether the address is known or not. Open the `url` of a
    connection in the browser: it leads to the provider and back to the console, where the session's cookie is
    set by then and the session is renewed for the first token.
    """
    services = router.services
    found = services.sign_in_discovery.connections(email=address.email)
    return sso_views.sign_in_methods(found, origin=services.origin)


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
    return Response(status_code=HTTPStatus.NO_CONTENT, cookies=[expired_session_cookie(secure=_is_secure())])


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
    cookie = session_cookie(signed_in.refresh_token, secure=_is_secure())
    return Response(status_code=HTTPStatus.OK, content_type=JSON, body=session, cookies=[cookie])


def _is_secure() -> bool:
    return router.services.origin.startswith("https://")
