"""The routes of organizations' join pages."""

from functions.pages.browser_sessions import READ_METHODS
from functions.pages.controllers.join_pages import PATH, JoinPageController
from functions.pages.rendering import Page
from functions.pages.router import PageRouter

router = PageRouter()


@router.route(f"{PATH}/<slug>", method=READ_METHODS)
def show_join_page(slug: str) -> Page:
    """Show an organization's join page."""
    return JoinPageController(router.services).show(request=router.read_request(), slug=slug)


@router.post(f"{PATH}/<slug>")
def answer_join_page(slug: str) -> Page:
    """Carry out a form of the join page."""
    return JoinPageController(router.services).answer(
        request=router.read_request(), slug=slug, network_address=router.network_address
    )
