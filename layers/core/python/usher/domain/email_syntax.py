"""The syntax of addresses, by a library that is loaded when the first address is checked.

Most functions only handle addresses that were checked before, and the library's tables take a tenth of their
start (decision 0089).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from email_validator import ValidatedEmail


def check_syntax(address: str) -> ValidatedEmail:
    """Return a well-formed address in its parts and its normal form; whether anybody has it is not asked.

    Raises:
        ValueError: it is not well formed; the text says why.
    """
    from email_validator import validate_email  # noqa: PLC0415 - most functions check no address

    return validate_email(address, strict=True, check_deliverability=False, allow_smtputf8=False)
