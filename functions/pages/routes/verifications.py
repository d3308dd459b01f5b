"""The routes of the page of an email verification."""

from functions.pages.browser_sessions import READ_METHODS
from functions.pages.controllers.verifications import PATH, VerificationController
from functions.pages.rendering import Page
from functions.pages.router import PageRouter

router = PageRouter()


@router.route(f"{PATH}/<token>", method=READ_METHODS)
def show_verification(token: str) -> Page:
    """Show the page of an emailed link that verifies an address."""
    return VerificationController(router.services).show(request=router.read_request(), token=token)


@router.post(f"{PATH}/<token>")
def complete_verification(token: str) -> Page:
    """Carry out a form of that page."""
    return VerificationController(router.services).answer(
        request=router.read_request(), token=token, network_address=router.network_address
    )
