"""Receivers: HTTP calls to servers that managers name and nobody trusts, such as receivers of webhooks.

Identity providers are called through them, too (`call`).

A host is resolved once, and the address that was checked is the one that is called, under the host's name,
against DNS rebinding. No proxy is used, no redirect followed, and of an answer only the excerpt is read.
"""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from http.client import HTTPException
from queue import Empty, SimpleQueue
from typing import Self, TypeVar

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, HTTPError, InvalidHeader, NewConnectionError
from urllib3.util.retry import Retry

from usher.domain.destinations import (
    BadDestinationError,
    Destination,
    Networks,
    check_addresses,
    read_destination,
)
from usher.domain.integrations.webhook_deliveries import EXCERPT
from usher.lazy_dataclasses import dataclass

_REDIRECTS = range(300, 400)
_OK = range(200, 300)

Resolve = Callable[[str, int], Sequence[str]]

_T = TypeVar("_T")


class CallFailedError(Exception):
    """A call failed; `reason` says why in a sentence."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, kw_only=True)
class Limits:
    """The time limits of a call in seconds: to connect, and in total."""

    connect: float = 5
    total: float = 15


DEFAULT_LIMITS = Limits()


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A receiver's answer, or the failure to get one.

    Attributes:
        status: the HTTP status; None without an answer.
        reason: why the call failed; empty for a 2xx.
        excerpt: the beginning of the body of an answer that is not a 2xx.
        retry_after: the seconds in the answer's Retry-After, if any.
    """

    status: int | None
    reason: str
    milliseconds: int = 0
    excerpt: str = ""
    retry_after: int | None = None


def resolve(host: str, port: int) -> list[str]:
    """Return the addresses of a host, or raise OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(address[0]).partition("%")[0] for *_, address in found]


class Receivers:
    """The client for receivers: posts to any URL that may be called."""

    def __init__(
        self,
        *,
        own_networks: Networks,
        limits: Limits = DEFAULT_LIMITS,
        resolve: Resolve = resolve,
        trust: ssl.SSLContext | None = None,
    ) -> None:
        """Call hosts that are public or in `own_networks`; `trust` has the trusted certificates."""
        self._own_networks = own_networks
        self._limits = limits
        self._resolve = resolve
        self._trust = trust or ssl.create_default_context()

    def post(self, url: str, *, body: str, headers: Mapping[str, str]) -> Answer:
        """Post JSON, and return the answer; a failure of any kind is an Answer, too, never an exception."""
        began = time.monotonic()
        status, reason, excerpt, retry_after = self._post(url, body=body, headers=headers)
        return Answer(
            status=status,
            reason=reason,
            milliseconds=round((time.monotonic() - began) * 1000),
            excerpt=excerpt,
            retry_after=retry_after,
        )

    def _post(
        self, url: str, *, body: str, headers: Mapping[str, str]
    ) -> tuple[int | None, str, str, int | None]:
        try:
            return self.call(url, partial(_exchange, body=body, headers=headers))
        except CallFailedError as failed:
            return None, failed.reason, "", None

    def call(self, url: str, exchange: Callable[[HTTPConnection, Destination], _T]) -> _T:
        """Connect to the URL's host, and return the result of `exchange` with the connection.

        Raises:
            CallFailedError: the URL may not be called, or the call failed.
        """
        try:
            to = read_destination(url, own_networks=self._own_networks)
            addresses = check_addresses(
                self._host_addresses(to), scheme=to.scheme, own_networks=self._own_networks
            )
        except BadDestinationError as refused:
            raise CallFailedError(refused.detail) from refused
        except (OSError, UnicodeError) as unknown:
            raise CallFailedError("The host's name leads nowhere.") from unknown
        with _Deadline(self._limits.total) as deadline:
            try:
                return exchange(self._connect(to, addresses, deadline), to)
            except (OSError, HTTPError, HTTPException, ValueError) as failed:
                raise CallFailedError(deadline.reason or _reason_of(failed)) from failed

    def _host_addresses(self, to: Destination) -> Sequence[str]:
        """Resolve the host within the time to connect, since its name servers are not trusted either."""
        answers: SimpleQueue[Sequence[str] | OSError | UnicodeError] = SimpleQueue()

        def ask() -> None:
            try:
                answers.put(self._resolve(to.host, to.port))
            except (OSError, UnicodeError) as unknown:
                answers.put(unknown)

        threading.Thread(target=ask, daemon=True).start()
        try:
            answer = answers.get(timeout=self._limits.connect)
        except Empty as silent:
            raise TimeoutError from silent
        if isinstance(answer, Exception):
            raise answer
        return answer

    def _connect(self, to: Destination, addresses: Sequence[str], deadline: _Deadline) -> HTTPConnection:
        """Connect to the first address that accepts, or raise the last one's error."""
        for address in addresses:
            connection = self._connection(to, address)
            deadline.watch(connection)
            try:
                connection.connect()
            except (OSError, HTTPError):
                if address == addresses[-1] or deadline.reason:
                    raise
            else:
                deadline.connected()
                return connection
        raise AssertionError  # there is at least one address

    def _connection(self, to: Destination, address: str) -> HTTPConnection:
        if to.scheme == "http":
            return HTTPConnection(address, to.port, timeout=self._limits.connect)
        return HTTPSConnection(
            address,
            to.port,
            timeout=self._limits.connect,
            server_hostname=to.host,
            ssl_context=self._trust,
        )


def _exchange(
    connection: HTTPConnection, to: Destination, *, body: str, headers: Mapping[str, str]
) -> tuple[int | None, str, str, int | None]:
    """Send the request, and return the answer's status, reason, excerpt and Retry-After."""
    connection.request(
        "POST",
        to.target,
        body=body.encode(),
        headers={"Host": to.authority, **headers},
        preload_content=False,
        decode_content=False,
    )
    response = connection.getresponse()
    status = response.status
    if status in _OK:
        return status, "", "", None
    reason = (
        "Redirects are not followed." if status in _REDIRECTS else f"The receiver answered with {status}."
    )
    with suppress(OSError, HTTPError, HTTPException, ValueError):
        return status, reason, _printable(response.read1(EXCERPT)), _retry_after(response.headers)
    return status, reason, "", _retry_after(response.headers)


def _printable(raw: bytes) -> str:
    text = raw[:EXCERPT].decode("utf-8", "replace")
    return "".join(one if one.isprintable() or one == "\n" else " " for one in text).strip()


def _retry_after(headers: Mapping[str, str]) -> int | None:
    asked = headers.get("Retry-After")
    if asked is None:
        return None
    try:
        return int(Retry().parse_retry_after(asked))
    except (InvalidHeader, ValueError, OverflowError):
        return None


def _reason_of(failed: Exception) -> str:
    match failed:
        case ssl.SSLError():
            why = getattr(failed, "verify_message", "")
            return f"The connection is not safe: {why}." if why else "The connection cannot be made safe."
        case ConnectTimeoutError() | NewConnectionError():
            return "The host takes no connection."
    return "The host ended the connection without an answer."


class _Deadline:
    """A timer that ends a connection at any point, since a receiver could send slowly forever."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._connection: HTTPConnection | None = None
        self._socket: socket.socket | None = None
        self._timer = threading.Timer(seconds, self._end_connection)
        self._timer.daemon = True
        self.reason = ""

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        if self._connection is not None:
            self._connection.close()

    def watch(self, connection: HTTPConnection) -> None:
        """Set the connection to end."""
        self._connection, self._socket = connection, None

    def connected(self) -> None:
        """Keep a reference to the socket, which the connection drops once an answer begins."""
        self._socket = self._connection.sock if self._connection else None
        if self._socket is not None:
            self._socket.settimeout(self._seconds)

    def _end_connection(self) -> None:
        self.reason = f"No answer within {self._seconds:g} seconds."
        held = self._socket or (self._connection.sock if self._connection else None)
        if held is not None:
            with suppress(OSError):
                # Not the TLS socket's own method, which would drop the session that the reader is using.
                socket.socket.shutdown(held, socket.SHUT_RDWR)
