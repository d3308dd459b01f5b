"""Calling receivers that may do anything, over real sockets."""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from tests.support.webhook_receiver import (
    HOST,
    LOOPBACK,
    LOOPBACK_NETWORK,
    Receiver,
    receiving,
    status,
    to_loopback,
    trust,
)
from usher.domain.integrations.webhook_deliveries import EXCERPT
from usher.gateways.receivers import Answer, Limits, Receivers

QUICK = Limits(connect=0.5, total=0.3)


def call(receiver: Receiver, *, url: str = "", **options: Any) -> Answer:
    given = {"own_networks": [LOOPBACK_NETWORK], "resolve": to_loopback, "trust": trust(), **options}
    return Receivers(**given).post(url or receiver.url, body='{"ü":1}', headers={"X-Test": "yes"})


def test_a_message_is_posted_under_the_hosts_name(receiver: Receiver) -> None:
    answer = call(receiver, url=f"https://{HOST}:{receiver.port}/a/b?c=d")

    (request,) = receiver.requests
    assert (answer.status, answer.reason, answer.excerpt) == (204, "", "")
    assert (request.path, request.body) == ("/a/b?c=d", '{"ü":1}')
    assert (request.headers["Host"], request.headers["X-Test"]) == (f"{HOST}:{receiver.port}", "yes")


def test_redirects_are_not_followed(receiver: Receiver) -> None:
    receiver.will(status(307, Location="/elsewhere"))

    answer = call(receiver)

    assert (answer.status, answer.reason) == (307, "Redirects are not followed.")
    assert len(receiver.requests) == 1


def test_a_private_address_is_refused_and_not_connected_to(receiver: Receiver) -> None:
    answer = call(receiver, own_networks=[])

    assert (answer.status, answer.reason) == (None, "The host's address is not public.")
    assert receiver.requests == []


def test_a_name_that_leads_to_a_public_and_a_private_address_is_refused(receiver: Receiver) -> None:
    answer = call(receiver, own_networks=[], resolve=lambda *_: ["8.8.8.8", "169.254.169.254"])

    assert (answer.status, answer.reason) == (None, "The host's address is not public.")


def test_what_is_called_is_the_address_that_was_checked(receiver: Receiver) -> None:
    answers = iter([[LOOPBACK], ["10.0.0.1"]])
    asked = []

    def rebinding(host: str, _port: int) -> Sequence[str]:
        asked.append(host)
        return next(answers)

    assert call(receiver, resolve=rebinding).status == 204
    assert asked == [HOST], "resolved once, and never by the connection"


def test_plain_http_does_not_leave_the_networks_of_the_deployment() -> None:
    with receiving(secure=False) as plain:
        inside = call(plain)
        outside = call(plain, resolve=lambda *_: ["8.8.8.8"])

    assert inside.status == 204
    assert outside.reason == "Only https leaves the networks of this deployment."


def test_a_certificate_of_another_name_or_authority_is_not_believed(receiver: Receiver) -> None:
    other_name = call(receiver, url=f"https://other.example.test:{receiver.port}/in")
    other_authority = call(receiver, trust=ssl.create_default_context())

    for answer in (other_name, other_authority):
        assert answer.status is None
        assert "not safe" in answer.reason
    assert receiver.requests == []


def test_an_address_that_takes_no_connection_gives_way_to_the_next(receiver: Receiver) -> None:
    assert call(receiver, resolve=lambda *_: ["127.0.0.2", LOOPBACK]).status == 204
    assert call(receiver, resolve=lambda *_: ["127.0.0.2"]).reason == "The host takes no connection."


def test_a_name_without_an_address_is_a_failed_attempt(receiver: Receiver) -> None:
    def nowhere(*_: object) -> Sequence[str]:
        raise OSError

    assert call(receiver, resolve=nowhere).reason == "The host's name leads nowhere."


def test_name_servers_that_say_nothing_are_not_waited_for(receiver: Receiver) -> None:
    silence = threading.Event()

    def silent(*_: object) -> Sequence[str]:
        silence.wait(5)
        return []

    answer = call(receiver, resolve=silent, limits=Limits(connect=0.1))
    silence.set()

    assert answer.reason == "The host's name leads nowhere."
    assert 100 <= answer.milliseconds < 1000


def dripping_headers(handler: BaseHTTPRequestHandler) -> None:
    with suppress(OSError):
        for _ in range(100):
            handler.wfile.write(b"H")
            time.sleep(0.05)


def dripping_body(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(500)
    handler.end_headers()
    with suppress(OSError):
        time.sleep(1)
        handler.wfile.write(b"x")


def endless_success(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.end_headers()
    with suppress(OSError):
        for _ in range(100):
            handler.wfile.write(b"x" * 100_000)
            time.sleep(0.01)


def test_a_slow_receiver_is_cut_off(receiver: Receiver) -> None:
    receiver.will(dripping_headers, dripping_body)
    began = time.monotonic()

    silent = call(receiver, limits=QUICK)
    slow = call(receiver, limits=QUICK)

    assert (silent.status, silent.reason) == (None, "No answer within 0.3 seconds.")
    assert (slow.status, slow.reason, slow.excerpt) == (500, "The receiver answered with 500.", "")
    assert silent.milliseconds >= 300
    assert time.monotonic() - began < 1


def test_of_an_answer_no_more_is_read_than_is_shown(receiver: Receiver) -> None:
    receiver.will(endless_success, status(500, "no\x00 way\n" + "ü" * 5_000))

    assert call(receiver).status == 200
    answer = call(receiver)
    assert answer.excerpt.startswith("no  way\nüü")
    assert len(answer.excerpt) <= EXCERPT


@pytest.mark.parametrize(("said", "seconds"), [("120", 120), ("-5", 0), ("soon", None)])
def test_a_receiver_says_when_it_wants_to_be_asked_again(
    receiver: Receiver, said: str, seconds: int | None
) -> None:
    receiver.will(status(429, Retry_After=said))

    assert (call(receiver).retry_after or None) == (seconds or None)


def test_who_hangs_up_has_not_answered(receiver: Receiver) -> None:
    receiver.will(lambda handler: handler.connection.close())

    assert call(receiver).reason == "The host ended the connection without an answer."
