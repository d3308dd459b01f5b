"""How people come to be learners, and to their accesses."""

from __future__ import annotations

from enum import StrEnum


class EnrollmentMethod(StrEnum):
    """How a person was enrolled, or got an access.

    `group` is a license that a manager gave to the members of a group, or a group that a manager put learners
    into; `assignment` is a license that a manager gave to learners.
    """

    INVITE = "invite"
    CODE = "code"
    JOIN_PAGE = "join_page"
    SINGLE_SIGN_ON = "single_sign_on"
    GROUP = "group"
    ASSIGNMENT = "assignment"
    SELF_ASSIGNMENT = "self_assignment"
