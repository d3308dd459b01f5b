"""What pages say of refusals, as messages: the texts of the refusals that people meet on them."""

from __future__ import annotations

from collections.abc import Mapping

from usher.domain.enrollment.codes import CodeRefusedError
from usher.domain.enrollment.join_pages import WrongDomainError
from usher.domain.enrollment.sso_login import (
    AnotherPersonError,
    BadSetupError,
    ConnectionOverError,
    DeniedError,
    DomainNotAllowedError,
    DomainNotConfirmedError,
    EmailNotVerifiedError,
    NoEmailError,
    NoManagerError,
    PasswordNeededError,
    ProviderFailedError,
    ProviderUnreachableError,
    SignOnError,
    SignOnLostError,
    UntrustedAnswerError,
)
from usher.domain.errors import UsherError
from usher.gateways.cognito_errors import (
    AccountNotConfirmedError,
    AccountsUnavailableError,
    PasswordResetRequiredError,
)
from usher.gateways.identity import WrongCodeError, WrongCredentialsError
from usher.lazy_dataclasses import dataclass
from usher.translations.lazy import LazyText, lazy_gettext


@dataclass(frozen=True, kw_only=True)
class RefusalText:
    """The title and the next action of a refusal, as messages."""

    title: LazyText
    next_action: LazyText

    @property
    def sentence(self) -> LazyText:
        """Both as one text, as it stands beside a field."""
        return lazy_gettext("%(title)s. %(next_action)s", title=self.title, next_action=self.next_action)


REFUSALS: Mapping[type[UsherError], RefusalText] = {
    CodeRefusedError: RefusalText(
        title=lazy_gettext("This code cannot be redeemed"),
        next_action=lazy_gettext(
            "Check that you typed it as it was given to you. If you did, ask whoever gave it to you: "
            "it may have ended, been used up, or be meant for others."
        ),
    ),
    WrongDomainError: RefusalText(
        title=lazy_gettext("This address cannot join"),
        next_action=lazy_gettext("Use an address of one of the domains that the page names."),
    ),
    WrongCredentialsError: RefusalText(
        title=lazy_gettext("Address or password is wrong"),
        next_action=lazy_gettext("Check both and try again; after several failures wait a few minutes."),
    ),
    PasswordResetRequiredError: RefusalText(
        title=lazy_gettext("The password has to be set anew"),
        next_action=lazy_gettext(
            "Ask for a code by email on the sign-in page, and set a new password with it."
        ),
    ),
    AccountNotConfirmedError: RefusalText(
        title=lazy_gettext("The account is not finished"),
        next_action=lazy_gettext(
            "Open the link in the newest email that invited you, and set a password there."
        ),
    ),
    AccountsUnavailableError: RefusalText(
        title=lazy_gettext("Accounts cannot be reached right now"),
        next_action=lazy_gettext("Try again in a minute."),
    ),
    WrongCodeError: RefusalText(
        title=lazy_gettext("The code does not fit"),
        next_action=lazy_gettext("Copy the code from the newest email, or ask for another one."),
    ),
    SignOnError: RefusalText(
        title=lazy_gettext("You could not be signed in"),
        next_action=lazy_gettext("Go back to where you began and sign in once more."),
    ),
    ConnectionOverError: RefusalText(
        title=lazy_gettext("This way to sign in does not exist any more"),
        next_action=lazy_gettext(
            "Sign in with your email address and password, or ask your organization for the new way."
        ),
    ),
    SignOnLostError: RefusalText(
        title=lazy_gettext("This sign-in is over"),
        next_action=lazy_gettext(
            "Go back to where you began and sign in once more, within ten minutes and in one window. "
            "If it happens again, allow cookies for this site."
        ),
    ),
    DeniedError: RefusalText(
        title=lazy_gettext("Your provider did not sign you in"),
        next_action=lazy_gettext(
            "Sign in once more and agree to it. If you may not, ask your organization for access."
        ),
    ),
    ProviderFailedError: RefusalText(
        title=lazy_gettext("Your provider could not sign you in"),
        next_action=lazy_gettext(
            "Try again in a few minutes. If it stays: ask whoever set up single sign-on in your organization "
            "to look at it; tell them what this page says."
        ),
    ),
    ProviderUnreachableError: RefusalText(
        title=lazy_gettext("Your provider does not answer"),
        next_action=lazy_gettext("Try again in a few minutes."),
    ),
    BadSetupError: RefusalText(
        title=lazy_gettext("Single sign-on is not set up rightly"),
        next_action=lazy_gettext(
            "Ask whoever set up single sign-on in your organization to look at it; tell them what this page "
            "says."
        ),
    ),
    UntrustedAnswerError: RefusalText(
        title=lazy_gettext("The answer of your provider cannot be trusted"),
        next_action=lazy_gettext(
            "Go back to where you began and sign in once more. If it stays: ask whoever set up single "
            "sign-on in your organization to look at it; tell them what this page says."
        ),
    ),
    NoEmailError: RefusalText(
        title=lazy_gettext("Your provider did not tell your email address"),
        next_action=lazy_gettext(
            "Agree to share your email address when you sign in; or have an address added to your account "
            "there."
        ),
    ),
    EmailNotVerifiedError: RefusalText(
        title=lazy_gettext("Your email address is not verified"),
        next_action=lazy_gettext("Verify the address with your provider, then sign in once more."),
    ),
    DomainNotAllowedError: RefusalText(
        title=lazy_gettext("This way to sign in is not for your address"),
        next_action=lazy_gettext(
            "Sign in with your email address and password, or with another account at your provider."
        ),
    ),
    DomainNotConfirmedError: RefusalText(
        title=lazy_gettext("Your organization's domain is not confirmed yet"),
        next_action=lazy_gettext(
            "Ask whoever set up single sign-on in your organization to have its domain confirmed by those "
            "who run Usher. Until then, sign in with your email address and password."
        ),
    ),
    AnotherPersonError: RefusalText(
        title=lazy_gettext("This address belonged to somebody else"),
        next_action=lazy_gettext(
            "Another account of your provider signed in with this address before. If the address is yours "
            "now, ask a manager of your organization to unlink it, and sign in once more."
        ),
    ),
    NoManagerError: RefusalText(
        title=lazy_gettext("You are in no team here"),
        next_action=lazy_gettext(
            "Ask a full manager of your organization to add you to the team. What you learn is on your own "
            "page: sign in there."
        ),
    ),
    PasswordNeededError: RefusalText(
        title=lazy_gettext("Sign in with your password"),
        next_action=lazy_gettext("Sign in to the console with your email address and password."),
    ),
}
"""The texts by class; in English they are those that the API has for the same refusal."""

_ANY_OTHER = RefusalText(
    title=lazy_gettext("This is not possible right now"),
    next_action=lazy_gettext("Nothing was changed. Go back and try again."),
)
"""What is said of a refusal that no page knows of; the API's own texts are English."""


def refusal_text(refused: UsherError) -> RefusalText:
    """Return the texts of a refusal, or of the kind that it belongs to."""
    found = (REFUSALS[kind] for kind in type(refused).__mro__ if kind in REFUSALS)
    return next(found, _ANY_OTHER)
