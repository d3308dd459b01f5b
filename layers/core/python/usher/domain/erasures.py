"""Erasing a learner: what is held about them goes, and the seats stay counted (docs/decisions/0034)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from usher.domain.addresses import normalize
from usher.domain.errors import NotFoundError, RefusedError

ERASED_DOMAIN = "erased.invalid"
"""No address of it can exist (RFC 2606)."""

_WHOSE = ("email", "address")
"""Where an object says whom it is about; as typed into a sheet, a name may stand around the address."""

_OF_THE_PERSON = frozenset({"first_name", "last_name", "message", "answer", "reply"})
"""What stands beside that and is the person's own, or was written to them or about them."""

_ANYBODY = re.compile(r"[^\s@]@[^\s@]+\.[^\s@]")


class NothingHeldError(NotFoundError):
    """The organization holds nothing about this address."""

    code = "nothing_held"
    title = "Nothing is held about this address"
    next_action = "Check the address; it may have been erased already."


class StillManagerError(RefusedError):
    """A manager's own acts stand in the event log, which has to say who did what."""

    code = "still_manager"
    title = "The person is in the team"
    next_action = "Remove the person from the team first, then erase them."


class UnknownErasureError(NotFoundError):
    """The organization has no erasure with this id."""

    code = "erasure_not_found"
    title = "No such erasure"


@dataclass(frozen=True, kw_only=True)
class Erasure:
    """An order to erase a learner.

    Attributes:
        email: whose; empty once all is done, so that the order itself holds nothing.
        pseudonym: the address that stands in its place from then on.
        done_at: when nothing was left of the address; None while it is being worked off.
    """

    id: str
    organization: str
    email: str
    ordered_at: datetime
    ordered_by: str
    done_at: datetime | None = None

    @property
    def pseudonym(self) -> str:
        """An address that belongs to nobody and says nothing, unlike every other."""
        return f"{self.id.lower()}@{ERASED_DOMAIN}"

    def done(self, now: datetime) -> Erasure:
        """Return the order as carried out."""
        return replace(self, email="", done_at=now)


def is_pseudonym(email: str) -> bool:
    """Say whether the address stands for somebody who was erased."""
    return email.endswith(f"@{ERASED_DOMAIN}")


def as_kept(text: str) -> str:
    """Return an address in the form in which it is kept, somebody's or a pseudonym; or raise BadAddressError.

    For finding what there is. Nobody new can be named by a pseudonym.
    """
    pseudonym = text.strip().lower()
    return pseudonym if is_pseudonym(pseudonym) else normalize(text)


def mention_of(email: str) -> re.Pattern[str]:
    """Return what finds an address in a text, in any case, and not as a part of a longer one.

    A quotation mark, slash and the like may stand before it, unless a word does before that: o'ann@x.io.
    """
    return re.compile(
        rf"(?<![\w.%+-])(?<!\w[!$&*/?^`{{|}}~']){re.escape(email)}(?!\.?[\w-]*\w)",
        re.IGNORECASE,
    )


def scrubber(email: str, pseudonym: str) -> Callable[[object], object]:
    """Return what takes an address out of a value of JSON, and out of JSON kept as text within it.

    An object about the address loses the names and the message that stand beside it.
    """
    mention = mention_of(email)

    def scrub(value: object) -> object:
        if isinstance(value, dict):
            return scrub_object(value)
        if isinstance(value, list):
            return [scrub(one) for one in value]
        return scrub_text(value) if isinstance(value, str) else value

    def scrub_object(value: dict[str, object]) -> dict[object, object]:
        whose = [key for key in _WHOSE if value.get(key)]
        if not any(mention.search(str(value[key])) for key in whose):
            return {scrub(key): scrub(one) for key, one in value.items()}
        gone = dict.fromkeys(whose, pseudonym) | dict.fromkeys(_OF_THE_PERSON, "")
        return {scrub(key): gone[key] if key in gone and one else scrub(one) for key, one in value.items()}

    def scrub_text(text: str) -> str:
        if mention.search(text) is None:
            return text
        if text[:1] in {"{", "["}:
            try:
                return json.dumps(scrub(json.loads(text)), separators=(",", ":"))
            except ValueError:
                pass  # a text that only looks like JSON
        return mention.sub(pseudonym, text)

    return scrub


def only_of(email: str) -> Callable[[object], object]:
    """Return what leaves out of a value of JSON whomever else it lists, and reads JSON kept as text.

    An event of a batch names everybody in it: to one of them it is shown with themselves alone.
    """
    mention = mention_of(email)

    def leave(value: object) -> object:
        if isinstance(value, dict):
            return {key: leave(one) for key, one in value.items()}
        if isinstance(value, list):
            return [leave(one) for one in value if not of_others(one)]
        if isinstance(value, str) and value[:1] in {"{", "["}:
            try:
                return leave(json.loads(value))
            except ValueError:
                pass  # a text that only looks like JSON
        return value

    def of_others(value: object) -> bool:
        text = json.dumps(value, default=str)
        return _ANYBODY.search(text) is not None and mention.search(text) is None

    return leave
