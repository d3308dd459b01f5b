"""Grants: what a code, a join page or single sign-on gives to a person who enrolls by it (DESIGN 1, code)."""

from __future__ import annotations

from usher.domain.errors import InvalidError
from usher.domain.groups import MAX_LICENSES
from usher.lazy_dataclasses import dataclass


class BadGrantError(InvalidError):
    """The grant names both a group and licenses, too many licenses, or one twice."""

    code = "bad_grant"
    title = "Not a usable grant"
    fields = ("licenses", "group", "license")
    next_action = f"Name 1 to {MAX_LICENSES} licenses or one group, and not both."


@dataclass(frozen=True, kw_only=True)
class Grant:
    """Seats of licenses, or membership in a group with a seat in each of its licenses.

    An empty grant makes the person a learner of the organization and gives nothing else.
    """

    licenses: tuple[str, ...] = ()
    group: str | None = None

    def __post_init__(self) -> None:
        if self.licenses and self.group is not None:
            raise BadGrantError("Both licenses and a group are named.")
        if len(self.licenses) > MAX_LICENSES:
            raise BadGrantError(f"At most {MAX_LICENSES} licenses are given at once.")
        if len(set(self.licenses)) != len(self.licenses):
            raise BadGrantError("A license is named twice.")

    @property
    def is_empty(self) -> bool:
        """Whether the grant makes the person a learner and gives nothing else."""
        return not self.licenses and self.group is None
