"""Patches MiniStack to relay emails with their `Reply-To`, which it leaves out."""

import json
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from typing import Any

_SMTP_TIMEOUT_SECONDS = 600
"""MiniStack drops an email that the mailbox does not accept in time, which on a busy machine may be long."""

_reply_to: ContextVar[tuple[str, ...]] = ContextVar("_reply_to", default=())


def patch_mail_relay() -> None:
    """Make the MiniStack of this process relay emails with their `Reply-To`, and wait for the mailbox."""
    from ministack.services import ses, ses_v2  # noqa: PLC0415 - importing them reads the environment

    ses._SMTP_TIMEOUT_SECONDS = _SMTP_TIMEOUT_SECONDS  # noqa: SLF001 - MiniStack is pinned and has no setting for it
    ses_v2.handle_request = _remember_reply_to(ses_v2.handle_request)
    ses_v2._build_mime_message = _add_reply_to(ses_v2._build_mime_message)  # noqa: SLF001 - the same


def _remember_reply_to(handle: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    async def handle_request(method: str, path: str, headers: Any, body: bytes, query_params: Any) -> Any:  # noqa: ANN401 - MiniStack's own
        _reply_to.set(_addresses(body))
        return await handle(method, path, headers, body, query_params)

    return handle_request


def _add_reply_to(build: Callable[..., str]) -> Callable[..., str]:
    def build_mime_message(*parts: Any) -> str:  # noqa: ANN401 - MiniStack's own
        message = build(*parts)
        addresses = ", ".join(_reply_to.get())
        return f"Reply-To: {addresses}\n{message}" if addresses else message

    return build_mime_message


def _addresses(body: bytes) -> tuple[str, ...]:
    try:
        request = json.loads(body)
    except ValueError:
        return ()
    return tuple(request.get("ReplyToAddresses") or ()) if isinstance(request, dict) else ()
