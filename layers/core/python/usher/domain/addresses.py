"""Email addresses as people paste them (DESIGN 2, Addresses)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from usher.domain.address_faults import AddressFault, fault_of
from usher.domain.email_syntax import check_syntax
from usher.domain.errors import InvalidError
from usher.domain.pasted_addresses import bare, entries
from usher.domain.pasted_text import visible
from usher.lazy_dataclasses import dataclass

MAX_ADDRESS = 254
"""The most characters of an address (RFC 5321, 4.5.3.1.3)."""

MAX_ADDRESSES = 500
"""The most addresses in one request (DESIGN 2, Limits)."""

_MOST_QUOTED = 254
"""How much of a text that is no address is quoted; no address is longer."""

_SUFFIXES = frozenset(
    ("esq", "gmbh", "ii", "iii", "inc", "jr", "llc", "ltd", "ma", "mba", "md", "msc", "phd", "sr")
)
"""What can follow a comma after a name and is no first name, without its dots."""

_IN_BRACKETS = re.compile(r"\([^()]{0,200}\)|\[[^\[\]]{0,200}\]")
_COMMA = re.compile("[,\uff0c\u3001\u060c]")
_SEPARATORS = re.compile(r"[\s,;]++")


class BadAddressError(InvalidError):
    """One address is malformed."""

    code = "bad_address"
    title = "Not an email address"
    fields = ("email", "actor", "addresses")
    next_action = "Correct the address and send it again."


class BadAddressesError(InvalidError):
    """At least one address of a batch is malformed; nothing of the batch was done."""

    code = "bad_addresses"
    title = "Some addresses are not email addresses"
    fields = ("emails",)
    next_action = "Correct or remove the addresses that are named, or invite the others without them."


class NoAddressesError(InvalidError):
    """The list of addresses is empty."""

    code = "no_addresses"
    title = "No addresses"
    fields = ("emails",)
    next_action = "Name at least one email address."


class TooManyAddressesError(InvalidError):
    """More addresses than one request may carry."""

    code = "too_many_addresses"
    title = "Too many addresses"
    fields = ("emails",)
    next_action = f"Send at most {MAX_ADDRESSES} addresses in one request, or import a spreadsheet."


@dataclass(frozen=True, kw_only=True)
class Recipient:
    """An address in its normal form, with the display name as it was typed with it ("" if none).

    `position` is its place in the list, in which everything counts that was named.
    """

    email: str
    name: str = ""
    position: int = 0

    @property
    def first_name(self) -> str:
        """The first name, for a greeting: what follows the comma in `Lee, Ann`, else the first word."""
        return self._names()[0]

    @property
    def last_name(self) -> str:
        """The other words of the name, which may be none."""
        return self._names()[1]

    def _names(self) -> tuple[str, str]:
        """Return first and last name, of which address books write the last one first, with a comma."""
        name = " ".join(_IN_BRACKETS.sub(" ", self.name).split()) or self.name
        last, *others = (part.strip() for part in _COMMA.split(name))
        first = next((one for one in others if one and one.casefold().replace(".", "") not in _SUFFIXES), "")
        if first and last:
            return first, last
        first, _, last = (first or last).partition(" ")
        return first, last.strip()


@dataclass(frozen=True, kw_only=True)
class BadAddress:
    """A text that is not an address, as it was typed, with its place in the list and the reason."""

    text: str
    reason: str
    fault: AddressFault
    position: int = 0

    @property
    def facts(self) -> dict[str, str]:
        """The text and the reason, as refusals name them."""
        return {"address": self.text, "reason": self.reason, "reason_code": self.fault}


@dataclass(frozen=True, kw_only=True)
class Repeated:
    """An address, or text that is none, that was named again: where first, and how many times."""

    text: str
    position: int
    times: int


@dataclass(frozen=True, kw_only=True)
class AddressList:
    """The distinct addresses in the order in which they were first named, and the texts that are none.

    `repeated` is what was named more than once, by what it repeats.
    """

    recipients: tuple[Recipient, ...]
    bad: tuple[BadAddress, ...]
    repeated: tuple[Repeated, ...] = ()


def normalize(text: str) -> str:
    """Return an address in its normal form: trimmed, lower case, the domain as punycode.

    What somebody wrote or pasted is read by `read_address` or `read_addresses`.

    Raises:
        BadAddressError: the text is not an email address.
    """
    try:
        checked = check_syntax(text.strip())
    except ValueError as error:
        raise BadAddressError(
            f"{_quoted(text)!r}: {error}", reason_code=fault_of(text, longest=MAX_ADDRESS)
        ) from error
    return (checked.ascii_email or checked.normalized).lower()


def read_address(text: str) -> str:
    """Read the one address that somebody wrote or pasted, as `read_addresses` reads many.

    Raises:
        BadAddressError: there is no address, a malformed one, or several.
    """
    try:
        found = read_addresses(text, most=1)
    except NoAddressesError as error:
        raise BadAddressError("There is no address.", reason_code=AddressFault.NO_ADDRESS) from error
    except TooManyAddressesError as error:
        raise BadAddressError(
            f"{_quoted(text)!r}: There is more than one address.", reason_code=AddressFault.SEVERAL_ADDRESSES
        ) from error
    if found.bad:
        bad = found.bad[0]
        raise BadAddressError(f"{bad.text!r}: {bad.reason}", reason_code=bad.fault)
    return found.recipients[0].email


def read_addresses(given: str | Sequence[str], *, most: int = MAX_ADDRESSES) -> AddressList:
    """Read a pasted field, or a list of such fields, into distinct addresses.

    `pasted_addresses.entries` says what is understood, and what is dropped since it can be no part of an
    address. A text that has nothing else is a bad address itself.

    Raises:
        NoAddressesError: nothing was named.
        TooManyAddressesError: more than `most` distinct entries were named.
    """
    texts = [given] if isinstance(given, str) else given
    recipients: dict[str, Recipient] = {}
    bad: dict[str, BadAddress] = {}
    repeated: dict[str, Repeated] = {}
    for position, entry in enumerate(entry for text in texts for entry in entries(text)):
        try:
            key = normalize(entry.address)
        except BadAddressError as error:
            key, reason = entry.typed, str(error.__cause__)
            is_new = key not in bad
            if is_new:
                bad[key] = BadAddress(
                    text=_quoted(key),
                    reason=reason,
                    fault=fault_of(entry.address, longest=MAX_ADDRESS),
                    position=position,
                )
        else:
            is_new = key not in recipients
            if is_new:
                recipients[key] = Recipient(email=key, name=entry.name, position=position)
        if not is_new:
            first = repeated.setdefault(key, Repeated(text=_quoted(key), position=position, times=0))
            repeated[key] = replace(first, times=first.times + 1)
        if len(recipients) + len(bad) > most:
            raise TooManyAddressesError(f"More than {most} addresses were named.", limit=most)
    if not recipients and not bad:
        bad = _signs_alone(texts)
    return AddressList(
        recipients=tuple(recipients.values()), bad=tuple(bad.values()), repeated=tuple(repeated.values())
    )


def _signs_alone(texts: Sequence[str]) -> dict[str, BadAddress]:
    """Return the first text that has more than separators; or raise NoAddressesError."""
    for text in texts:
        if _SEPARATORS.sub("", visible(text)):
            reason = "There is no address in it."
            return {text: BadAddress(text=_quoted(text), reason=reason, fault=AddressFault.NO_ADDRESS)}
    raise NoAddressesError("The list of addresses is empty.")


def _quoted(text: str) -> str:
    return text.strip()[:_MOST_QUOTED]


def normalize_domain(text: str) -> str:
    """Return the domain of addresses in its normal form; somebody wrote or pasted it, with an @ or without.

    Raises:
        BadAddressError: the text is no such domain.
    """
    domain = bare(text).removeprefix("*").removeprefix("@")
    return normalize(f"a@{domain}").rpartition("@")[2]


def refuse_bad(addresses: AddressList) -> None:
    """Raise BadAddressesError if an address is malformed, with the reason for each."""
    if addresses.bad:
        raise BadAddressesError(
            f"{len(addresses.bad)} of the addresses cannot be read; nobody was invited.",
            addresses=[one.facts for one in addresses.bad],
        )
