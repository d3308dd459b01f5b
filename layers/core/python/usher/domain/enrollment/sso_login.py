"""A single sign-on under way, and how it can fail: each refusal is a page that says what to do now."""

from __future__ import annotations

from dataclasses import dataclass

from usher.domain.errors import RefusedError

ATTEMPT_SECONDS = 10 * 60
"""How long somebody may take at their provider."""

SSO_PAGE = "/learn/sso/"
"""Before a connection's id, the page that leads to its provider."""
_ASK = "Ask whoever set up single sign-on in your organization to look at it; tell them what this page says."
_AGAIN = "Go back to where you began and sign in once more."


def sso_callback(connection: str) -> str:
    """Return where a connection's provider sends people back to.

    Each has a place of its own: so the answer of an honest provider, to whom a rogue one sent somebody on, is
    never taken for the rogue's, and its code not handed over there (RFC 9700, 4.4.2).
    """
    return f"{SSO_PAGE}{connection}/callback"


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """One sign-in under way. The browser that began it carries it, signed, until it comes back."""

    connection: str
    state: str
    nonce: str
    verifier: str


class SignOnError(RefusedError):
    """The person could not be signed in."""

    code = "sso_failed"
    title = "You could not be signed in"
    next_action = _AGAIN


class ConnectionOverError(SignOnError):
    """There is no such connection, or it is switched off: the two look alike to strangers."""

    code = "sso_connection_over"
    title = "This way to sign in does not exist any more"
    next_action = "Sign in with your email address and password, or ask your organization for the new way."


class SignOnLostError(SignOnError):
    """The answer belongs to no sign-in of this browser, to an old one, or to one that was ended already."""

    code = "sso_lost"
    title = "This sign-in is over"
    next_action = (
        "Go back to where you began and sign in once more, within ten minutes and in one window. "
        "If it happens again, allow cookies for this site."
    )


class DeniedError(SignOnError):
    """The person, or the provider, said no."""

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
    """What stands in the connection does not fit the provider."""

    code = "sso_bad_setup"
    title = "Single sign-on is not set up rightly"
    next_action = _ASK


class UntrustedAnswerError(SignOnError):
    """The provider's token is not from it, not for us, not for this sign-in or not of this moment."""

    code = "sso_untrusted"
    title = "The answer of your provider cannot be trusted"
    next_action = f"{_AGAIN} If it stays: {_ASK[0].lower()}{_ASK[1:]}"


class NoEmailError(SignOnError):
    """The provider told no address."""

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
    """Nobody confirmed that the domain is the organization's, which then might let itself in as others."""

    code = "sso_domain_not_confirmed"
    title = "Your organization's domain is not confirmed yet"
    next_action = (
        "Ask whoever set up single sign-on in your organization to have its domain confirmed by those who "
        "run Usher. Until then, sign in with your email address and password."
    )


class AnotherPersonError(SignOnError):
    """Somebody else signed in with this address first."""

    code = "sso_another_person"
    title = "This address belonged to somebody else"
    next_action = (
        "Another account of your provider signed in with this address before. If the address is yours now, "
        "ask a manager of your organization to unlink it, and sign in once more."
    )
