"""The routes of a forgotten password."""

from functions.pages.browser_sessions import READ_METHODS
from functions.pages.controllers.password_recovery import PATH, PasswordRecoveryController
from functions.pages.rendering import Page
from functions.pages.router import PageRouter

router = PageRouter()


@router.route(PATH, method=READ_METHODS)
def show_recovery() -> Page:
    """Show the form that asks for a code."""
    return PasswordRecoveryController(router.services).show(request=router.read_request())


@router.post(PATH)
def recover() -> Page:
    """Carry out the form that asks for a code, or the one with the code and a new password."""
    return PasswordRecoveryController(router.services).answer(
        request=router.read_request(), network_address=router.network_address
    )
