"""The language that was chosen for what an event is about, for the emails to its people."""

from __future__ import annotations

from usher.domain.events.accesses import AccessStartChanged, AccessStarted, SeatsGivenData
from usher.domain.events.codes import CodeCopied, CodeCreated
from usher.domain.events.enrollment import EmailVerificationRequested, JoinApproved, JoinRequestData
from usher.domain.events.event import EventData
from usher.domain.events.requests import SupportRequestAnswered
from usher.domain.languages import Language


def language_about(data: EventData) -> Language | None:
    """Return the language of the access, code or join page of an event; None where none was chosen.

    That of an invite is read with the invite.
    """
    match data:
        case AccessStarted(access=access) | AccessStartChanged(access=access):
            return access.language
        case SeatsGivenData(started=(access, *_)):
            return access.language
        case SupportRequestAnswered(released=access) if access is not None:
            return access.language
        case CodeCreated(terms=terms) | CodeCopied(terms=terms):
            return terms.language
        case EmailVerificationRequested() | JoinRequestData() | JoinApproved():
            return data.language
    return None
