"""Email addresses as people paste them (DESIGN 2, Addresses)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from email_validator import EmailNotValidError, validate_email

from usher.domain.errors import InvalidError

MAX_ADDRESS = 254
"""The most characters of an address (RFC 5321, 4.5.3.1.3)."""

MAX_ADDRESSES = 500
"""The most addresses in one request (DESIGN 2, Limits)."""

# Either "Ann Lee <ann@x.io>" or a run without separators. A display name never holds an @, so that in
# "a@x.io Ann Lee <ann@x.io>" the first address stands alone. It begins with no space and has an end, so that
# looking for one in a long text that has none takes no more than 200 steps from each place.
_ENTRY = re.compile(
    r"""(?P<name>"[^"]{0,200}"\s{0,9}|(?:[^\s<>,;"@][^<>,;\n"@]{0,199})?)<(?P<inside>[^<>]{0,400})>"""
    r"""|(?P<bare>[^\s,;<>]+)"""
)


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
    next_action = "Correct or remove the addresses named in `addresses`, or repeat with `skip_invalid: true`."


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
    """An address in its normal form, with the display name that was typed with it ("" if none)."""

    email: str
    name: str = ""


@dataclass(frozen=True, kw_only=True)
class BadAddress:
    """A text that is not an address, as it was typed, with the reason."""

    text: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class AddressList:
    """The distinct addresses in the order in which they were first named, and the texts that are none."""

    recipients: tuple[Recipient, ...]
    bad: tuple[BadAddress, ...]


def normalize(text: str) -> str:
    """Return an address in its normal form: trimmed, lower case, the domain as punycode.

    Raises:
        BadAddressError: the text is not an email address.
    """
    try:
        checked = validate_email(text.strip(), strict=True, check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError as error:
        raise BadAddressError(f"{text.strip()[:254]!r}: {error}") from error
    return (checked.ascii_email or checked.normalized).lower()


def _entries(given: str | Iterable[str]) -> Iterable[tuple[str, str, str]]:
    """Yield (text as typed, display name, address) for each entry."""
    for text in [given] if isinstance(given, str) else given:
        for match in _ENTRY.finditer(text):
            name = " ".join((match["name"] or "").strip().strip('"').split())
            yield match.group().strip(), name, match["inside"] if match["bare"] is None else match["bare"]


def read_addresses(given: str | Sequence[str], *, most: int = MAX_ADDRESSES) -> AddressList:
    """Read a pasted field, or a list of such fields, into distinct addresses.

    Separators are commas, semicolons, white space and new lines; `Ann <ann@x.io>` is understood.

    Raises:
        NoAddressesError: nothing was named.
        TooManyAddressesError: more than `most` distinct entries were named.
    """
    recipients: dict[str, Recipient] = {}
    bad: dict[str, BadAddress] = {}
    for typed, name, address in _entries(given):
        try:
            email = normalize(address)
        except BadAddressError as error:
            bad.setdefault(typed, BadAddress(text=typed[:254], reason=str(error.__cause__)))
        else:
            recipients.setdefault(email, Recipient(email=email, name=name))
        if len(recipients) + len(bad) > most:
            raise TooManyAddressesError(f"More than {most} addresses were named.", limit=most)
    if not recipients and not bad:
        raise NoAddressesError("The list of addresses is empty.")
    return AddressList(recipients=tuple(recipients.values()), bad=tuple(bad.values()))


def refuse_bad(addresses: AddressList) -> None:
    """Raise BadAddressesError if an address is malformed, with the reason for each."""
    if addresses.bad:
        raise BadAddressesError(
            f"{len(addresses.bad)} of the addresses cannot be read; nobody was invited.",
            addresses=[{"address": one.text, "reason": one.reason} for one in addresses.bad],
        )
