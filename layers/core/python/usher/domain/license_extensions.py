"""Extensions of licenses: a later end, and its way into the copies of their terms (decision 0063)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from usher.domain.errors import RefusedError
from usher.domain.licenses import License, next_ending_notice
from usher.lazy_dataclasses import dataclass

LEAST_LEFT = timedelta(hours=1)
"""How long before its end a license can be extended, so that no copy of the old end comes true meanwhile."""

SETTLED_AFTER = timedelta(minutes=20)
"""How long after an extension nothing is written any more by what had read the old end.

Nor is anything, so long after a license's end, by what had read that the license is valid.
No function runs for longer than a quarter of an hour; the rest is for the index, which lags behind.
"""


class LicenseEndingError(RefusedError):
    """The license has ended, or ends too soon to be extended."""

    code = "license_ending"
    title = "The license has ended, or ends within the hour"
    next_action = "Grant a new license of the same product."


class NotLaterError(RefusedError):
    """The new end of a license is not later than the present one."""

    code = "not_an_extension"
    title = "The license would not last longer"
    fields = ("valid_until",)
    next_action = "Name a later end than the present one, which people were told and which stays theirs."


class ExtendedWithParentError(RefusedError):
    """The license is a client's sublicense, which ends with the provider's license."""

    code = "extended_with_parent"
    title = "A sublicense ends with the provider's license"
    next_action = "Extend the provider's license: its sublicenses are extended with it."


@dataclass(frozen=True, kw_only=True)
class LicenseExtension:
    """An extension of a license that is on its way into the copies of the terms; `valid_until` is its end."""

    organization: str
    license: str
    valid_until: datetime


def extended(license_: License, until: datetime, *, now: datetime) -> License:
    """Return the license with a later end, of which managers are notified anew.

    Raises:
        ExtendedWithParentError: it is a sublicense.
        LicenseEndingError: it has ended, or ends within LEAST_LEFT.
        NotLaterError: the present end is not earlier.
    """
    present = license_.terms.valid_until
    if license_.parent is not None:
        raise ExtendedWithParentError("The license is a sublicense.")
    if present - now < LEAST_LEFT:
        raise LicenseEndingError(f"The license for {license_.terms.product.name} ends too soon or is over.")
    if until <= present:
        raise NotLaterError("The present end is not earlier than the one that was named.")
    return ending(license_, until, now=now)


def ending(license_: License, until: datetime, *, now: datetime) -> License:
    """Return the license with another end and the notices about that, whatever its present end."""
    return replace(
        license_,
        terms=replace(license_.terms, valid_until=until),
        notice_at=next_ending_notice(until, after=now),
    )
