"""The routes of the dashboard with its forms, and of signing in and out."""

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


@router.post(f"{PATH}/invites/<invite>")
def answer_invite(invite: str) -> Page:
    """Carry out the form that answers an invite."""
    return DashboardController(router.services).answer_invite(request=router.read_request(), invite=invite)


@router.post(f"{PATH}/join-requests/<organization>")
def withdraw_request(organization: str) -> Page:
    """Carry out the form that takes a request to join back."""
    return DashboardController(router.services).withdraw_request(
        request=router.read_request(), organization=organization
    )


@router.route(f"{PATH}/invites/<invite>", method=READ_METHODS)
def redirect_from_invite(invite: str) -> Page:  # noqa: ARG001 - the route has it
    """Redirect the reload of a page that a form about an invite had answered."""
    return redirect(PATH, request=router.read_request())


@router.route(f"{PATH}/join-requests/<organization>", method=READ_METHODS)
def redirect_from_request(organization: str) -> Page:  # noqa: ARG001 - the route has it
    """Redirect the reload of a page that a form about a request to join had answered."""
    return redirect(PATH, request=router.read_request())


@router.route(f"{PATH}/sign-in", method=READ_METHODS)
@router.route(f"{PATH}/sign-out", method=READ_METHODS)
def redirect_to_dashboard() -> Page:
    """Redirect the reload of a page that a form had answered."""
    return redirect(PATH, request=router.read_request())
