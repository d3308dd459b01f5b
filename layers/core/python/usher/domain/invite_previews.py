"""Previews of invites: what inviting would do now, decided by the rules that the command has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

from usher.domain.errors import UsherError
from usher.domain.invite_batches import Invited, Outcome
from usher.domain.invites import Invite
from usher.domain.licenses import SeatNeed
from usher.lazy_dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class PreviewedInvite:
    """What would become of one address.

    Attributes:
        invited: the outcome that the command would have; of an `invited` one, without an invite.
        first_name, last_name: the name that the invite would have, such as the one pasted with the address;
            of one that is there already, its own.
        times: of a duplicate, how many times it was named again; else 0.
    """

    invited: Invited
    first_name: str = ""
    last_name: str = ""
    times: int = 0


@dataclass(frozen=True, kw_only=True)
class PreviewedSeats:
    """The seats of one license that the invites would take.

    Attributes:
        need: the seats needed, beside those available, which include those of lapsed invites.
        invited: the seats of the addresses that would be invited.
        starts_at: when an access accepted now would start; None where that is at once.
    """

    need: SeatNeed
    invited: int
    starts_at: datetime | None

    @property
    def left(self) -> int:
        """How many seats would be left."""
        return max(0, self.need.available - self.invited)


@dataclass(frozen=True, kw_only=True)
class InvitePreview:
    """What a request for invites would do.

    Attributes:
        results: in the order in which they were named, each duplicate where it was first named again.
        seats: of each license that is offered.
        access_start: the start that was chosen; None to start on acceptance.
        expires_at: when the invites would expire.
        refusal: the error that the command would raise; None where it would not.
    """

    results: Sequence[PreviewedInvite]
    seats: Sequence[PreviewedSeats]
    access_start: datetime | None
    expires_at: datetime
    refusal: UsherError | None

    @property
    def totals(self) -> Mapping[Outcome, int]:
        """How many addresses would have each outcome."""
        return Counter(one.invited.outcome for one in self.results)

    @property
    def repetitions(self) -> int:
        """How many times something was named again."""
        return sum(one.times for one in self.results)


def starts_at(draft: Invite, license_: str, now: datetime) -> datetime | None:
    """Return when an access of the license would start, accepted now; None where that is at once."""
    return draft.starts_ahead(now).get(license_)
