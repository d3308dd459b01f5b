"""Answers at the origin while the stack starts: 503, with the step that is being done."""

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

_HEALTH = "/healthz"
_RETRY_AFTER_SECONDS = 1


class Startup:
    """The ASGI application of the origin, from the first moment on.

    It answers 503 to everything until `serve` is called, and to the health check until `ready` is called.
    """

    def __init__(self) -> None:
        """Answer 503 until `serve` is called."""
        self.step = "Starting …"
        self._app: ASGIApp | None = None
        self._ready = False

    def serve(self, app: ASGIApp) -> None:
        """Pass requests on to `app` from now on, through which the demonstration data is created."""
        self._app = app

    def ready(self) -> None:
        """Let the health check answer: the demonstration data is complete."""
        self._ready = True

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return  # no WebSockets and no lifespan events; the server needs neither
        unhealthy = not self._ready and scope["path"] == _HEALTH
        app = self._starting(Request(scope)) if self._app is None or unhealthy else self._app
        await app(scope, receive, send)

    def _starting(self, request: Request) -> JSONResponse:
        return JSONResponse(
            {
                "type": "about:blank",
                "title": "Usher is starting",
                "status": 503,
                "detail": self.step,
                "instance": request.url.path,
                "code": "starting",
                "next_action": "Wait until `make run` says that Usher is up.",
            },
            status_code=503,
            media_type="application/problem+json",
            headers={"retry-after": str(_RETRY_AFTER_SECONDS), "cache-control": "no-store"},
        )
