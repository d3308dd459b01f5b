"""Signing out of the pages."""

from functions.pages.browser_sessions import PageRequest
from functions.pages.rendering import Page, redirect
from functions.pages.services import PageServices


def sign_out(services: PageServices, request: PageRequest, path: str) -> Page:
    """Revoke the browser's session, so that no copy of its cookie is good, and redirect to the path.

    The console's cookie is cleared; browsers send it to the API alone, so that it cannot be revoked here.
    """
    if request.person is not None:
        services.session_revocation.revoke(person=request.person)
    sessions = services.sessions
    cookies = [
        sessions.expired_session_cookie(),
        sessions.expired_proof_cookie(),
        sessions.expired_console_cookie(),
    ]
    return redirect(path, request=request, cookies=cookies)
