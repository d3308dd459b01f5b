"""The pages behind the links in emails that switch such emails off (RFC 8058).

A mail program posts to the link itself, with no cookie, no form of ours and no redirect to follow: the signed
link alone says who wants what. So does the button on the page, which people open by the link in the email.
Opening the page changes nothing, since mail scanners open links.
"""

from functions.pages.browser_sessions import PageRequest
from functions.pages.rendering import Page, PageOwner
from functions.pages.services import PageServices
from usher.domain.notices import Notice
from usher.translations.lazy import lazy_gettext

NOTICES_PATH = "/learn/notices"
REMINDERS_PATH = "/learn/reminders"

_ABOUT = {
    Notice.SEATS_LOW: lazy_gettext("seats that run low"),
    Notice.SEATS_OUT: lazy_gettext("seats that have run out"),
    Notice.LICENSE_ENDING: lazy_gettext("licenses that end soon"),
    Notice.PRODUCT_RETIRING: lazy_gettext("products that are going to be retired"),
    Notice.INVITE_DECLINED: lazy_gettext("invitations that were declined"),
    Notice.INVITES_EXPIRED: lazy_gettext("invitations that have expired"),
    Notice.IMPORT_FINISHED: lazy_gettext("imports that have finished"),
    Notice.MANAGER_JOINED: lazy_gettext("new managers"),
    Notice.SUPPORT_ANSWERED: lazy_gettext("answers to support requests"),
    Notice.JOIN_REQUESTED: lazy_gettext("requests to join"),
    Notice.LINK_REQUESTED: lazy_gettext("people who ask for a new link"),
}
"""What each notice is about, in the words of the page, to follow "emails about"."""


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
            topic=_ABOUT[found.notice],
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
