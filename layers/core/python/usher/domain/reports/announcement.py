"""The text of an email in which a manager announces coming invites."""

from __future__ import annotations

from usher.domain.organizations import Organization
from usher.lazy_dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Announcement:
    """The subject and text of an announcement, for a manager to copy into an email and change."""

    subject: str
    text: str


def announcement(organization: Organization) -> Announcement:
    """Return the announcement with the organization's name and the life of its invites in days."""
    name, days = organization.name, organization.invite_days
    return Announcement(
        subject=f"Your invitation to training from {name}",
        text=(
            "Hello,\n\n"
            f"in the next days you will get an email in the name of {name} that invites you to training. "
            "This is what to do:\n\n"
            f"1. Open the email and choose the button in it within {days} {'day' if days == 1 else 'days'}. "
            "If you do not find the email, look in the folder for spam.\n"
            "2. If you have an account, sign in. If you have none, fill in your name and choose a password "
            "on the same page.\n"
            "3. Accept. Your training is then in your list, from the day on which it starts.\n\n"
            "The link is yours alone; please do not forward it. If it has expired, ask me for a new one.\n\n"
            "Kind regards\n"
        ),
    )
