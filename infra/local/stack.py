"""The whole of it: what starts in which order, and what stops in the reverse."""

import asyncio
import os
import secrets
import signal
import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from urllib.parse import urlsplit

from infra import static_site
from infra.local import clock, deploy
from infra.local.aws import Aws
from infra.local.emulator import LOOPBACK, Emulator, free_port
from infra.local.errors import CannotRunError
from infra.local.front import Cdn
from infra.local.mailbox import Mailbox
from infra.local.proxy import HttpApi
from infra.local.queues import wait_until_drained
from infra.local.seed import Demonstration
from infra.local.serving import http_server, listening, smtp_server
from infra.local.ses_events import SesEvents
from infra.local.site import StaticSite
from infra.local.state import Folder, Running
from infra.node_packages import PackagesNotInstalledError

_DRAIN_SECONDS = 10.0
"""What is not done by then, such as a message that waits to be tried again, goes on at the next run."""

_WATCH_SECONDS = 0.5
_KEY_BYTES = 24


@dataclass(frozen=True, kw_only=True)
class LocalStack:
    """One run.

    Attributes:
        folder: where all of it is kept; the caller holds its lock.
        port: port of the one origin; 0 for any that is free.
        say: prints what is being done.
    """

    folder: Folder
    port: int
    say: Callable[[str], None]

    async def run(self, *, ready: Callable[[Running], None]) -> None:
        """Start all, call `ready`, and stop all in order on SIGINT or SIGTERM.

        Raises:
            CannotRunError: something is in the way; nothing is left running.
        """
        stopping = asyncio.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, stopping.set)
        async with AsyncExitStack() as started:
            # A signal may come while all this starts; it then ends the start, and what had started stops.
            starting = asyncio.ensure_future(self._start(started))
            asked = asyncio.ensure_future(stopping.wait())
            await asyncio.wait({starting, asked}, return_when=asyncio.FIRST_COMPLETED)
            if not starting.done():
                starting.cancel()
                await asyncio.wait({starting})
                return
            running, emulator = starting.result()
            started.callback(self.folder.withdraw)
            self.folder.announce(running)
            ready(running)
            await self._until(asked, emulator)
            self.say("Stopping: what is under way is brought to its end, and all is kept …")

    async def _until(self, asked: asyncio.Future[Literal[True]], emulator: Emulator) -> None:
        while not asked.done():
            if not emulator.running:
                raise CannotRunError(f"the emulator stopped on its own; {self.folder.log} says why")
            await asyncio.wait({asked}, timeout=_WATCH_SECONDS)

    async def _start(self, started: AsyncExitStack) -> tuple[Running, Emulator]:
        listener = started.enter_context(listening(self.port))
        origin = f"http://localhost:{listener.getsockname()[1]}"
        port = free_port(self.folder.load().emulator_port)
        aws = Aws(f"http://{LOOPBACK}:{port}")
        events = SesEvents(aws)
        mailbox = Mailbox(path=self.folder.mail, now=self._now, on_email=events.report)
        smtp_port = await started.enter_async_context(smtp_server(mailbox))

        emulator = Emulator(folder=self.folder, port=port, smtp_port=smtp_port)
        # Its stop saves the state and may not hold up the mailbox, which still takes the last emails.
        started.push_async_callback(asyncio.to_thread, emulator.stop)
        await asyncio.to_thread(emulator.start)
        self.folder.change(emulator_port=port)

        stack = await asyncio.to_thread(self._deploy, aws, origin)
        key = await asyncio.to_thread(_plain, aws, stack.outputs["EntitlementsKeySecret"])
        events.publish_to(stack.outputs["DeliveryTopicArn"])
        started.push_async_callback(_finish, aws, stack.name, events)

        front_key = await asyncio.to_thread(_plain, aws, stack.outputs["FrontKeySecret"])
        api = HttpApi(_api_base(emulator.endpoint, stack.outputs["ApiEndpoint"]), front_key=front_key)
        started.push_async_callback(api.close)
        front = Cdn(
            api=api,
            mailbox=mailbox,
            site=StaticSite(aws.objects, stack.outputs["ConsoleBucketName"], uploads=emulator.endpoint),
            now=self._now,
            entitlements_key=key,
        )
        await started.enter_async_context(http_server(front.app(), listener))
        await self._seed(origin, aws, mailbox, stack)
        running = Running(
            pid=os.getpid(),
            origin=origin,
            emulator=emulator.endpoint,
            entitlements_key=key,
            outputs=stack.outputs,
        )
        return running, emulator

    def _deploy(self, aws: Aws, origin: str) -> deploy.Deployed:
        """The stack as the sources have it; where nothing changed, nothing is done."""
        context = deploy.context_for(origin)
        wanted = deploy.source_hash(context)
        state = self.folder.load()
        stack = deploy.deployed(aws, assembly=self.folder.assembly)
        if stack is None or state.source_hash != wanted:
            began = time.monotonic()
            self.say("Synthesizing the template …")
            log = self.folder.root / "synth.log"
            deploy.synthesize(context=context, into=self.folder.assembly, log=log)
            self.say("Deploying it to the emulator …")
            stack = deploy.deploy(aws, assembly=self.folder.assembly)
            _publish(aws, stack)
            self.folder.change(source_hash=wanted)
            self.say(f"Deployed in {time.monotonic() - began:.0f} s.")
        clock.set_offset(aws, stack=stack.name, offset_seconds=state.clock_offset_seconds)
        return stack

    async def _seed(self, origin: str, aws: Aws, mailbox: Mailbox, stack: deploy.Deployed) -> None:
        if self.folder.load().seeded:
            return
        self.say("Creating the demonstration organization …")
        demonstration = Demonstration(
            origin=origin,
            aws=aws,
            emails=mailbox.newest_first,
            today=self._now().date(),
            outputs=stack.outputs,
        )
        await asyncio.to_thread(demonstration.create)
        self.folder.change(seeded=True)

    def _now(self) -> datetime:
        return clock.now(self.folder.load().clock_offset_seconds)


def _publish(aws: Aws, stack: deploy.Deployed) -> None:
    """Put the static files into the stack's bucket, as `make deploy` does."""
    try:
        static_site.publish(aws.objects, stack.outputs["ConsoleBucketName"])
    except PackagesNotInstalledError as reason:
        raise CannotRunError(str(reason)) from reason


async def _finish(aws: Aws, stack: str, events: SesEvents) -> None:
    """Let everything under way come to its end: emails, then what SES reports of them."""
    deadline = time.monotonic() + _DRAIN_SECONDS
    for _ in ("emails", "reports", "what became of them"):
        left = deadline - time.monotonic()
        await asyncio.to_thread(wait_until_drained, aws, stack=stack, seconds=left)
        await events.settle()


def _plain(aws: Aws, secret: str) -> str:
    """The secret; the emulator's is of any characters, so one that shells and headers take replaces it."""
    key = aws.secrets.get_secret_value(SecretId=secret)["SecretString"]
    if not key.isalnum():
        key = secrets.token_hex(_KEY_BYTES)
        aws.secrets.put_secret_value(SecretId=secret, SecretString=key)
    return key


def _api_base(emulator: str, endpoint: str) -> str:
    """Where the default stage of the API answers; its endpoint's name begins with its id."""
    identifier = str(urlsplit(endpoint).hostname).partition(".")[0]
    return f"{emulator}/_aws/execute-api/{identifier}/$default"
