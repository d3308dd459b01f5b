"""The routes of the way into the console."""

from functions.pages.browser_sessions import CONSOLE_PATH, READ_METHODS
from functions.pages.controllers.console import ConsoleController
from functions.pages.rendering import Page
from functions.pages.router import PageRouter

router = PageRouter()


@router.route(f"{CONSOLE_PATH}/<organization>", method=READ_METHODS)
def show_way_in(organization: str) -> Page:
    """Show a manager the way into the console."""
    return ConsoleController(router.services).show(request=router.read_request(), organization=organization)


@router.post(f"{CONSOLE_PATH}/<organization>")
def enter_console(organization: str) -> Page:
    """Carry out the form that opens the console."""
    return ConsoleController(router.services).enter(request=router.read_request(), organization=organization)
