"""The whole of it: what starts in which order, and what stops in the reverse."""

import asyncio
import os
import secrets
import signal
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Literal
from urllib.parse import urlsplit

from infra import static_site
from infra.local import deploy
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
from infra.local.startup import Startup
from infra.local.state import Folder, Running
from infra.local.warming import BEHIND_THE_ORIGIN, BEHIND_THE_STREAM, FOR_EMAILS, warm
from infra.node_packages import PackagesNotInstalledError

_DRAIN_SECONDS = 10.0
"""What is not done by then, such as a message that waits to be tried again, goes on at the next run."""

_WATCH_SECONDS = 0.5
_FIRST_MOMENT_SECONDS = 3.0
_KEY_BYTES = 24
_PROCESSORS = os.cpu_count() or 1


@dataclass(frozen=True, kw_only=True)
class LocalStack:
    """One run.

    Attributes:
        folder: where all of it is kept.
        lock: the folder's lock for the emulator to inherit.
        port: port of the one origin; 0 for any that is free.
        say: prints what is being done.
    """

    folder: Folder
    lock: int
    port: int
    say: Callable[[str], None]
    _stopping: threading.Event = field(default_factory=threading.Event)

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
            started.callback(self._stopping.set)
            asked = asyncio.ensure_future(stopping.wait())
            await asyncio.wait({starting, asked}, return_when=asyncio.FIRST_COMPLETED)
            if not starting.done():
                self._stopping.set()
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
        self.folder.withdraw()  # of a run that was killed
        listener = started.enter_context(listening(self.port))
        origin = f"http://localhost:{listener.getsockname()[1]}"
        startup = Startup()
        await started.enter_async_context(http_server(startup, listener))

        self.folder.snapshot.restore()
        port = free_port(self.folder.load().emulator_port)
        aws = Aws(f"http://{LOOPBACK}:{port}")
        events = SesEvents(aws)
        mailbox = Mailbox(path=self.folder.snapshot.mail, now=self._now, on_email=events.report)
        smtp_port = await started.enter_async_context(smtp_server(mailbox))
        emulator = Emulator(folder=self.folder, port=port, smtp_port=smtp_port, lock=self.lock)
        # Its stop saves the state and may not hold up the mailbox, which still takes the last emails.
        started.push_async_callback(asyncio.to_thread, emulator.stop)

        doing = partial(self._say_and_show, startup)
        context = deploy.context_for(origin)
        wanted = deploy.source_hash(context)
        await _together(emulator.start, partial(self._synthesize, context, wanted, doing))
        self.folder.change(emulator_port=port)
        stack, is_new = await asyncio.to_thread(self._deploy, aws, wanted, doing)
        events.publish_to(stack.outputs["DeliveryTopicArn"])
        started.push_async_callback(_finish, aws, stack.name, events)

        front, key = await asyncio.to_thread(self._front, aws, stack, emulator, mailbox)
        started.push_async_callback(front.api.close)
        await self._warm(aws, stack, (*BEHIND_THE_ORIGIN, *(FOR_EMAILS if is_new else ())))
        startup.serve(front.app())
        if is_new:
            doing("Creating the demonstration organization …")
            await asyncio.to_thread(self._demonstration(origin, aws, mailbox, stack).create)
        self.folder.snapshot.complete(source_hash=wanted)
        startup.ready()
        later = asyncio.ensure_future(self._warm_later(aws, stack))
        started.callback(later.cancel)
        running = Running(
            pid=os.getpid(),
            origin=origin,
            emulator=emulator.endpoint,
            entitlements_key=key,
            outputs=stack.outputs,
        )
        return running, emulator

    def _say_and_show(self, startup: Startup, doing: str) -> None:
        startup.doing = doing
        self.say(doing)

    def _synthesize(self, context: dict[str, str], wanted: str, doing: Callable[[str], None]) -> None:
        assembly = self.folder.assembly
        if not deploy.is_synthesized(assembly, source_hash=wanted):
            doing("Synthesizing the template …")
            log = self.folder.root / "synth.log"
            deploy.synthesize(context=context, source_hash=wanted, into=assembly, log=log)

    def _deploy(self, aws: Aws, wanted: str, doing: Callable[[str], None]) -> tuple[deploy.Deployed, bool]:
        """The stack as the sources have it, and whether it is new; where nothing changed, nothing is done."""
        snapshot = self.folder.snapshot
        before = snapshot.deployed
        stack = deploy.deployed(aws, assembly=self.folder.assembly) if before == wanted else None
        if stack is None:
            snapshot.begin()
            doing("Deploying it to the emulator …")
            stack = deploy.deploy(aws, assembly=self.folder.assembly)
            _publish(aws, stack)
        return stack, before is None

    def _front(
        self, aws: Aws, stack: deploy.Deployed, emulator: Emulator, mailbox: Mailbox
    ) -> tuple[Cdn, str]:
        """What the origin serves, and the key for `/v1/entitlements`."""
        key = _plain(aws, stack.outputs["EntitlementsKeySecret"])
        front_key = _plain(aws, stack.outputs["FrontKeySecret"])
        front = Cdn(
            api=HttpApi(_api_base(emulator.endpoint, stack.outputs["ApiEndpoint"]), front_key=front_key),
            mailbox=mailbox,
            site=StaticSite(aws.objects, stack.outputs["ConsoleBucketName"], uploads=emulator.endpoint),
            now=self._now,
            entitlements_key=key,
        )
        return front, key

    async def _warm(
        self, aws: Aws, stack: deploy.Deployed, names: Sequence[str], *, at_once: int = _PROCESSORS
    ) -> None:
        room = asyncio.Semaphore(at_once)

        async def one(name: str) -> None:
            async with room:
                await asyncio.to_thread(warm, aws, stack.outputs, name, stopping=self._stopping)

        await asyncio.gather(*(one(name) for name in names))

    async def _warm_later(self, aws: Aws, stack: deploy.Deployed) -> None:
        """Warm what nobody waits for at once; after a moment, which belongs to whoever signs in."""
        await asyncio.sleep(_FIRST_MOMENT_SECONDS)
        await self._warm(aws, stack, BEHIND_THE_STREAM, at_once=1)

    def _demonstration(
        self, origin: str, aws: Aws, mailbox: Mailbox, stack: deploy.Deployed
    ) -> Demonstration:
        return Demonstration(
            origin=origin,
            aws=aws,
            emails=mailbox.newest_first,
            today=self._now().date(),
            outputs=stack.outputs,
            stopping=self._stopping,
        )

    def _now(self) -> datetime:
        return datetime.now(UTC) + self.folder.snapshot.offset


async def _together(*things: Callable[[], None]) -> None:
    """Do things at the same time; raise what the first of them raised, once all have ended."""
    outcomes = await asyncio.gather(*map(asyncio.to_thread, things), return_exceptions=True)
    for outcome in outcomes:
        if isinstance(outcome, BaseException):
            raise outcome


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
