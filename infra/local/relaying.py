"""What the emulator leaves out of the emails that it relays to the mailbox, and SES does not: `Reply-To`."""

import json
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from typing import Any

_PATIENCE_SECONDS = 600
"""An email that the mailbox does not take in time is lost, and on a busy machine it takes its time."""

_reply_to: ContextVar[tuple[str, ...]] = ContextVar("_reply_to", default=())


def relay_whole() -> None:
    """Let the emulator of this process relay emails with their `Reply-To`, and wait for the mailbox."""
    from ministack.services import ses, ses_v2  # noqa: PLC0415 - they configure themselves when imported

    ses._SMTP_TIMEOUT_SECONDS = _PATIENCE_SECONDS  # noqa: SLF001 - MiniStack is pinned and has no setting for it
    ses_v2.handle_request = _noting_reply_to(ses_v2.handle_request)
    ses_v2._build_mime_message = _with_reply_to(ses_v2._build_mime_message)  # noqa: SLF001 - the same


def _noting_reply_to(handle: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    async def handle_request(method: str, path: str, headers: Any, body: bytes, query_params: Any) -> Any:  # noqa: ANN401 - MiniStack's own
        _reply_to.set(_addresses(body))
        return await handle(method, path, headers, body, query_params)

    return handle_request


def _with_reply_to(build: Callable[..., str]) -> Callable[..., str]:
    def build_mime_message(*parts: Any) -> str:  # noqa: ANN401 - MiniStack's own
        message = build(*parts)
        addresses = ", ".join(_reply_to.get())
        return f"Reply-To: {addresses}\n{message}" if addresses else message

    return build_mime_message


def _addresses(body: bytes) -> tuple[str, ...]:
    try:
        asked = json.loads(body)
    except ValueError:
        return ()
    return tuple(asked.get("ReplyToAddresses") or ()) if isinstance(asked, dict) else ()
