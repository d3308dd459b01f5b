"""Patches MiniStack to relay emails with their `Reply-To`, tags and further headers, which it leaves out."""

import json
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from typing import Any

_SMTP_TIMEOUT_SECONDS = 600
"""MiniStack drops an email that the mailbox does not accept in time, which on a busy machine may be long."""

TAGS_HEADER = "X-SES-MESSAGE-TAGS"
"""The header in which SES takes an email's tags, in which they reach the mailbox."""

_headers: ContextVar[tuple[str, ...]] = ContextVar("_headers", default=())
"""The header lines of the email that the present request sends."""


def patch_mail_relay() -> None:
    """Make the MiniStack of this process relay emails with all headers, and wait for the mailbox."""
    from ministack.services import ses, ses_v2  # noqa: PLC0415 - importing them reads the environment

    ses._SMTP_TIMEOUT_SECONDS = _SMTP_TIMEOUT_SECONDS  # noqa: SLF001 - MiniStack is pinned and has no setting for it
    ses_v2.handle_request = _remember_headers(ses_v2.handle_request)
    ses_v2._build_mime_message = _add_headers(ses_v2._build_mime_message)  # noqa: SLF001 - the same


def _remember_headers(handle: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    async def handle_request(method: str, path: str, headers: Any, body: bytes, query_params: Any) -> Any:  # noqa: ANN401 - MiniStack's own
        _headers.set(header_lines(body))
        return await handle(method, path, headers, body, query_params)

    return handle_request


def _add_headers(build: Callable[..., str]) -> Callable[..., str]:
    def build_mime_message(*parts: Any) -> str:  # noqa: ANN401 - MiniStack's own
        return "".join(f"{line}\n" for line in _headers.get()) + build(*parts)

    return build_mime_message


def header_lines(body: bytes) -> tuple[str, ...]:
    """Return the lines of the headers that a SendEmail request names beside those that MiniStack writes."""
    try:
        request = json.loads(body)
    except ValueError:
        return ()
    if not isinstance(request, dict):
        return ()
    addresses = ", ".join(request.get("ReplyToAddresses") or ())
    named = ((request.get("Content") or {}).get("Simple") or {}).get("Headers") or ()
    lines = [f"{header['Name']}: {header['Value']}" for header in named]
    tags = ", ".join(f"{tag['Name']}={tag['Value']}" for tag in request.get("EmailTags") or ())
    return (
        *([f"Reply-To: {addresses}"] if addresses else []),
        *([f"{TAGS_HEADER}: {tags}"] if tags else []),
        *lines,
    )
