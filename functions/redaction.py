"""Redaction: replaces email addresses, tokens and URL queries in values that are logged.

The texts of exceptions and libraries are not known beforehand: SES names the recipient when it refuses an
email, urllib3 the URL that it called. It is better to replace too much than too little.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

EMAIL = "(email)"
TOKEN = "(token)"  # noqa: S105 - the replacement of a token
QUERY = "(query)"

MAX_TEXT = 4096
"""The most characters of a text that are logged; it also bounds the time of the expressions below."""

_EMAIL = re.compile(
    r"""
    (?:"(?:[^"\\]|\\.){1,64}" | "[^"]{1,64}" | [^\s"<>(),:;@\\]{1,320})  # a local part, quoted or not
    (?:@ | \uFF20 | %(?:25)*40)                                          # as typed, full-width, in a URL
    (?:\[[^\]\s]{1,255}\] | [^\s"'<>(),:;@\\]+)                          # an IP literal, or a domain
    """,
    re.VERBOSE,
)
_TOKEN = re.compile(
    r"""
    \b[0-9A-Z]{26}\.(?:[0-9a-z_]{1,40}\.)?[a-z0-9]{1,16}\.[\w-]{16,}  # of an emailed link or a download
    | (?<![\w-])\.?eyJ[\w.-]{8,} | (?<![\w-])\.eJ[\w.-]{8,}      # a JWT; a signed cookie, compressed or not
    | \busher_[0-9A-Z]{26}_[0-9A-Z]{26}_[0-9a-f]{16,}            # an API key
    | \bwhsec_[\w+/=-]+                                          # a webhook's secret
    """,
    re.VERBOSE,
)
_AUTHORIZATION = re.compile(r"\b(Bearer|Basic)\s+[\w.~+/=-]+", re.IGNORECASE)
_NAMED = re.compile(
    r"""\b([\w-]*(?:token|secret|password|signature|session|csrf|code_verifier)["']?\s*[=:]\s*["']?)[^\s"'&;,{}()]+""",
    re.IGNORECASE,
)
_PATH = re.compile(r"""(/(?:i|v1/downloads|learn/(?:enter|notices|reminders)|c/[^/\s"'?]+)/)[^/\s"'?]+""")
"""The paths that have a credential: an emailed link's token, that of a download, or a code."""

_QUERY = re.compile(r"""\?[\w.%~+-]{1,128}=[^\s"'<>]*""")


def redact(value: object) -> object:
    """Return the value as it may be logged: JSON's types, with every text in it redacted.

    An exception becomes the name of its class, any other value that is not JSON its text.
    """
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, str):
        return redact_text(value)
    if isinstance(value, BaseException):
        return type(value).__qualname__
    if isinstance(value, Mapping):
        return {redact_text(str(key)): redact(one) for key, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [redact(one) for one in value]
    return redact_text(str(value))


def redact_text(text: str) -> str:
    """Return the text without email addresses, tokens, and the queries of URLs, cut to MAX_TEXT."""
    if len(text) > MAX_TEXT:
        text = f"{text[:MAX_TEXT]}…"
    text = _QUERY.sub(f"?{QUERY}", text)
    text = _TOKEN.sub(TOKEN, text)
    text = _PATH.sub(rf"\1{TOKEN}", text)
    text = _AUTHORIZATION.sub(rf"\1 {TOKEN}", text)
    text = _NAMED.sub(rf"\1{TOKEN}", text)
    return _EMAIL.sub(EMAIL, text)
