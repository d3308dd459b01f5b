"""The routes of the page behind an emailed invite."""

from functions.pages.browser_sessions import READ_METHODS
from functions.pages.rendering import Page
from functions.pages.router import PageRouter

router = PageRouter()


@router.route("/i/<token>", method=READ_METHODS)
def show_invite(token: str) -> Page:
    """Show the invite of an emailed link."""
    return router.services.invites.show(request=router.page_request, token=token)


@router.post("/i/<token>")
def answer_invite(token: str) -> Page:
    """Take a form of the invite's page."""
    return router.services.invites.answer(request=router.page_request, token=token)
