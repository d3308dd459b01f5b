"""The one script of the pages, which they do without where it does not run: it shows a password as typed."""

import hashlib
from functools import cache
from http import HTTPStatus
from pathlib import Path

from aws_lambda_powertools.event_handler import Response

PATH = "/learn/static"

_FILE = Path(__file__).parent / "static" / "show_password.js"
_YEAR = 365 * 24 * 3600


@cache
def _source() -> str:
    return _FILE.read_text(encoding="utf-8")


@cache
def script_name() -> str:
    """Return the script's name, which has its content's hash, so that browsers may keep it for good."""
    return f"show-password-{hashlib.sha256(_source().encode()).hexdigest()[:12]}.js"


def script_path() -> str:
    """Return the path that the pages load the script from: the same function, so always of their version."""
    return f"{PATH}/{script_name()}"


def script_answer(method: str) -> Response[str]:
    """Return the script, which never changes under its name."""
    return Response(
        status_code=HTTPStatus.OK,
        content_type="text/javascript; charset=utf-8",
        body="" if method == "HEAD" else _source(),
        headers={
            "Cache-Control": f"public, max-age={_YEAR}, immutable",
            "Cross-Origin-Resource-Policy": "same-origin",
            "X-Content-Type-Options": "nosniff",
        },
    )
