"""The routes of the dashboard, and of signing in and out."""

from functions.pages.browser_sessions import READ_METHODS
from functions.pages.controllers.dashboard import PATH, DashboardController
from functions.pages.rendering import Page, redirect
from functions.pages.router import PageRouter

router = PageRouter()


@router.route(PATH, method=READ_METHODS)
def show_dashboard() -> Page:
    """Show a person's courses, or the form to sign in."""
    return DashboardController(router.services).show(request=router.read_request())


@router.post(f"{PATH}/sign-in")
def sign_in() -> Page:
    """Take the form to sign in."""
    return DashboardController(router.services).sign_in(request=router.read_request())


@router.post(f"{PATH}/sign-out")
def sign_out() -> Page:
    """Take the form to sign out."""
    return DashboardController(router.services).sign_out(request=router.read_request())


@router.route(f"{PATH}/sign-in", method=READ_METHODS)
@router.route(f"{PATH}/sign-out", method=READ_METHODS)
def redirect_to_dashboard() -> Page:
    """Answer the reload of a page that was the answer to a form."""
    return redirect(PATH, request=router.read_request())
