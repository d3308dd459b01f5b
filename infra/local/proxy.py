"""Forwards requests from the origin to the HTTP API, with the headers that CloudFront sends."""

import httpx
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

_MOST_BYTES = 10 * 1024 * 1024
"""The largest body that an HTTP API accepts."""

_SECONDS = 120.0
"""The timeout: longer than the 30 seconds for which an HTTP API waits for a function.

The emulator's API also waits while a new process of the function starts, which is slow on a busy machine.
"""

_SERVER_HEADERS = frozenset({"date"})
"""Headers of an answer that the origin's server writes itself."""

ORIGIN_VERIFY_HEADER = "x-origin-verify"
_FORWARDED_FOR = "x-forwarded-for"
_OWN_ADDRESS = "127.0.0.1"

_OVERWRITTEN_HEADERS = frozenset({"host", ORIGIN_VERIFY_HEADER, _FORWARDED_FOR})
"""Headers of a request that are written here, whatever the client sent."""

_API_KEY_PREFIX = "usher_"
"""The prefix of organizations' API keys."""

_HOP_BY_HOP_HEADERS = frozenset(
    {
        "connection",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authorization",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)


class HttpApi:
    """Forwards requests to the deployed API."""

    def __init__(self, base: str, *, origin_verify_key: str) -> None:
        """Forward requests to `base`, with the `origin_verify_key` as CloudFront's key.

        `base` is the address of the API's default stage, without a slash at its end.
        """
        self._base = httpx.URL(base)
        self.origin_verify_key = origin_verify_key
        self._client = httpx.AsyncClient(
            timeout=_SECONDS,
            follow_redirects=False,
            trust_env=False,
            limits=httpx.Limits(max_connections=64, max_keepalive_connections=16),
        )

    async def forward(self, request: Request) -> Response:
        """Forward a request and return the API's answer."""
        body = await request.body()
        if len(body) > _MOST_BYTES:
            return JSONResponse({"message": "Request Entity Too Large"}, status_code=413)
        # Built here, not by the httpx client, which would add headers and keep cookies.
        onward = httpx.Request(
            request.method,
            self._base.copy_with(raw_path=self._base.raw_path + _target(request)),
            headers=[
                *(
                    # As bytes: a header may hold more than ASCII.
                    (name, value)
                    for name, value in request.headers.raw
                    if name.decode("latin-1") not in _HOP_BY_HOP_HEADERS | _OVERWRITTEN_HEADERS
                ),
                (ORIGIN_VERIFY_HEADER.encode(), self.origin_verify_key.encode()),
                (_FORWARDED_FOR.encode(), _forwarded_for(request).encode("latin-1")),
            ],
            content=body or None,
        )
        try:
            answer = await self._client.send(onward, stream=True)
            content = b"".join([chunk async for chunk in answer.aiter_raw()])
        except httpx.TimeoutException:
            return JSONResponse({"message": "Gateway Timeout"}, status_code=504)
        except httpx.HTTPError:
            return JSONResponse({"message": "Bad Gateway"}, status_code=502)
        await answer.aclose()
        response = Response(content, status_code=answer.status_code)
        response.raw_headers = [
            (name.lower(), value)
            for name, value in answer.headers.raw
            if name.decode("latin-1").lower() not in _HOP_BY_HOP_HEADERS | _SERVER_HEADERS
        ]
        return response

    async def close(self) -> None:
        """Close the connections to the API."""
        await self._client.aclose()


def _forwarded_for(request: Request) -> str:
    """Return the client's `X-Forwarded-For` with the addresses that CloudFront and the HTTP API append."""
    client = request.client.host if request.client else _OWN_ADDRESS
    return ", ".join([*request.headers.getlist(_FORWARDED_FOR), client, _OWN_ADDRESS])


def _target(request: Request) -> bytes:
    """Return path and query as the client wrote them; a program's path gets the prefix `/keys`."""
    path: bytes = request.scope["raw_path"].partition(b"?")[0]
    if path.startswith(b"/v1/") and request.headers.get("x-api-key", "").startswith(_API_KEY_PREFIX):
        path = b"/keys" + path  # as infra/constructs/organization_keys.js has it
    query: bytes = request.scope["query_string"]
    return path + (b"?" + query if query else b"")
