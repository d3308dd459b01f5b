"""Suggestions for mistyped addresses. A person decides on each; no rule depends on them."""

from __future__ import annotations

import re

from usher.domain.addresses import BadAddressError, normalize

# Providers so common that a domain one typo away from theirs is a typo, with their top-level domains.
_PROVIDERS = {
    "gmail": ("com",),
    "googlemail": ("com",),
    "yahoo": ("com", "co.uk", "co.in", "co.jp", "com.au", "com.br", "ca", "de", "es", "fr", "in", "it"),
    "hotmail": ("com", "co.uk", "com.br", "be", "ca", "ch", "de", "es", "fr", "it", "nl"),
    "outlook": ("com", "co.uk", "com.au", "com.br", "at", "be", "de", "dk", "es", "fr", "ie", "in", "it"),
    "icloud": ("com",),
    "protonmail": ("com", "ch"),
}

_POPULAR = frozenset(f"{name}.{ending}" for name, endings in _PROVIDERS.items() for ending in endings)

# Well-known domains that are one typo away from a popular one, and are right as they are.
_GOOD = _POPULAR | {"cloud.com", "email.com", "fastmail.com", "hotmail.co.za", "mail.com", "ymail.com"}

# Endings that are not top-level domains, and the ones that were probably meant.
_ENDINGS = {
    **dict.fromkeys(("c0m", "ccom", "cim", "cmo", "comm", "con", "coom", "cpm", "ocm", "vom", "xom"), "com"),
    **dict.fromkeys(("ner", "nett", "ney", "nte"), "net"),
    **dict.fromkeys(("ogr", "orgg", "prg", "rog"), "org"),
}

# Endings that exist, but are most likely typos for com after the name of a popular provider.
_SLIPS_OF_COM = ("", "cm", "co", "om")

_AT = re.compile(r"\s*(?:@[\s@]*|[(\[]at[)\]]\s*|\sat\s+)", re.IGNORECASE)
_MOST = 400
"""The longest text, in characters, for which a suggestion is sought; no address is as long."""

_WRAPPING = " \t\r\n<>()[]\"'`.,;:"


def suggest(email: str) -> str | None:
    """Return the address that was probably meant, in its normal form; None if there is nothing to suggest.

    The text need not be an address: `ann@gmial.com`, `ann@acme.con`, `ann@gmail,com`,
    `ann @ x.io`, `ann@@x.io`, `anngmail.com`.
    """
    typed = email.strip().lower()
    name, domain = _parts(typed) if len(typed) <= _MOST else ("", "")
    if not name or not domain:
        return None
    meant = f"{name}@{_meant_domain(domain)}"
    if meant == typed:
        return None
    try:
        meant, given = normalize(meant), _normal_or_none(typed)
    except BadAddressError:
        return None
    return None if meant == given else meant


def _normal_or_none(text: str) -> str | None:
    try:
        return normalize(text)
    except BadAddressError:
        return None


def _parts(typed: str) -> tuple[str, str]:
    """Return name and domain with typos of punctuation corrected; two empty texts if there is no @."""
    text = typed.strip(_WRAPPING).removeprefix("mailto:")
    name, at, domain = _one_at(text)
    if not at:
        return _without_at(text)
    return _dotted(name), _dotted("".join(domain.split()))


def _one_at(text: str) -> tuple[str, str, str]:
    found = _AT.search(text)
    if found is None:
        return text, "", ""
    return text[: found.start()], "@", text[found.end() :]


def _without_at(text: str) -> tuple[str, str]:
    """Return name and domain of a text that ends in a popular domain, such as `anngmail.com`."""
    for domain in _POPULAR:
        if text.endswith(domain):
            return text.removesuffix(domain).rstrip("."), domain
    return "", ""


def _dotted(text: str) -> str:
    """Return the text with each comma, or dots with spaces around them, replaced by a single dot."""
    return re.sub(r"\s*[.,][\s.,]*", ".", text).strip(".")


def _meant_domain(domain: str) -> str:
    if domain in _GOOD:
        return domain
    name, _, ending = domain.partition(".")
    front, _, last = ending.rpartition(".")
    last = _ENDINGS.get(last, last)
    ending = f"{front}.{last}" if front else last
    if name in _PROVIDERS:
        return f"{name}.com" if ending in _SLIPS_OF_COM else f"{name}.{ending}"
    if f"{name}.{ending}" in _GOOD:
        return f"{name}.{ending}"
    for provider, endings in _PROVIDERS.items():
        if not ending and name.removesuffix("com") == provider:
            return f"{provider}.com"
        meant = "com" if ending in _SLIPS_OF_COM else ending
        if meant in endings and _is_one_slip(name, provider):
            return f"{provider}.{meant}"
    return f"{name}.{ending}" if ending else name


def _is_one_slip(first: str, second: str) -> bool:
    """Return whether the words differ by one letter added, dropped or replaced, or by two swapped ones."""
    while first and second and first[0] == second[0]:
        first, second = first[1:], second[1:]
    while first and second and first[-1] == second[-1]:
        first, second = first[:-1], second[:-1]
    swapped = len(first) == 2 and first == second[::-1]  # noqa: PLR2004 - a pair
    return swapped or (len(first) <= 1 and len(second) <= 1)
