"""The route of the pages' script."""

from http import HTTPStatus

from functions.pages.browser_sessions import READ_METHODS
from functions.pages.rendering import Page
from functions.pages.router import PageRouter
from functions.pages.scripts import PATH, script_answer, script_name

router = PageRouter()


@router.route(f"{PATH}/<name>", method=READ_METHODS)
def show_script(name: str) -> Page:
    """Answer with the script; there is none under another name, such as that of a former version."""
    method = router.current_event.http_method
    if name == script_name():
        return script_answer(method)
    request = router.read_request()
    return router.services.renderer.error_page("nothing_here", request=request, status=HTTPStatus.NOT_FOUND)
