"""Erasing a learner: their personal data goes, and the seats stay counted (docs/decisions/0034)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import datetime

from usher.domain.addresses import read_address
from usher.domain.erasure_readings import UNREAD, ErasureReading
from usher.domain.errors import NotFoundError, RefusedError
from usher.domain.pasted_addresses import bare
from usher.lazy_dataclasses import dataclass

ERASED_DOMAIN = "erased.invalid"
"""The domain of pseudonyms; no real address can have it (RFC 2606)."""

_WHOSE = ("email", "address")
"""The fields of an object with the address it is about; as typed into a sheet, a name may be around it."""

_OF_THE_PERSON = frozenset({"first_name", "last_name", "message", "answer", "reply"})
"""The fields beside it that are the person's own, or were written to them or about them."""

_ANYBODY = re.compile(r"[^\s@]@[^\s@]+\.[^\s@]")


class NothingHeldError(NotFoundError):
    """The organization holds nothing about this address."""

    code = "nothing_held"
    title = "Nothing is held about this address"
    fields = ("email",)
    next_action = "Check the address; it may have been erased already."


class StillManagerError(RefusedError):
    """The person is a manager, whose own acts the event log has to name."""

    code = "still_manager"
    title = "The person is in the team"
    fields = ("email",)
    next_action = "Remove the person from the team first, then erase them."


class UnknownErasureError(NotFoundError):
    """The organization has no erasure with this id."""

    code = "erasure_not_found"
    title = "No such erasure"


@dataclass(frozen=True, kw_only=True)
class Erasure:
    """An order to erase a learner.

    Attributes:
        email: the learner's address; empty once the erasure is complete.
        pseudonym: the address that replaces it.
        done_at: when the erasure was complete; None while it runs.
        failed_at: when it was given up after several attempts; None if it was not, or is complete since.
        reading: how far the worker has come; it begins anew once the order is carried out.
    """

    id: str
    organization: str
    email: str
    ordered_at: datetime
    ordered_by: str
    done_at: datetime | None = None
    failed_at: datetime | None = None
    reading: ErasureReading = UNREAD

    @property
    def pseudonym(self) -> str:
        """The unique address that replaces the learner's; it belongs to nobody and reveals nothing."""
        return f"{self.id.lower()}@{ERASED_DOMAIN}"


def is_pseudonym(email: str) -> bool:
    """Return whether the address stands for somebody who was erased."""
    return email.endswith(f"@{ERASED_DOMAIN}")


def stored_address(text: str) -> str:
    """Return an address in its stored form, normalized or a pseudonym as it is; or raise BadAddressError.

    For searching only: nobody can be invited or added by a pseudonym.
    """
    pseudonym = bare(text).lower()
    return pseudonym if is_pseudonym(pseudonym) else read_address(text)


def mention_of(email: str) -> re.Pattern[str]:
    """Return a pattern that finds an address in a text, in any case, but not inside a longer address.

    A quotation mark, slash or the like may precede it, unless a letter precedes that, as in o'ann@x.io.
    """
    return re.compile(
        rf"(?<![\w.%+-])(?<!\w[!$&*/?^`{{|}}~']){re.escape(email)}(?!\.?[\w-]*\w)",
        re.IGNORECASE,
    )


def scrubber(email: str, pseudonym: str) -> Callable[[object], object]:
    """Return a function that replaces an address by a pseudonym in a JSON value, and in JSON text within it.

    An object about the address loses the names and messages in its other fields.
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


def others_remover(email: str) -> Callable[[object], object]:
    """Return a function that removes the entries of other people from the lists in a JSON value.

    JSON text within it is parsed. An event of a batch names everybody in it, and an export shows each person
    their own entries alone.
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
