"""The routes of the dashboard, and of signing in and out."""

from functions.pages.browser_sessions import READ_METHODS
from functions.pages.controllers.dashboard import PATH, DashboardController
from functions.pages.rendering import Page, redirect
from functions.pages.router import PageRouter

router = PageRouter()


@router.route(PATH, method=READ_METHODS)
def show_dashboard() -> Page:
    """Show a person's courses, or the sign-in form."""
    return DashboardController(router.services).show(request=router.read_request())


@router.post(f"{PATH}/sign-in")
def sign_in() -> Page:
    """Carry out the sign-in form."""
    return DashboardController(router.services).sign_in(request=router.read_request())


@router.post(f"{PATH}/sign-out")
def sign_out() -> Page:
    """Carry out the sign-out form."""
    return DashboardController(router.services).sign_out(request=router.read_request())


@router.route(f"{PATH}/sign-in", method=READ_METHODS)
@router.route(f"{PATH}/sign-out", method=READ_METHODS)
def redirect_to_dashboard() -> Page:
    """Redirect the reload of a page that a form had answered."""
    return redirect(PATH, request=router.read_request())
