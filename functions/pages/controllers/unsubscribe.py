"""The pages behind the links in emails that switch such emails off (RFC 8058).

A mail program posts to the link itself, with no cookie, no form of ours and no redirect to follow: the signed
link alone says who wants what. So does the button on the page, which people open by the link in the email.
Opening the page changes nothing, since mail scanners open links.
"""

from functions.pages.browser_sessions import PageRequest
from functions.pages.rendering import Page, PageOwner
from functions.pages.services import PageServices
from usher.domain.notices import Notice

NOTICES_PATH = "/learn/notices"
REMINDERS_PATH = "/learn/reminders"

_ABOUT = {
    Notice.SEATS_LOW: "seats that run low",
    Notice.SEATS_OUT: "seats that have run out",
    Notice.LICENSE_ENDING: "licenses that end soon",
    Notice.PRODUCT_RETIRING: "products that are going to be retired",
    Notice.INVITE_DECLINED: "invitations that were declined",
    Notice.INVITES_EXPIRED: "invitations that have expired",
    Notice.IMPORT_FINISHED: "imports that have finished",
    Notice.MANAGER_JOINED: "new managers",
    Notice.SUPPORT_ANSWERED: "answers to support requests",
    Notice.JOIN_REQUESTED: "requests to join",
    Notice.LINK_REQUESTED: "people who ask for a new link",
}
"""What each notice is about, in the words of the page."""


class UnsubscribeController:
    """Shows what a link switches off, and switches it off."""

    def __init__(self, services: PageServices) -> None:
        self._unsubscribe = services.unsubscribe
        self._renderer = services.renderer

    def show_notice(self, *, request: PageRequest, token: str) -> Page:
        """Show the notice that the link switches off; raise BadLinkError for a link that is not ours."""
        found = self._unsubscribe.notice(token=token)
        return self._renderer.page(
            "unsubscribe_notice.html.j2",
            request=request,
            owner=PageOwner.of(found.organization),
            path=f"{NOTICES_PATH}/{token}",
            about=_ABOUT[found.notice],
            organization=found.organization,
            is_off=found.is_off,
        )

    def mute(self, *, request: PageRequest, token: str) -> Page:
        """Switch the notice off, and show that it is; raise BadLinkError for a link that is not ours."""
        self._unsubscribe.mute(token=token)
        return self.show_notice(request=request, token=token)

    def show_reminders(self, *, request: PageRequest, token: str) -> Page:
        """Show whose reminders the link stops.

        Raises:
            BadLinkError, UnknownInviteError: the link is not valid.
        """
        found = self._unsubscribe.reminders(token=token)
        return self._renderer.page(
            "unsubscribe_reminders.html.j2",
            request=request,
            owner=PageOwner.of(found.organization),
            path=f"{REMINDERS_PATH}/{token}",
            organization=found.organization,
            is_off=found.is_off,
        )

    def stop_reminders(self, *, request: PageRequest, token: str) -> Page:
        """Stop the reminders, and show that they are; raises as `show_reminders`."""
        self._unsubscribe.stop_reminders(token=token)
        return self.show_reminders(request=request, token=token)
