"""The routes of organizations' landing pages, with and without a code in the address."""

from functions.pages.browser_sessions import READ_METHODS
from functions.pages.controllers.landing_pages import PATH, LandingPageController
from functions.pages.rendering import Page
from functions.pages.router import PageRouter

router = PageRouter()


@router.route(f"{PATH}/<slug>", method=READ_METHODS)
def show_landing_page(slug: str) -> Page:
    """Show an organization's landing page."""
    return LandingPageController(router.services).show(request=router.read_request(), slug=slug)


@router.post(f"{PATH}/<slug>")
def answer_landing_page(slug: str) -> Page:
    """Carry out a form of the landing page."""
    return LandingPageController(router.services).answer(
        request=router.read_request(), slug=slug, network_address=router.network_address
    )


@router.route(f"{PATH}/<slug>/<code>", method=READ_METHODS)
def show_code(slug: str, code: str) -> Page:
    """Show the ways to redeem a code."""
    return LandingPageController(router.services).show(request=router.read_request(), slug=slug, code=code)


@router.post(f"{PATH}/<slug>/<code>")
def answer_code(slug: str, code: str) -> Page:
    """Carry out a form that redeems the code."""
    return LandingPageController(router.services).answer(
        request=router.read_request(), slug=slug, code=code, network_address=router.network_address
    )
