"""Verdicts on the rows of an import."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from functools import reduce
from operator import or_

from usher.domain.address_faults import AddressFault
from usher.domain.errors import UsherError
from usher.lazy_dataclasses import dataclass


class Verdict(StrEnum):
    """The expected outcome of a row; once the row was carried out, its actual outcome.

    A `duplicate` asks only for what earlier rows ask for.
    """

    WILL_BE_INVITED = "will_be_invited"
    INVITED = "invited"
    NO_SEAT = "no_seat"
    TOO_MANY_EMAILS = "too_many_emails"
    ERASED = "erased"
    CANCELED = "canceled"
    DUPLICATE = "duplicate"
    ALREADY_INVITED = "already_invited"
    ALREADY_ASSIGNED = "already_assigned"
    BAD_ADDRESS = "bad_address"
    BAD_NAME = "bad_name"
    BAD_DATE = "bad_date"
    START_IN_PAST = "start_in_past"
    START_OUTSIDE_LICENSE = "start_outside_license"
    START_NOT_CHOOSABLE = "start_not_choosable"
    NO_LICENSE = "no_license"
    ORGANIZATION_SUSPENDED = "organization_suspended"
    GROUP_REQUIRED = "group_required"
    LICENSE_OVER = "license_over"
    TOO_MANY_LICENSES = "too_many_licenses"
    UNKNOWN_GROUP = "unknown_group"
    UNKNOWN_LICENSE = "unknown_license"
    AMBIGUOUS_LICENSE = "ambiguous_license"
    UNKNOWN_CLIENT = "unknown_client"
    AMBIGUOUS_CLIENT = "ambiguous_client"
    UNKNOWN_SUBLICENSE = "unknown_sublicense"
    AMBIGUOUS_SUBLICENSE = "ambiguous_sublicense"


WANTED = frozenset({Verdict.WILL_BE_INVITED, Verdict.NO_SEAT, Verdict.TOO_MANY_EMAILS})
"""Rows to be invited, provided that a seat and an email are left for them when they are carried out."""

NEEDLESS = frozenset({Verdict.DUPLICATE, Verdict.ALREADY_INVITED, Verdict.ALREADY_ASSIGNED})
"""Rows that ask for what the person already has: not an error, and nothing to be done."""

BAD = frozenset(Verdict) - WANTED - NEEDLESS - {Verdict.INVITED, Verdict.CANCELED}
"""Rows with an error that a manager has to correct."""


def verdict_of(error: UsherError) -> Verdict:
    """Return the verdict on a row that a rule refuses: the one named as the error's code."""
    return Verdict(error.code)


@dataclass(frozen=True, kw_only=True)
class RequestedInvite:
    """The invite that a row asks for: to groups and licenses, by their ids."""

    groups: tuple[str, ...] = ()
    licenses: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Return whether it asks for anything."""
        return bool(self.groups or self.licenses)


@dataclass(frozen=True, kw_only=True)
class ImportedRow:
    """A row of the file as it was written, with its verdict.

    Attributes:
        line: the row's number as a spreadsheet program shows it.
        fault: what is wrong with a malformed address, for programs; else None.
        suggestion: the address that was probably meant; empty where there is none to suggest.
        address: the address in its normal form; empty where it is malformed.
        organization: the organization that invites: the import's own, or a client.
        requested: the invite that the row asks for, without what earlier rows ask for.
    """

    line: int
    email: str
    first_name: str = ""
    last_name: str = ""
    groups: tuple[str, ...] = ()
    licenses: tuple[str, ...] = ()
    access_start: str = ""
    client: str = ""
    sublicense: str = ""
    verdict: Verdict = Verdict.WILL_BE_INVITED
    reason: str = ""
    fault: AddressFault | None = None
    suggestion: str = ""
    address: str = ""
    organization: str = ""
    requested: RequestedInvite = RequestedInvite()

    @property
    def length(self) -> int:
        """The characters in all texts of the row, verdict and reason included."""
        lists = (*self.groups, *self.licenses)
        names = (self.email, self.first_name, self.last_name, self.access_start, self.client, self.sublicense)
        return sum(map(len, (*names, *lists, self.reason, self.suggestion)))

    def with_verdict(
        self, verdict: Verdict, reason: str = "", *, suggestion: str = "", fault: AddressFault | None = None
    ) -> ImportedRow:
        """Return the row with a verdict."""
        return replace(self, verdict=verdict, reason=reason, suggestion=suggestion, fault=fault)


def added(before: Mapping[Verdict, int], more: Mapping[Verdict, int]) -> dict[Verdict, int]:
    """Return the sums of both counts, in the order of the verdicts."""
    both = {verdict: before.get(verdict, 0) + more.get(verdict, 0) for verdict in Verdict}
    return {verdict: rows for verdict, rows in both.items() if rows}


def counted(rows: Sequence[ImportedRow]) -> dict[Verdict, int]:
    """Return how many of the rows have each verdict."""
    every = [row.verdict for row in rows]
    return {verdict: every.count(verdict) for verdict in Verdict if verdict in every}


def with_chunk(
    before: Mapping[Verdict, int], verdicts: Collection[Verdict], *, chunk: int
) -> dict[Verdict, int]:
    """Return the chunks that have rows with each verdict, a bit each, with one more that has these."""
    bits = {one: before.get(one, 0) | (one in verdicts) << chunk for one in Verdict}
    return {one: chunks for one, chunks in bits.items() if chunks}


def any_of(chunks: Mapping[Verdict, int], verdicts: Collection[Verdict]) -> int:
    """Return the chunks, a bit each, that have rows with any of some verdicts."""
    return reduce(or_, (chunks.get(one, 0) for one in verdicts), 0)


_REASONS = {
    Verdict.NO_SEAT: "No seat is left.",
    Verdict.TOO_MANY_EMAILS: "The address was sent as many emails as one may in a day; invite it tomorrow.",
    Verdict.CANCELED: "The import was canceled before its turn.",
    Verdict.ALREADY_INVITED: "There is an open invite to it.",
    Verdict.ALREADY_ASSIGNED: "The person has it.",
}


def judged(row: ImportedRow, verdict: Verdict) -> ImportedRow:
    """Return the row with the verdict on its invite, and the reason."""
    return row.with_verdict(verdict, _REASONS.get(verdict, ""), suggestion=row.suggestion)


def unreached(row: ImportedRow) -> ImportedRow:
    """Return a row of a canceled import that had not been carried out."""
    return judged(row, Verdict.CANCELED) if row.verdict in WANTED else row
