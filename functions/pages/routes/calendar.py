"""The route of files for calendars."""

from functions.pages.browser_sessions import READ_METHODS
from functions.pages.controllers.calendar import PATH, CalendarController
from functions.pages.rendering import Page
from functions.pages.router import PageRouter

router = PageRouter()


@router.route(f"{PATH}/<name>", method=READ_METHODS)
def show_calendar_file(name: str) -> Page:
    """Answer with the start of the access that the file is named after."""
    return CalendarController(router.services).show(request=router.read_request(), name=name)
