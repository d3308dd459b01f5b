"""What the one origin answers while the stack behind it starts."""

import asyncio

import httpx
from starlette.requests import Request
from starlette.responses import PlainTextResponse

from infra.local.startup import Startup


def _answers(startup: Startup, *paths: str) -> list[httpx.Response]:
    async def ask() -> list[httpx.Response]:
        transport = httpx.ASGITransport(app=startup)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            return [await client.get(path) for path in paths]

    return asyncio.run(ask())


def _front(startup: Startup) -> None:
    async def front(scope, receive, send) -> None:  # type: ignore[no-untyped-def] # noqa: ANN001 - any ASGI app
        await PlainTextResponse(f"front: {Request(scope).url.path}")(scope, receive, send)

    startup.serve(front)


def test_before_there_is_a_stack_all_of_it_says_what_is_being_done() -> None:
    startup = Startup()
    startup.step = "Deploying it to the emulator …"

    for answer in _answers(startup, "/", "/healthz", "/v1/me"):
        assert answer.status_code == 503
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.headers["retry-after"] == "1"
        assert answer.json()["code"] == "starting"
        assert answer.json()["detail"] == "Deploying it to the emulator …"


def test_while_the_demonstration_is_made_only_the_health_check_says_no() -> None:
    startup = Startup()
    _front(startup)
    home, health = _answers(startup, "/", "/healthz")

    assert home.text == "front: /"
    assert health.status_code == 503


def test_with_the_demonstration_there_the_front_answers_all() -> None:
    startup = Startup()
    _front(startup)
    startup.ready()
    (health,) = _answers(startup, "/healthz")

    assert health.text == "front: /healthz"
