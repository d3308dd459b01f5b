"""The start of an access that lies ahead, as a file for the person's calendar."""

from http import HTTPStatus

from functions.pages.browser_sessions import PageRequest
from functions.pages.calendar_file import CONTENT_TYPE, calendar_file
from functions.pages.rendering import Page, download, redirect
from functions.pages.services import PageServices
from usher.domain.accesses import AccessState
from usher.domain.languages import Language, language_of_tag
from usher.domain.organizations import Organization
from usher.translations.texts import texts

PATH = "/learn/calendar"

_ENDING = ".ics"


class CalendarController:
    """Hands out the file of a signed-in person's own access."""

    def __init__(self, services: PageServices) -> None:
        self._dashboards = services.dashboards
        self._renderer = services.renderer
        self._origin = services.origin
        self._now = services.now

    def show(self, *, request: PageRequest, name: str) -> Page:
        """Answer with the file that is named after the license; whoever is not signed in is asked to be."""
        if request.person is None:
            return redirect("/learn", request=request)
        now, found = self._now(), self._dashboards.dashboard(person=request.person)
        for access in found.accesses:
            organization = found.organizations.get(access.terms.organization)
            is_asked_for = name == f"{access.terms.license}{_ENDING}"
            if not is_asked_for or organization is None or access.start_at is None:
                continue
            if access.state_at(now) is AccessState.SCHEDULED:
                content = calendar_file(
                    access,
                    start=access.start_at,
                    organization=organization,
                    origin=self._origin,
                    now=now,
                    texts=texts(_language(request, organization)),
                )
                return download(content, content_type=CONTENT_TYPE, name="start.ics", method=request.method)
        return self._renderer.error_page("nothing_here", request=request, status=HTTPStatus.NOT_FOUND)


def _language(request: PageRequest, organization: Organization) -> Language:
    """Return the language of the page with the link, which its address names (`in`)."""
    named = language_of_tag(request.query.get("in", ""))
    return named or request.languages.language(about=None, organization=organization.language)
