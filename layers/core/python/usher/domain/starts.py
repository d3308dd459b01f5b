"""The start of access: when it is, and when a manager may choose it (DESIGN 2, Start of access)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from usher.domain import wording
from usher.domain.errors import InvalidError, RefusedError
from usher.domain.instants import is_plain_date, midnight, parse_instant
from usher.domain.licenses import LicenseTerms, ProductKind


class StartNotChosenError(InvalidError):
    """The license is a subscription, whose start cannot be chosen when inviting."""

    code = "start_not_choosable"
    title = "The start cannot be chosen"
    fields = ("access_start",)
    next_action = "Choose no start: the license's own start date holds."


class StartNotEditableError(RefusedError):
    """The license's own start date applies and cannot be edited."""

    code = "start_not_editable"
    title = "The start cannot be edited"
    fields = ("access_start",)
    next_action = "The start of this subscription is fixed; ask your provider for a flex license."


class StartInPastError(InvalidError):
    """The date lies in the past."""

    code = "start_in_past"
    title = "The start is in the past"
    fields = ("access_start",)
    next_action = (
        "Choose a date from today on; what waits for an acceptance can also start with it, without a date."
    )


class StartOutsideLicenseError(InvalidError):
    """The date is outside the license's validity."""

    code = "start_outside_license"
    title = "The start is outside the license's validity"
    fields = ("access_start",)
    next_action = "Choose a date on which the license is valid."


class StartRequiredError(InvalidError):
    """The start of an accepted invite can be moved to a date, but not removed."""

    code = "start_required"
    title = "A start date is needed"
    fields = ("access_start",)
    next_action = "Name the date on which access is to start."


def is_choosable(terms: LicenseTerms) -> bool:
    """Return whether a start may be chosen when inviting, as for all products but subscriptions."""
    return terms.product.kind is not ProductKind.SUBSCRIPTION


def is_editable(terms: LicenseTerms) -> bool:
    """Return whether the start may be edited later, as for all but subscriptions that are not flex."""
    return is_choosable(terms) or terms.flex


def chosen_start(
    text: str | None, *, licenses: Iterable[LicenseTerms], time_zone: str, now: datetime
) -> datetime | None:
    """Read the start that a manager chose when inviting; None means on acceptance.

    Raises:
        BadDateError: the text is no date.
        StartNotChosenError: one of the licenses is a subscription.
        StartInPastError, StartOutsideLicenseError: the start is past, or outside a license's validity.
    """
    if text is None:
        return None
    licenses = tuple(licenses)
    for terms in licenses:
        if not is_choosable(terms):
            raise StartNotChosenError(f"{terms.product.name} starts on its own date.", license=terms.license)
    return _within(text, licenses=licenses, time_zone=time_zone, now=now)


def edited_start(
    text: str | None, *, licenses: Iterable[LicenseTerms], time_zone: str, now: datetime
) -> datetime | None:
    """Read a start that replaces an earlier one; None means on acceptance again.

    Raises:
        StartNotEditableError: one of the licenses is a subscription that is not flex.
        BadDateError: the text is no date.
        StartInPastError, StartOutsideLicenseError: the start is past, or outside a license's validity.
    """
    licenses = tuple(licenses)
    for terms in licenses:
        if not is_editable(terms):
            raise StartNotEditableError(
                f"{terms.product.name} starts on its license's date.", license=terms.license
            )
    if text is None:
        return None
    return _within(text, licenses=licenses, time_zone=time_zone, now=now)


def group_start(
    text: str | None, *, licenses: Iterable[LicenseTerms], time_zone: str, now: datetime
) -> datetime | None:
    """Read the start that was chosen when inviting to a group, for those licenses that allow it.

    Raises:
        BadDateError: the text is no date.
        StartNotChosenError: the group has licenses, and all of them are subscriptions.
        StartInPastError, StartOutsideLicenseError: the start is past, or outside a license's validity.
    """
    licenses = tuple(licenses)
    allowing = tuple(filter(is_choosable, licenses))
    return chosen_start(text, licenses=allowing or licenses, time_zone=time_zone, now=now)


def edited_group_start(
    text: str | None, *, licenses: Iterable[LicenseTerms], time_zone: str, now: datetime
) -> datetime | None:
    """Read a start that replaces an earlier one of an invite to a group, for those licenses that allow it.

    Raises:
        StartNotEditableError: all of the licenses are subscriptions that are not flex.
        BadDateError: the text is no date.
        StartInPastError, StartOutsideLicenseError: the start is past, or outside a license's validity.
    """
    licenses = tuple(licenses)
    allowing = tuple(filter(is_editable, licenses))
    return edited_start(text, licenses=allowing or licenses, time_zone=time_zone, now=now)


def _within(text: str, *, licenses: tuple[LicenseTerms, ...], time_zone: str, now: datetime) -> datetime:
    start = parse_instant(text, time_zone=time_zone)
    if start <= now and is_plain_date(text.strip()):
        # Today's midnight is past, and a manager who names today means now. A day may have 23 or 25 hours.
        tomorrow = date.fromisoformat(text.strip()) + timedelta(days=1)
        if now < midnight(tomorrow, time_zone=time_zone):
            start = now
    if start < now:
        raise StartInPastError(f"{text} has gone by.")
    for terms in licenses:
        if not terms.valid_from <= start < terms.valid_until:
            raise StartOutsideLicenseError(
                f"The license for {terms.product.name} is valid "
                f"from {wording.start(terms.valid_from, time_zone)} "
                f"until {wording.end(terms.valid_until, time_zone)}.",
                license=terms.license,
            )
    return start


def start_on_acceptance(terms: LicenseTerms, *, chosen: datetime | None, now: datetime) -> datetime:
    """Return when an access accepted at `now` starts: at once, or at the chosen or agreed start."""
    agreed = chosen or terms.starts_at or terms.valid_from
    return max(agreed, now)
