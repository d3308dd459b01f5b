"""What the one origin answers while the stack behind it starts: 503, and what is being done."""

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

_HEALTH = "/healthz"
_RETRY_AFTER_SECONDS = 1


class Startup:
    """An ASGI application that stands before the front from the first moment on.

    All of it answers 503 until `serve` is called, and the health check until `ready` is.
    """

    def __init__(self) -> None:
        """Nothing is behind it yet."""
        self.doing = "Starting …"
        self._front: ASGIApp | None = None
        self._ready = False

    def serve(self, front: ASGIApp) -> None:
        """Pass requests on from now on; the demonstration is made through the front itself."""
        self._front = front

    def ready(self) -> None:
        """The demonstration is there: the health check may say so."""
        self._ready = True

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return  # neither sockets nor a life span: the server goes on without
        unhealthy = not self._ready and scope["path"] == _HEALTH
        app = self._starting(Request(scope)) if self._front is None or unhealthy else self._front
        await app(scope, receive, send)

    def _starting(self, request: Request) -> JSONResponse:
        return JSONResponse(
            {
                "type": "about:blank",
                "title": "Usher is starting",
                "status": 503,
                "detail": self.doing,
                "instance": request.url.path,
                "code": "starting",
                "next_action": "Wait until `make run` says that Usher is up.",
            },
            status_code=503,
            media_type="application/problem+json",
            headers={"retry-after": str(_RETRY_AFTER_SECONDS), "cache-control": "no-store"},
        )
