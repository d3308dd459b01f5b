"""The way from the one origin to the HTTP API, as CloudFront goes it: all but `Host`, and who asks."""

import httpx
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

_MOST_BYTES = 10 * 1024 * 1024
"""What an HTTP API takes in one request."""

_SECONDS = 120.0
"""Longer than an HTTP API waits for a function, which is 30 seconds.

The emulator's also waits while a new process of the function starts; on a busy machine that takes its time.
"""

_OURS = frozenset({"date"})
"""The front's server writes these itself."""

_FRONT_KEY = "x-usher-front"
_FORWARDED_FOR = "x-forwarded-for"
_OWN_ADDRESS = "127.0.0.1"

_WRITTEN_HERE = frozenset({"host", _FRONT_KEY, _FORWARDED_FOR})
"""Of the request's headers, those that are not the client's to write."""

_OF_ORGANIZATIONS = "usher_"
"""How an organization's API key begins."""

_ONE_CONNECTION_ONLY = frozenset(
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
    """Passes requests on to the deployed API."""

    def __init__(self, base: str, *, front_key: str) -> None:
        """Pass requests on to `base` as the front that has the `front_key`.

        `base` is where the API's default stage is reached, without a slash at its end.
        """
        self._base = httpx.URL(base)
        self._front_key = front_key
        self._client = httpx.AsyncClient(
            timeout=_SECONDS,
            follow_redirects=False,
            trust_env=False,
            limits=httpx.Limits(max_connections=64, max_keepalive_connections=16),
        )

    async def forward(self, request: Request) -> Response:
        """Answer with what the API answers."""
        body = await request.body()
        if len(body) > _MOST_BYTES:
            return JSONResponse({"message": "Request Entity Too Large"}, status_code=413)
        # A request of its own and not the client's: the client would add headers and remember cookies.
        onward = httpx.Request(
            request.method,
            self._base.copy_with(raw_path=self._base.raw_path + _target(request)),
            headers=[
                *(
                    # As bytes: a header may hold more than ASCII.
                    (name, value)
                    for name, value in request.headers.raw
                    if name.decode("latin-1") not in _ONE_CONNECTION_ONLY | _WRITTEN_HERE
                ),
                (_FRONT_KEY.encode(), self._front_key.encode()),
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
            if name.decode("latin-1").lower() not in _ONE_CONNECTION_ONLY | _OURS
        ]
        return response

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()


def _forwarded_for(request: Request) -> str:
    """The client's address behind what the client says, as CloudFront adds it, and ours, as the API does."""
    client = request.client.host if request.client else _OWN_ADDRESS
    return ", ".join([*request.headers.getlist(_FORWARDED_FOR), client, _OWN_ADDRESS])


def _target(request: Request) -> bytes:
    """Path and query as the client wrote them, escapes and all; programs go to a door of their own."""
    path: bytes = request.scope["raw_path"].partition(b"?")[0]
    if path.startswith(b"/v1/") and request.headers.get("x-api-key", "").startswith(_OF_ORGANIZATIONS):
        path = b"/keys" + path  # as infra/constructs/organization_keys.js has it
    query: bytes = request.scope["query_string"]
    return path + (b"?" + query if query else b"")
