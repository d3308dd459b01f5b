"""The routes of the links in emails that switch such emails off."""

from functions.pages.browser_sessions import READ_METHODS
from functions.pages.controllers.unsubscribe import NOTICES_PATH, REMINDERS_PATH, UnsubscribeController
from functions.pages.rendering import Page
from functions.pages.router import PageRouter

router = PageRouter()


@router.route(f"{NOTICES_PATH}/<token>", method=READ_METHODS)
def show_notice(token: str) -> Page:
    """Show which notice the link switches off."""
    return UnsubscribeController(router.services).show_notice(request=router.read_request(), token=token)


@router.post(f"{NOTICES_PATH}/<token>")
def mute_notice(token: str) -> Page:
    """Switch the notice off: for a mail program's one click, or the page's button."""
    return UnsubscribeController(router.services).mute(request=router.read_request(), token=token)


@router.route(f"{REMINDERS_PATH}/<token>", method=READ_METHODS)
def show_reminders(token: str) -> Page:
    """Show of which invite the link stops the reminders."""
    return UnsubscribeController(router.services).show_reminders(request=router.read_request(), token=token)


@router.post(f"{REMINDERS_PATH}/<token>")
def stop_reminders(token: str) -> Page:
    """Stop the reminders: for a mail program's one click, or the page's button."""
    return UnsubscribeController(router.services).stop_reminders(request=router.read_request(), token=token)
