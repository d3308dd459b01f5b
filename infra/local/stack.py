"""Starts the parts of the local stack in order, and stops them in the reverse order."""

import asyncio
import json
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
from infra.console import ConsoleNotBuiltError
from infra.local import deploy
from infra.local.aws import Aws
from infra.local.cdn import Cdn
from infra.local.emulator import LOOPBACK, Emulator, free_port
from infra.local.errors import CannotRunError
from infra.local.mailbox import Mailbox
from infra.local.proxy import HttpApi
from infra.local.queues import wait_until_drained
from infra.local.seed import Demonstration
from infra.local.servers import http_server, listening, smtp_server
from infra.local.ses_events import SesEvents
from infra.local.site import StaticSite
from infra.local.startup import Startup
from infra.local.state import Folder, Running
from infra.local.warm_up import EMAIL_FUNCTIONS, HTTP_FUNCTIONS, STREAM_FUNCTIONS, warm
from infra.node_packages import PackagesNotInstalledError

_DRAIN_SECONDS = 10.0
"""Messages that are left by then, such as one that waits for its retry, are handled in the next run."""

_WATCH_SECONDS = 0.5
_WARM_UP_DELAY_SECONDS = 3.0
_KEY_BYTES = 24
_PROCESSORS = os.cpu_count() or 1


@dataclass(frozen=True, kw_only=True)
class LocalStack:
    """One run of the local stack.

    Attributes:
        folder: the state folder.
        lock: the folder's lock for the emulator to inherit, as a file descriptor.
        port: port of the origin; 0 for any free one.
        say: prints the progress.
    """

    folder: Folder
    lock: int
    port: int
    say: Callable[[str], None]
    _stopping: threading.Event = field(default_factory=threading.Event)

    async def run(self, *, ready: Callable[[Running], None]) -> None:
        """Start all parts, call `ready`, and stop all in order on SIGINT or SIGTERM.

        Raises:
            CannotRunError: a part could not start, or the emulator ended; nothing is left running.
        """
        stopping = asyncio.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, stopping.set)
        async with AsyncExitStack() as started:
            # A signal during the start ends the start and stops the parts that had started.
            starting = asyncio.ensure_future(self._start(started))
            started.callback(self._stopping.set)
            signaled = asyncio.ensure_future(stopping.wait())
            await asyncio.wait({starting, signaled}, return_when=asyncio.FIRST_COMPLETED)
            if not starting.done():
                self._stopping.set()
                starting.cancel()
                await asyncio.wait({starting})
                return
            running, emulator = starting.result()
            started.callback(self.folder.withdraw)
            self.folder.announce(running)
            ready(running)
            await self._watch(emulator, signaled)
            self.say("Stopping: what is under way is brought to its end, and all is kept …")

    async def _watch(self, emulator: Emulator, signaled: asyncio.Future[Literal[True]]) -> None:
        """Wait for a signal, or raise CannotRunError when the emulator ends."""
        while not signaled.done():
            if not emulator.running:
                raise CannotRunError(f"the emulator stopped on its own; {self.folder.log} says why")
            await asyncio.wait({signaled}, timeout=_WATCH_SECONDS)

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
        emulator = await self._emulator(started, port, mailbox)

        report = partial(self._report, startup)
        context = deploy.context_for(origin)
        source_hash = deploy.source_hash(context)
        synthesize = partial(self._synthesize, context, source_hash, report)
        await _concurrently(emulator.start, synthesize, _install_site)
        self.folder.change(emulator_port=port)
        stack, is_new = await asyncio.to_thread(self._deploy, aws, source_hash, report)
        events.publish_to(stack.outputs["DeliveryTopicArn"])
        started.push_async_callback(_finish, aws, stack.name, events)
        cdn = await asyncio.to_thread(self._cdn, aws, stack, emulator, mailbox)
        started.push_async_callback(cdn.api.close)
        await self._warm(aws, stack, HTTP_FUNCTIONS, origin_verify_key=cdn.api.origin_verify_key)
        startup.serve(cdn.app())
        if is_new:
            report("Creating the demonstration organization …")
            await self._demonstrate(origin, aws, mailbox, stack)
        self.folder.snapshot.complete(source_hash=source_hash)
        startup.ready()
        started.callback(asyncio.ensure_future(self._warm_later(aws, stack)).cancel)
        running = Running(
            pid=os.getpid(),
            origin=origin,
            emulator=emulator.endpoint,
            entitlements_key=cdn.entitlements_key,
            outputs=stack.outputs,
        )
        return running, emulator

    async def _emulator(self, started: AsyncExitStack, port: int, mailbox: Mailbox) -> Emulator:
        """Return the emulator, not started yet, with the mailbox's server for its emails."""
        smtp_port = await started.enter_async_context(smtp_server(mailbox))
        emulator = Emulator(folder=self.folder, port=port, smtp_port=smtp_port, lock=self.lock)
        # In a thread: while the emulator stops and saves, the mailbox still receives its last emails.
        started.push_async_callback(asyncio.to_thread, emulator.stop)
        return emulator

    def _report(self, startup: Startup, step: str) -> None:
        startup.step = step
        self.say(step)

    def _synthesize(self, context: dict[str, str], source_hash: str, report: Callable[[str], None]) -> None:
        assembly = self.folder.assembly
        if not deploy.is_synthesized(assembly, source_hash=source_hash):
            report("Synthesizing the template …")
            log = self.folder.root / "synth.log"
            deploy.synthesize(context=context, source_hash=source_hash, into=assembly, log=log)

    def _deploy(
        self, aws: Aws, source_hash: str, report: Callable[[str], None]
    ) -> tuple[deploy.Deployed, bool]:
        """Deploy the stack if its sources changed; return it, and whether it is new. Publish its files."""
        snapshot = self.folder.snapshot
        before = snapshot.deployed
        stack = deploy.deployed(aws, assembly=self.folder.assembly) if before == source_hash else None
        if stack is None:
            snapshot.begin()
            report("Deploying it to the emulator …")
            stack = deploy.deploy(aws, assembly=self.folder.assembly)
        static_site.publish(aws.objects, stack.outputs["ConsoleBucketName"])
        return stack, before is None

    def _cdn(self, aws: Aws, stack: deploy.Deployed, emulator: Emulator, mailbox: Mailbox) -> Cdn:
        return Cdn(
            api=HttpApi(
                _api_base(emulator.endpoint, stack.outputs["ApiEndpoint"]),
                origin_verify_key=_origin_verify_key(aws, stack),
            ),
            mailbox=mailbox,
            site=StaticSite(aws.objects, stack.outputs["ConsoleBucketName"], uploads=emulator.endpoint),
            now=self._now,
            entitlements_key=_alphanumeric_secret(aws, stack.outputs["EntitlementsKeySecret"]),
        )

    async def _warm(
        self,
        aws: Aws,
        stack: deploy.Deployed,
        names: Sequence[str],
        *,
        origin_verify_key: str = "",
        at_once: int = _PROCESSORS,
    ) -> None:
        room = asyncio.Semaphore(at_once)

        async def one(name: str) -> None:
            async with room:
                await asyncio.to_thread(
                    warm,
                    aws,
                    stack.outputs,
                    name,
                    origin_verify_key=origin_verify_key,
                    stopping=self._stopping,
                )

        await asyncio.gather(*(one(name) for name in names))

    async def _warm_later(self, aws: Aws, stack: deploy.Deployed) -> None:
        """Warm the functions that no request waits for, after a moment left to the first requests."""
        await asyncio.sleep(_WARM_UP_DELAY_SECONDS)
        await self._warm(aws, stack, STREAM_FUNCTIONS, at_once=1)

    async def _demonstrate(self, origin: str, aws: Aws, mailbox: Mailbox, stack: deploy.Deployed) -> None:
        """Create the demonstration data; warm the functions of its emails meanwhile."""
        demonstration = Demonstration(
            origin=origin,
            aws=aws,
            emails=mailbox.newest_first,
            today=self._now().date(),
            outputs=stack.outputs,
            stopping=self._stopping,
        )
        await asyncio.gather(asyncio.to_thread(demonstration.create), self._warm(aws, stack, EMAIL_FUNCTIONS))

    def _now(self) -> datetime:
        return datetime.now(UTC) + self.folder.snapshot.offset


async def _concurrently(*calls: Callable[[], None]) -> None:
    """Make blocking calls concurrently; once all have ended, raise the first error among them."""
    outcomes = await asyncio.gather(*map(asyncio.to_thread, calls), return_exceptions=True)
    for outcome in outcomes:
        if isinstance(outcome, BaseException):
            raise outcome


def _install_site() -> None:
    try:
        static_site.install()
    except (PackagesNotInstalledError, ConsoleNotBuiltError) as reason:
        raise CannotRunError(str(reason)) from reason


async def _finish(aws: Aws, stack: str, events: SesEvents) -> None:
    """Wait until the queues are empty: of emails, then of SES's reports about them."""
    deadline = time.monotonic() + _DRAIN_SECONDS
    for _ in ("emails", "reports", "effects of the reports"):
        left = deadline - time.monotonic()
        await asyncio.to_thread(wait_until_drained, aws, stack=stack, seconds=left)
        await events.settle()


def _origin_verify_key(aws: Aws, stack: deploy.Deployed) -> str:
    """Return the key that CloudFront shows; replace the emulator's, which headers may not take."""
    secret = stack.outputs["OriginVerifyKeysSecret"]
    keys = json.loads(aws.secrets.get_secret_value(SecretId=secret)["SecretString"])
    key = str(keys[keys["current"]])
    if not key.isalnum():
        key = secrets.token_hex(_KEY_BYTES)
        replaced = json.dumps({**keys, keys["current"]: key})
        aws.secrets.put_secret_value(SecretId=secret, SecretString=replaced)
    return key


def _alphanumeric_secret(aws: Aws, secret: str) -> str:
    """Return a secret's value; replace the emulator's, which may have characters that headers do not take."""
    key = aws.secrets.get_secret_value(SecretId=secret)["SecretString"]
    if not key.isalnum():
        key = secrets.token_hex(_KEY_BYTES)
        aws.secrets.put_secret_value(SecretId=secret, SecretString=key)
    return key


def _api_base(emulator: str, endpoint: str) -> str:
    """Return the address of the API's default stage in the emulator, from the endpoint's host name."""
    identifier = str(urlsplit(endpoint).hostname).partition(".")[0]
    return f"{emulator}/_aws/execute-api/{identifier}/$default"
