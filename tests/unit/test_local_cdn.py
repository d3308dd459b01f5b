"""The way through the one origin changes nothing of a request or an answer."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match, Route

from infra.constructs.api_paths import API_PATHS
from infra.local.aws import Aws
from infra.local.cdn import Cdn
from infra.local.mailbox import Email, Mailbox
from infra.local.proxy import HttpApi
from infra.local.servers import http_server, listening
from infra.local.site import StaticSite


async def _behind(
    answer: Callable[[Request], Awaitable[Response]], *asked: httpx.Request
) -> list[httpx.Response]:
    """Ask through the origin; `answer` plays the API."""
    methods = ["GET", "HEAD", "POST", "PATCH", "DELETE"]
    api_app = Starlette(routes=[Route("/stage/{rest:path}", answer, methods=methods)])
    with listening(0) as api_socket, listening(0) as front_socket:
        base = f"http://127.0.0.1:{api_socket.getsockname()[1]}/stage"
        api = HttpApi(base, origin_verify_key="the front's own")
        front_app = Starlette(routes=[Route("/{rest:path}", api.forward, methods=methods)])
        async with http_server(api_app, api_socket), http_server(front_app, front_socket):
            port = front_socket.getsockname()[1]
            async with httpx.AsyncClient(trust_env=False) as client:
                answers = []
                for request in asked:
                    request.url = request.url.copy_with(host="127.0.0.1", port=port)
                    answers.append(await client.send(request))
            await api.close()
            return answers


def test_path_query_headers_and_body_arrive_as_they_were_sent() -> None:
    seen: list[dict[str, Any]] = []

    async def answer(request: Request) -> Response:
        seen.append(
            {
                "method": request.method,
                "path": request.scope["raw_path"],
                "query": request.scope["query_string"],
                "cookie": request.headers.get("cookie"),
                "own": request.headers.get("x-api-key"),
                "body": await request.body(),
            }
        )
        return Response()

    request = httpx.Request(
        "PATCH",
        "http://x/v1/a%20b%2Fc?x=1&x=%2B&empty=",
        headers={"cookie": "a=1; b=2", "x-api-key": "k"},
        content=b"\x00\xff",
    )
    asyncio.run(_behind(answer, request))

    assert seen == [
        {
            "method": "PATCH",
            "path": b"/stage/v1/a%20b%2Fc",
            "query": b"x=1&x=%2B&empty=",
            "cookie": "a=1; b=2",
            "own": "k",
            "body": b"\x00\xff",
        }
    ]


def test_a_header_beyond_ascii_arrives_as_it_was_sent() -> None:
    seen: list[bytes | None] = []

    async def answer(request: Request) -> Response:
        seen.append(dict(request.headers.raw).get(b"x-name"))
        return Response()

    headers = [(b"x-name", "Zoë".encode()), (b"x-forwarded-for", b"\xff")]
    (answered,) = asyncio.run(_behind(answer, httpx.Request("GET", "http://x/v1/me", headers=headers)))

    assert answered.status_code == 200
    assert seen == ["Zoë".encode()]


def test_an_organizations_key_leads_to_the_api_key_path_and_no_other_does() -> None:
    seen: list[str] = []

    async def answer(request: Request) -> Response:
        seen.append(request.url.path)
        return Response()

    key = {"x-api-key": "usher_o_k_s"}
    asked = [
        httpx.Request("GET", "http://x/v1/organizations/o", headers=key),
        httpx.Request("GET", "http://x/v1/entitlements", headers={"x-api-key": "platform"}),
        httpx.Request("GET", "http://x/learn", headers=key),
        httpx.Request("GET", "http://x/v1/me"),
    ]
    asyncio.run(_behind(answer, *asked))

    stage = "/stage"
    assert [path.removeprefix(stage) for path in seen] == [
        "/keys/v1/organizations/o",
        "/v1/entitlements",
        "/learn",
        "/v1/me",
    ]


def test_the_front_says_whose_request_it_is_and_nobody_else_can() -> None:
    """As CloudFront and the HTTP API do it: the client's address is the second from the right."""
    seen: list[tuple[list[str], list[str]]] = []

    async def answer(request: Request) -> Response:
        seen.append((request.headers.getlist("x-forwarded-for"), request.headers.getlist("x-origin-verify")))
        return Response()

    lying = {"x-forwarded-for": "192.0.2.1", "x-origin-verify": "a guess"}
    asyncio.run(
        _behind(
            answer, httpx.Request("GET", "http://x/learn"), httpx.Request("GET", "http://x/", headers=lying)
        )
    )

    assert seen == [
        (["127.0.0.1, 127.0.0.1"], ["the front's own"]),
        (["192.0.2.1, 127.0.0.1, 127.0.0.1"], ["the front's own"]),
    ]


def test_status_headers_and_every_cookie_come_back() -> None:
    async def answer(_request: Request) -> Response:
        response = Response("held", status_code=429, headers={"retry-after": "60", "location": "/learn"})
        response.set_cookie("one", "1")
        response.set_cookie("two", "2")
        return response

    first, second = asyncio.run(
        _behind(answer, httpx.Request("GET", "http://x/i/t"), httpx.Request("HEAD", "http://x/i/t"))
    )

    assert first.status_code == 429
    assert first.text == "held"
    assert first.headers["retry-after"] == "60"
    assert [cookie.partition(";")[0] for cookie in first.headers.get_list("set-cookie")] == ["one=1", "two=2"]
    assert second.status_code == 429
    assert second.content == b""


def test_one_callers_cookies_never_reach_another() -> None:
    seen: list[str | None] = []

    async def answer(request: Request) -> Response:
        seen.append(request.headers.get("cookie"))
        response = Response()
        response.set_cookie("session", "of the first")
        return response

    async def two_callers() -> None:
        await _behind(answer, httpx.Request("GET", "http://x/learn"), httpx.Request("GET", "http://x/learn"))

    asyncio.run(two_callers())

    assert seen[0] is None
    assert seen[1] is None


@pytest.fixture(scope="module")
def api() -> HttpApi:
    return HttpApi("http://127.0.0.1:1/stage", origin_verify_key="the front's own")


@pytest.fixture(scope="module")
def cdn(api: HttpApi) -> Starlette:
    async def ignore(_email: Email) -> None: ...

    now = datetime(2026, 1, 5, tzinfo=UTC)
    return Cdn(
        api=api,
        mailbox=Mailbox(path=Path("nowhere"), now=lambda: now, on_email=ignore),
        site=StaticSite(Aws("http://127.0.0.1:1").objects, "console", uploads="http://127.0.0.1:1"),
        now=lambda: now,
        entitlements_key="key",
    ).app()


def _leads_to(api: HttpApi, cdn: Starlette, path: str) -> bool:
    scope = {"type": "http", "method": "GET", "path": path, "headers": []}
    routes = [route for route in cdn.routes if isinstance(route, Route)]
    matched = [route for route in routes if route.matches(scope)[0] is Match.FULL]
    return bool(matched) and matched[0].endpoint == api.forward


@pytest.mark.parametrize(
    "path", [*(path.replace("*", "some/rest") for path in API_PATHS), "/i", "/join", "/c"]
)
def test_the_paths_that_cloudfront_sends_to_the_api_lead_there(
    path: str, api: HttpApi, cdn: Starlette
) -> None:
    assert _leads_to(api, cdn, path)


@pytest.mark.parametrize("path", ["/", "/docs", "/learning", "/v1", "/organizations/01K/team", "/sign-in"])
def test_all_other_paths_lead_elsewhere(path: str, api: HttpApi, cdn: Starlette) -> None:
    assert not _leads_to(api, cdn, path)


def test_every_answer_is_dated_by_the_stacks_clock(cdn: Starlette) -> None:
    async def ask() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=cdn)) as client:
            return await client.get("http://localhost/healthz")

    assert asyncio.run(ask()).headers.get_list("date") == ["Mon, 05 Jan 2026 00:00:00 GMT"]
