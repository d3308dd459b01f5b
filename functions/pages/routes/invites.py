"""The routes of an invite's page."""

from functions.pages.browser_sessions import READ_METHODS
from functions.pages.controllers.invites import PATH, InviteController
from functions.pages.rendering import Page
from functions.pages.router import PageRouter

router = PageRouter()


@router.route(f"{PATH}/<token>", method=READ_METHODS)
def show_invite(token: str) -> Page:
    """Show the invite of an emailed link."""
    return InviteController(router.services).show(request=router.read_request(), token=token)


@router.post(f"{PATH}/<token>")
def answer_invite(token: str) -> Page:
    """Carry out a form of the invite's page."""
    return InviteController(router.services).answer(request=router.read_request(), token=token)
