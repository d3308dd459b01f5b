"""The pages that stand for the demonstration's courses on a learning platform."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from infra.local.aws import Aws
from infra.local.cdn import Cdn
from infra.local.demo_courses import COURSES, DemoCourse
from infra.local.mailbox import Email, Mailbox
from infra.local.proxy import HttpApi
from infra.local.site import StaticSite
from usher.domain.course_urls import check_course_url


def get(path: str) -> httpx.Response:
    """Ask the local stack's origin, in this process."""

    async def ignore(_email: Email) -> None: ...

    now = datetime(2027, 1, 4, tzinfo=UTC)
    app = Cdn(
        api=HttpApi("http://127.0.0.1:1/stage", origin_verify_key="the front's own"),
        mailbox=Mailbox(path=Path("nowhere"), now=lambda: now, on_email=ignore),
        site=StaticSite(Aws("http://127.0.0.1:1").objects, "console", uploads="http://127.0.0.1:1"),
        now=lambda: now,
        entitlements_key="key",
    ).app()

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost:8000") as client:
            return await client.get(path)

    return asyncio.run(ask())


@pytest.mark.parametrize("course", COURSES, ids=lambda course: course.slug)
def test_each_product_of_the_demonstration_leads_to_a_page_that_names_it(course: DemoCourse) -> None:
    page = get(course.path)

    assert page.status_code == 200
    assert f"<h1>{course.name}</h1>" in page.text
    assert "stands for the learning platform" in page.text
    assert "<script" not in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert check_course_url(f"http://localhost:8000{course.path}")


def test_another_address_is_no_course() -> None:
    assert get("/demo/courses/%3Cscript%3E").status_code == 404
