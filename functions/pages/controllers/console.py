"""The way into the console for managers who are signed in on the pages (decision 73)."""

from functions.pages.browser_sessions import CrossSiteFormError, PageRequest
from functions.pages.controllers.dashboard import PATH as DASHBOARD
from functions.pages.controllers.dashboard import DashboardController
from functions.pages.forms import FOREIGN_FORM, SIGNED_OUT, UNKNOWN_ACTION
from functions.pages.rendering import Page, PageOwner, redirect
from functions.pages.services import PageServices
from functions.pages.sign_ons import SignOnLink
from usher.domain.enrollment.connections import Connection
from usher.domain.enrollment.sso_login import CONSOLE, GUIDE, PasswordNeededError, console_sign_in

_SCREENS = {"begin": "/guide", "open": ""}
"""What a form's action opens, below the organization's path: new managers begin with the guide."""


class ConsoleController:
    """Shows a manager the way into the console, and signs them in to it."""

    def __init__(self, services: PageServices) -> None:
        self._console_login = services.console_login
        self._sessions = services.sessions
        self._renderer = services.renderer
        self._dashboard = DashboardController(services)

    def show(self, *, request: PageRequest, organization: str) -> Page:
        """Show a new manager what they manage; everybody else is redirected to the dashboard."""
        person = request.person
        place = (
            None if person is None else self._console_login.place(person=person, organization=organization)
        )
        if place is None or place.manager is None:
            return redirect(DASHBOARD, request=request)
        return self._renderer.page(
            "manager.html.j2",
            request=request,
            owner=PageOwner.of(place.organization),
            organization=place.organization,
            role=place.manager.role,
        )

    def enter(self, *, request: PageRequest, organization: str) -> Page:
        """Sign the person in to the console, and redirect to the organization's screens.

        Whoever cannot be signed in by what the browser has is redirected all the same, and asked there.
        Whoever signed in at a provider is led there once more.

        Raises:
            BodyTooLargeError: the form is too large.
        """
        action = request.form.get("action", "")
        try:
            request.require_own_form()
        except CrossSiteFormError:
            return self._dashboard.show(request=request, feedback=FOREIGN_FORM)
        if request.person is None:
            return self._dashboard.show(request=request, feedback=SIGNED_OUT)
        if action not in _SCREENS:
            return self._dashboard.show(request=request, feedback=UNKNOWN_ACTION)
        proof = self._sessions.sign_in_proof(request)
        path = f"/organizations/{organization}{_SCREENS[action]}"
        try:
            found = self._console_login.sign_in(person=request.person, organization=organization, proof=proof)
        except PasswordNeededError:
            return redirect(path, request=request)
        if isinstance(found, Connection):
            return self._sign_on(request, found, to=GUIDE if action == "begin" else CONSOLE, path=path)
        cookies = [self._sessions.console_cookie(found), self._sessions.expired_proof_cookie()]
        return redirect(f"{path}#signed-in", request=request, cookies=cookies)

    def _sign_on(self, request: PageRequest, connection: Connection, *, to: str, path: str) -> Page:
        """Lead to the provider by a page, since the policy of our forms holds for their redirects, too."""
        sign_on = SignOnLink(name=connection.name, href=console_sign_in(connection.id, to))
        return self._renderer.page(
            "sign_in_elsewhere.html.j2", request=request, sign_ons=[sign_on], password_path=path
        )
