"""Patches MiniStack to have a password's code written by the user pool's trigger, and checked.

MiniStack calls the trigger of custom messages for invited users alone, and on the thread that serves all
requests, the trigger's own to the table included. It takes any code unless it checks the signatures of all
requests as well (its setting AUTH).
"""

import contextvars
import threading
from collections.abc import Callable
from typing import Any

_CAUSE = "CustomMessage_ForgotPassword"
_CODE = "{####}"


def patch_password_codes() -> None:
    """Make the MiniStack of this process call the trigger for a forgotten password, and check the code."""
    from ministack.services import cognito  # noqa: PLC0415 - importing it reads the environment

    cognito._confirm_forgot_password = _checked(cognito, cognito._confirm_forgot_password)  # noqa: SLF001 - see below
    cognito._send_verification_email = _by_trigger(cognito, cognito._send_verification_email)  # noqa: SLF001 - MiniStack is pinned and has no setting for it


def _checked(cognito: Any, confirm: Callable[..., Any]) -> Callable[..., Any]:  # noqa: ANN401 - MiniStack's own
    """Return the setting of a new password, which refuses a code that is wrong or was used."""

    def confirm_by_code(request: dict[str, Any]) -> Any:  # noqa: ANN401 - MiniStack's own
        refusal = cognito._confirmation_code_error("ConfirmForgotPassword", request)  # noqa: SLF001 - as in patch_password_codes
        return confirm(request) if refusal is None else refusal

    return confirm_by_code


def _by_trigger(cognito: Any, send: Callable[..., Any]) -> Callable[..., Any]:  # noqa: ANN401 - MiniStack's own
    """Return the sending of codes, in which the trigger writes those of forgotten passwords."""

    def deliver(pool: dict[str, Any], username: str, attributes: dict[str, str], code: str) -> None:
        written = cognito._apply_custom_message_trigger(pool, _CAUSE, username, attributes)  # noqa: SLF001 - the same
        subject, body = written.get("emailSubject"), written.get("emailMessage")
        if not subject or not body:
            send(pool, username, attributes, code, attribute_name="password")
            return
        cognito._deliver_cognito_email(  # noqa: SLF001 - the same
            pool, attributes["email"], subject, body.replace(_CODE, code), "CognitoVerificationMessage"
        )

    def send_code(
        pool: dict[str, Any],
        username: str,
        attributes: dict[str, str],
        code: str,
        attribute_name: str = "email",
    ) -> Any:  # noqa: ANN401 - MiniStack's own
        if attribute_name != "password" or not (pool.get("LambdaConfig") or {}).get("CustomMessage"):
            return send(pool, username, attributes, code, attribute_name=attribute_name)
        context = contextvars.copy_context()
        threading.Thread(
            target=context.run, args=(deliver, pool, username, attributes, code), daemon=True
        ).start()
        return None

    return send_code
