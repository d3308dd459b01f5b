"""What may be logged of a text, and what stands in the place of the rest."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from enum import StrEnum

import pytest

from functions.redaction import MAX_TEXT, redact, redact_text
from tests.support.leaky_errors import INVITE, JWT, LINK_TOKEN, MAC

API_KEY = f"usher_{INVITE}_{INVITE}_{'0f' * 32}"


@pytest.mark.parametrize(
    "address",
    [
        "ann@x.io",
        "ann.lee+courses@mail.x.io",
        "o'neill@x.io",
        "{ann=lee/x}@x.io",
        '"ann lee"@x.io',
        r'"ann \"a\" lee"@x.io',
        '"ann@home"@x.io',
        "jörg@bücher.example",
        "用户@例子.广告",
        "ann@xn--bcher-kva.example",
        "ann@[192.0.2.1]",
        "ann\N{FULLWIDTH COMMERCIAL AT}x.io",
        "ann%40x.io",
        "ann%2540x.io",
        "ann@localhost",
    ],
)
def test_an_address_is_replaced_whole(address: str) -> None:
    assert redact_text(f"Sent to {address} (again)") == "Sent to (email) (again)"
    assert redact_text(f"<{address}>, twice") == "<(email)>, twice"


def test_every_address_of_a_list_is_replaced() -> None:
    assert redact_text("ann@x.io, bob@x.io;cy@x.io") == "(email), (email);(email)"


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        (f"GET /i/{LINK_TOKEN} 500", "GET /i/(token) 500"),
        (f"https://usher.example/i/{LINK_TOKEN}?x=1", "https://usher.example/i/(token)?(query)"),
        (f"the token {LINK_TOKEN}.", "the token (token)."),
        (f"{INVITE}.k1.{MAC} is over", "(token) is over"),
        ("/learn/enter/truncat", "/learn/enter/(token)"),
        ("/learn/notices/truncat", "/learn/notices/(token)"),
        ("/learn/reminders/truncat", "/learn/reminders/(token)"),
        (f"{INVITE}.seats_low.k1.{MAC} is over", "(token) is over"),
        ("/c/acme/SPRING-2027 was tried", "/c/acme/(token) was tried"),
        (f"Bearer {JWT}", "Bearer (token)"),
        (f"id {JWT}", "id (token)"),
        ("the cookie .eJyrVspMUbJSMlTSUUouLi5WqgUAQkkF9Q.abcdef.c2lnbmF0dXJl", "the cookie (token)"),
        ("usher_csrf=Zm9v; path=/", "usher_csrf=(token); path=/"),
        ("access_token=abc", "access_token=(token)"),
        ("{'password': 'Correct-Horse'}", "{'password': '(token)'}"),
        (f"X-Api-Key {API_KEY}", "X-Api-Key (token)"),
        ("whsec_MfKQ9r8/GKYqrTwj+UPD8ILPZIo2LaLaSw==", "(token)"),
        ("https://s3.example?X-Amz=0f", "https://s3.example?(query)"),
        ("/file?X-Amz-Signature=0f0f&X-Amz-Security-Token=IQoJ", "/file?(query)"),
    ],
)
def test_a_token_is_replaced(text: str, redacted: str) -> None:
    assert redact_text(text) == redacted


@pytest.mark.parametrize(
    "text",
    [
        INVITE,
        f"INVITE#{INVITE}",
        "0100018d5f7e3a1b-4f0c8a3e-1234-4f0c-8a3e-0123456789ab-000000",
        "9e0b3a52-5d9a-4f4e-8d5e-0c8a0f1d2e3f",
        "arn:aws:lambda:eu-central-1:123456789012:function:Usher-OutboxDispatchFunction12AB34CD-AbCdEfGhIjKl",
        "/var/task/functions/api/app.py:12 broken",
        "1-5759e988-bd862e3fe1be46a994272793",
        "2027-01-04T09:00:00Z",
        "POST /v1/organizations/{organization}/invites",
        "Why? Nobody knows.",
    ],
)
def test_what_helps_to_find_the_cause_stays(text: str) -> None:
    assert redact_text(text) == text


def test_a_structure_is_redacted_throughout() -> None:
    class Outcome(StrEnum):
        SENT = "sent"

    value = {
        "ann@x.io": ["bob@x.io", {"cy@x.io"}, ("dee@x.io",)],
        "error": ValueError("ann@x.io"),
        "at": datetime(2027, 1, 4, tzinfo=UTC),
        "outcome": Outcome.SENT,
        "numbers": [1, 2.5, True, None],
    }

    assert redact(value) == {
        "(email)": ["(email)", ["(email)"], ["(email)"]],
        "error": "ValueError",
        "at": "2027-01-04 00:00:00+00:00",
        "outcome": "sent",
        "numbers": [1, 2.5, True, None],
    }


@pytest.mark.parametrize("sign", ["a", '"', "/", "a.", "token", "https://", "A", "ann@", "\\", "eyJ"])
def test_a_long_text_is_cut_and_takes_no_time(sign: str) -> None:
    began = time.process_time()
    redacted = redact_text(sign * 1_000_000)

    assert len(redacted) <= MAX_TEXT + 1
    assert time.process_time() - began < 1
