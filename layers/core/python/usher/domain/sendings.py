"""The sending of an invite that an email is, which SES keeps as the email's tags and names in its reports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Self

from usher.lazy_dataclasses import dataclass

_INVITE = "invite"
_NUMBER = "number"
_FOLLOW_UP = "follow_up"


@dataclass(frozen=True, kw_only=True)
class Sending:
    """One sending of an invite.

    Attributes:
        number: that of Invite.
        follow_up: whether the email does not send the invite, but comes after it, as a reminder does.
    """

    invite: str
    number: int
    follow_up: bool = False

    @property
    def tags(self) -> Mapping[str, str]:
        """The tags of the sending's email."""
        tags = {_INVITE: self.invite, _NUMBER: str(self.number)}
        return {**tags, _FOLLOW_UP: "true"} if self.follow_up else tags

    @classmethod
    def of_tags(cls, tags: Mapping[str, Sequence[str]]) -> Self | None:
        """Return the sending that a report's tags name, each with its values; None if they name none."""
        invites, numbers = tags.get(_INVITE), tags.get(_NUMBER)
        if not invites or not numbers:
            return None
        return cls(invite=invites[0], number=int(numbers[0]), follow_up=_FOLLOW_UP in tags)
