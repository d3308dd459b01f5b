"""Logos that organizations upload (decision 0062)."""

from __future__ import annotations

import re
from datetime import timedelta

from usher.domain.errors import InvalidError, RefusedError

MAX_BYTES = 1_000_000
MAX_PIXELS = 8_000_000
"""Decoded, 32 MB: little beside the memory of the function that decodes it."""

LONGEST_SIDE = 512
UPLOAD_FOR = timedelta(minutes=15)
"""How long a form to upload a logo is valid."""

_UPLOAD = re.compile(r"[0-9A-HJKMNP-TV-Z]{26}")
_PATH = re.compile(r"/logos/[^/]{1,64}/[0-9a-f]{64}\.png")


class BadLogoError(InvalidError):
    """The uploaded file is no image that can be a logo."""

    code = "bad_logo"
    title = "Not a usable logo"
    fields = ("upload",)
    next_action = (
        f"Upload a PNG, JPEG or WebP image of at most {MAX_BYTES // 1_000_000} MB "
        f"and {MAX_PIXELS // 1_000_000} million pixels."
    )


class LogoNotUploadedError(RefusedError):
    """Nothing was uploaded with the form."""

    code = "logo_not_uploaded"
    title = "No logo was uploaded"
    fields = ("upload",)
    next_action = "Post the file with the form first, or ask for a new form."


def is_upload(text: str) -> bool:
    """Return whether the text can be the id of an upload."""
    return _UPLOAD.fullmatch(text) is not None


def logo_path(organization: str, digest: str) -> str:
    """Return the path of an uploaded logo on the origin."""
    return f"/logos/{organization}/{digest}.png"


def is_logo_path(text: str) -> bool:
    """Return whether the text is the path of an uploaded logo."""
    return _PATH.fullmatch(text) is not None


def absolute_logo(logo_url: str, *, origin: str) -> str:
    """Return the address of a logo as programs outside the origin need it; empty for none."""
    return origin + logo_url if is_logo_path(logo_url) else logo_url
