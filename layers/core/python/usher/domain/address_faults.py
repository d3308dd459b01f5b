"""What is wrong with a text that is no email address, as a code that programs can word themselves."""

from __future__ import annotations

from enum import StrEnum

from usher.domain.email_syntax import check_syntax

_MAX_LOCAL = 64
"""The most characters before the @-sign (RFC 5321, 4.5.3.1.1)."""


class AddressFault(StrEnum):
    """Why a text is refused as an address; values stay what they are."""

    NO_ADDRESS = "no_address"
    NO_AT_SIGN = "no_at_sign"
    SEVERAL_AT_SIGNS = "several_at_signs"
    NOTHING_BEFORE_AT_SIGN = "nothing_before_at_sign"
    NOTHING_AFTER_AT_SIGN = "nothing_after_at_sign"
    TOO_LONG = "too_long"
    NO_TOP_LEVEL_DOMAIN = "no_top_level_domain"
    BAD_DOMAIN = "bad_domain"
    BAD_LOCAL_PART = "bad_local_part"
    SEVERAL_ADDRESSES = "several_addresses"
    BAD_NAME = "bad_name"


def fault_of(text: str, *, longest: int) -> AddressFault:
    """Return the first fault of a text that is not an address, from the outside to the inside.

    An address has at most `longest` characters.
    """
    local, at, domain = text.strip().rpartition("@")
    faults = {
        AddressFault.NO_AT_SIGN: not at,
        AddressFault.SEVERAL_AT_SIGNS: "@" in local,
        AddressFault.NOTHING_BEFORE_AT_SIGN: not local,
        AddressFault.NOTHING_AFTER_AT_SIGN: not domain,
        AddressFault.TOO_LONG: len(local) > _MAX_LOCAL or len(local) + len(at) + len(domain) > longest,
        AddressFault.NO_TOP_LEVEL_DOMAIN: "." not in domain,
    }
    found = next((fault for fault, is_there in faults.items() if is_there), None)
    if found is not None:
        return found
    return AddressFault.BAD_LOCAL_PART if _is_domain(domain) else AddressFault.BAD_DOMAIN


def _is_domain(domain: str) -> bool:
    try:
        check_syntax(f"a@{domain}")
    except ValueError:
        return False
    return True
