"""Texts of the pages that depend on a count, and what an invite gives as one sentence tells it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from usher.domain.licenses import LicenseTerms, ProductKind
from usher.lazy_dataclasses import dataclass
from usher.translations.texts import Texts


@dataclass(frozen=True, kw_only=True)
class Span:
    """From when until when the accesses of an invite last, all taken together.

    Attributes:
        start: the earliest start; None if that is the acceptance.
        end: the latest end.
        is_common: whether all accesses have this very start and end.
    """

    start: datetime | None
    end: datetime
    is_common: bool


def span(licenses: Sequence[LicenseTerms], starts: Mapping[str, datetime]) -> Span | None:
    """Return the span of licenses, None of none; `starts` has those starts that lie ahead, by license."""
    if not licenses:
        return None
    spans = {(starts.get(terms.license), terms.valid_until) for terms in licenses}
    known = [start for start, _ in spans if start is not None]
    return Span(
        start=min(known) if len(known) == len(spans) else None,
        end=max(end for _, end in spans),
        is_common=len(spans) == 1,
    )


def counted(texts: Texts, licenses: Sequence[LicenseTerms]) -> str:
    """Return how many courses and subscriptions there are: "2 courses", "1 course and 3 subscriptions"."""
    courses, subscriptions = _counts(licenses)
    in_courses = texts.ngettext("%(count)s course", "%(count)s courses", courses)
    in_subscriptions = texts.ngettext("%(count)s subscription", "%(count)s subscriptions", subscriptions)
    return _listed(texts, (courses, in_courses), (subscriptions, in_subscriptions))


def invited_to(texts: Texts, licenses: Sequence[LicenseTerms]) -> str:
    """Return what `counted` does, to follow "invites you to" and "your places in"."""
    courses, subscriptions = _counts(licenses)
    in_courses = texts.npgettext("invited to", "%(count)s course", "%(count)s courses", courses)
    in_subscriptions = texts.npgettext(
        "invited to", "%(count)s subscription", "%(count)s subscriptions", subscriptions
    )
    return _listed(texts, (courses, in_courses), (subscriptions, in_subscriptions))


def _counts(licenses: Sequence[LicenseTerms]) -> tuple[int, int]:
    subscriptions = sum(terms.product.kind is ProductKind.SUBSCRIPTION for terms in licenses)
    return len(licenses) - subscriptions, subscriptions


def _listed(texts: Texts, *counts: tuple[int, str]) -> str:
    return texts.listed([message % {"count": texts.number(count)} for count, message in counts if count])
