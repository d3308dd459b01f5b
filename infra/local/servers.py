"""The servers on loopback: the origin's HTTP and the mailbox's SMTP."""

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

from hypercorn.asyncio import serve
from hypercorn.config import Config

from infra.local.emulator import LOOPBACK
from infra.local.errors import CannotRunError
from infra.local.mailbox import Mailbox

_BACKLOG = 128
HIGHEST_PORT = 65_535


@contextmanager
def listening(port: int) -> Iterator[socket.socket]:
    """Open a socket that listens on this port of loopback, or on any free port for 0.

    Raises:
        CannotRunError: the port is in use, or needs privileges.
    """
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((LOOPBACK, port))
            listener.listen(_BACKLOG)
        except PermissionError as cause:
            raise CannotRunError(
                f"port {port} is not for everybody; take one above 1023: make run PORT=8000"
            ) from cause
        except OSError as cause:
            other = port + 1 if port < HIGHEST_PORT else 8000
            raise CannotRunError(
                f"port {port} is not free; stop what uses it, or take another: make run PORT={other}"
            ) from cause
        yield listener


@asynccontextmanager
async def smtp_server(mailbox: Mailbox) -> AsyncIterator[int]:
    """Serve the mailbox by SMTP until the end of the block, and give the server's port."""
    server = await asyncio.get_running_loop().create_server(mailbox.smtp, host=LOOPBACK, port=0)
    async with server:
        yield int(server.sockets[0].getsockname()[1])


@asynccontextmanager
async def http_server(app: Any, listener: socket.socket) -> AsyncIterator[None]:  # noqa: ANN401 - any ASGI app
    """Serve the application on this socket until the end of the block."""
    config = Config()
    config.bind = [f"fd://{os.dup(listener.fileno())}"]  # the server closes its own copy
    config.include_server_header = False
    config.include_date_header = False  # the application dates its answers by the stack's clock
    config.errorlog = None
    config.graceful_timeout = 1.0
    enough = asyncio.Event()

    async def until_enough() -> None:
        await enough.wait()

    serving = asyncio.create_task(serve(app, config, shutdown_trigger=until_enough))
    try:
        yield
    finally:
        enough.set()
        await serving
