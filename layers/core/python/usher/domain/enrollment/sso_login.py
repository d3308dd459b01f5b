"""A single sign-on in progress, and its errors, each shown as a page with what to do next."""

from __future__ import annotations

from usher.domain.errors import RefusedError
from usher.lazy_dataclasses import dataclass

ATTEMPT_SECONDS = 10 * 60
"""How long, in seconds, a person may take at their provider."""

SSO_PAGE = "/learn/sso/"
"""The path, before a connection's id, of the page that redirects to its provider."""
_ASK = "Ask whoever set up single sign-on in your organization to look at it; tell them what this page says."
_AGAIN = "Go back to where you began and sign in once more."


CONSOLE = "console"
"""The sign-in is to the managers' console, and not to the learners' pages."""

GUIDE = "guide"
"""The sign-in is to the console, and to the guide that a new manager begins with."""

LEARN = ""
"""The sign-in is to the learners' pages."""


def destination(text: str) -> str:
    """Return the destination that an address names; the learners' pages for any other text."""
    return text if text in {CONSOLE, GUIDE} else LEARN


def console_sign_in(connection: str, to: str = CONSOLE) -> str:
    """Return the path at which a connection's managers begin to sign in to the console."""
    return f"{SSO_PAGE}{connection}?to={to}"


def sso_callback(connection: str) -> str:
    """Return the path of a connection's redirect URI.

    Each connection has its own, against mix-up attacks: the answer of an honest provider is never taken for
    that of a rogue one that sent the person there, nor its code handed to the rogue (RFC 9700, 4.4.2).
    """
    return f"{SSO_PAGE}{connection}/callback"


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """A sign-in in progress. It is kept, signed, in a cookie of the browser that began it.

    Attributes:
        to: what is signed in to: CONSOLE, GUIDE or LEARN.
    """

    connection: str
    state: str
    nonce: str
    verifier: str
    to: str = ""


class SignOnError(RefusedError):
    """The person could not be signed in."""

    code = "sso_failed"
    title = "You could not be signed in"
    next_action = _AGAIN


class ConnectionOverError(SignOnError):
    """The connection does not exist or is disabled; the two look alike."""

    code = "sso_connection_over"
    title = "This way to sign in does not exist any more"
    next_action = "Sign in with your email address and password, or ask your organization for the new way."


class SignOnLostError(SignOnError):
    """The answer belongs to no sign-in of this browser, or to one that has expired or is complete."""

    code = "sso_lost"
    title = "This sign-in is over"
    next_action = (
        "Go back to where you began and sign in once more, within ten minutes and in one window. "
        "If it happens again, allow cookies for this site."
    )


class DeniedError(SignOnError):
    """The person did not agree, or the provider denied access."""

    code = "sso_denied"
    title = "Your provider did not sign you in"
    next_action = "Sign in once more and agree to it. If you may not, ask your organization for access."


class ProviderFailedError(SignOnError):
    """The provider answered with an error of its own."""

    code = "sso_provider_failed"
    title = "Your provider could not sign you in"
    next_action = f"Try again in a few minutes. If it stays: {_ASK[0].lower()}{_ASK[1:]}"


class ProviderUnreachableError(SignOnError):
    """The provider does not answer."""

    code = "sso_provider_unreachable"
    title = "Your provider does not answer"
    next_action = "Try again in a few minutes."


class BadSetupError(SignOnError):
    """The connection's settings do not fit the provider."""

    code = "sso_bad_setup"
    title = "Single sign-on is not set up rightly"
    next_action = _ASK


class UntrustedAnswerError(SignOnError):
    """The provider's token has a wrong signature, issuer, audience, nonce or time."""

    code = "sso_untrusted"
    title = "The answer of your provider cannot be trusted"
    next_action = f"{_AGAIN} If it stays: {_ASK[0].lower()}{_ASK[1:]}"


class NoEmailError(SignOnError):
    """The provider's claims have no email address."""

    code = "sso_no_email"
    title = "Your provider did not tell your email address"
    next_action = (
        "Agree to share your email address when you sign in; or have an address added to your account there."
    )


class EmailNotVerifiedError(SignOnError):
    """The provider says that the address was never verified."""

    code = "sso_email_not_verified"
    title = "Your email address is not verified"
    next_action = "Verify the address with your provider, then sign in once more."


class DomainNotAllowedError(SignOnError):
    """The address is of a domain that the connection does not name."""

    code = "sso_domain_not_allowed"
    title = "This way to sign in is not for your address"
    next_action = "Sign in with your email address and password, or with another account at your provider."


class DomainNotConfirmedError(SignOnError):
    """No operator confirmed that the domain is the organization's, so that it could impersonate others."""

    code = "sso_domain_not_confirmed"
    title = "Your organization's domain is not confirmed yet"
    next_action = (
        "Ask whoever set up single sign-on in your organization to have its domain confirmed by those who "
        "run Usher. Until then, sign in with your email address and password."
    )


class AnotherPersonError(SignOnError):
    """Another account at the provider signed in with this address before."""

    code = "sso_another_person"
    title = "This address belonged to somebody else"
    next_action = (
        "Another account of your provider signed in with this address before. If the address is yours now, "
        "ask a manager of your organization to unlink it, and sign in once more."
    )


class NoManagerError(SignOnError):
    """The person manages neither the connection's organization nor a client of it."""

    code = "sso_no_manager"
    title = "You are in no team here"
    next_action = (
        "Ask a full manager of your organization to add you to the team. What you learn is on your own page: "
        "sign in there."
    )


class PasswordNeededError(SignOnError):
    """The account may be signed in to by its password alone, or not at all."""

    code = "sso_password_needed"
    title = "Sign in with your password"
    next_action = "Sign in to the console with your email address and password."
