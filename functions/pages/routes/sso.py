"""The routes of single sign-on."""

from functions.pages.browser_sessions import READ_METHODS
from functions.pages.controllers.sso import SsoController
from functions.pages.rendering import Page
from functions.pages.router import PageRouter
from usher.domain.enrollment.sso_login import SSO_PAGE, sso_callback

router = PageRouter()


@router.route(f"{SSO_PAGE}<connection>", method=READ_METHODS)
def begin_sso(connection: str) -> Page:
    """Redirect the browser to the connection's identity provider."""
    return SsoController(router.services).begin(request=router.read_request(), connection=connection)


@router.get(sso_callback("<connection>"))
def finish_sso(connection: str) -> Page:
    """Sign in the person whom the identity provider sends back."""
    return SsoController(router.services).finish(request=router.read_request(), connection=connection)
