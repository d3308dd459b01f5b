"""Answers of identity providers, translated: claims to a person's attributes, errors to refusals."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from joserfc.errors import ExpiredTokenError, MissingClaimError

from usher.domain.enrollment.connections import Claims
from usher.domain.enrollment.sso_login import (
    BadSetupError,
    DeniedError,
    ProviderFailedError,
    SignOnError,
    SignOnLostError,
    UntrustedAnswerError,
)

_LONGEST_SUBJECT = 255
_DENIALS = frozenset(
    {
        "access_denied",
        "login_required",
        "consent_required",
        "interaction_required",
        "account_selection_required",
    }
)
_BAD_SETUPS = frozenset(
    {"unauthorized_client", "unsupported_response_type", "invalid_scope", "invalid_request"}
)
_REASONS = {
    "iss": "It names another issuer than the one that was set up.",
    "aud": "It is meant for another client.",
    "azp": "It is meant for another client.",
    "nonce": "It is of another sign-in.",
    "exp": "It is too old.",
    "nbf": "It is not valid yet.",
    "iat": "It is not valid yet.",
    "at_hash": "It does not fit the access token.",
}


def refusal(error: str) -> SignOnError:
    """Return the refusal for an error that the provider's authorization page answered with."""
    if error in _DENIALS:
        return DeniedError("The provider said: access denied.")
    if error in _BAD_SETUPS:
        return BadSetupError("The provider does not know this client, or does not take what it asks for.")
    return ProviderFailedError("The provider answered with an error.")


def refusal_of_code(error: str) -> SignOnError:
    """Return the refusal for an error that the provider's token endpoint answered with."""
    if error == "invalid_grant":
        return SignOnLostError("The provider's code was used already, is too old or is of another sign-in.")
    if error in {"invalid_client", "unauthorized_client"}:
        return BadSetupError("The provider does not take the client's id and secret.")
    return ProviderFailedError("The provider answered with an error.")


def why_untrusted(error: Exception) -> str:
    """Return the reason why a token is refused, given the exception from verifying it."""
    if isinstance(error, ExpiredTokenError):
        return _REASONS["exp"]
    claim = "" if isinstance(error, MissingClaimError) else str(getattr(error, "claim", ""))
    return _REASONS.get(claim, "It lacks what such an answer has to say.")


def claims_of(claims: Mapping[str, Any]) -> Claims:
    """Return the claims of a verified token; a claim that is not text counts as missing.

    Raises:
        UntrustedAnswerError: the subject is missing or too long.
    """
    subject = _text(claims, "sub")
    if not 1 <= len(subject) <= _LONGEST_SUBJECT:
        raise UntrustedAnswerError("It names the person in more characters than OpenID Connect allows.")
    first, last = _text(claims, "given_name"), _text(claims, "family_name")
    if not first and not last:
        first, _, last = _text(claims, "name").strip().partition(" ")
    if not first:
        first, last = last, ""  # the only name that the provider knows
    return Claims(
        subject=subject,
        email=_text(claims, "email"),
        email_verified=_verified(claims.get("email_verified")),
        first_name=first,
        last_name=last,
    )


def _text(claims: Mapping[str, Any], name: str) -> str:
    value = claims.get(name)
    return value if isinstance(value, str) else ""


def _verified(claim: object) -> bool | None:
    """Read a boolean claim, which some providers write as text; None if it is missing."""
    return None if claim is None else str(claim).lower() == "true"
