"""Starts of functions with their profile: milliseconds of the processor by part, which add up to the start.

Python asks `_find_and_load` for each module that is not loaded yet. Here that function keeps a stack, so that
each moment of a start belongs to the module that is being loaded, or to the client that is being made.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

PROFILED = """
import sys, time
import _frozen_importlib as importing
from time import process_time
found, moment, stack, spent = importing._find_and_load, process_time(), [], {}
def turn():
    global moment
    now = process_time()
    path = tuple(stack)
    spent[path] = spent.get(path, 0.0) + now - moment
    moment = now
def inside(name, call, *arguments, **options):
    turn()
    stack.append(name)
    try:
        return call(*arguments, **options)
    finally:
        turn()
        stack.pop()
def load(name, import_):
    module = inside(name, found, name, import_)
    if name == "botocore.session":
        made = module.Session.create_client
        def create_client(self, service_name, *arguments, **options):
            return inside("client:" + service_name, made, self, service_name, *arguments, **options)
        module.Session.create_client = create_client
    return module
importing._find_and_load = load
{load}
turn()
importing._find_and_load = found
import json
megabytes = int(open("/proc/self/status").read().partition("VmHWM:")[2].split()[0]) // 1024
print(json.dumps([megabytes, [*sys.modules], [[path, seconds] for path, seconds in spent.items()]]))
"""
"""Loads something, and prints the megabytes, the modules, and the seconds of each stack of what is loaded."""

CLIENT = "the client"
OWN = "own code"
FURTHER_CLIENTS = "further clients"

PARTS: dict[str, tuple[str, ...]] = {
    "batches": (
        "aws_lambda_powertools.utilities.batch",
        "aws_lambda_powertools.utilities.data_classes",
        "asyncio",
        "functions.batches",
        "functions.sqs_batch",
    ),
    "HTTP": (
        "aws_lambda_powertools.event_handler",
        "functions.http_events",
        "functions.origin_verification",
        "functions.session_cookie",
        "functions.pages",
        "functions.api",
    ),
    "schemas": ("pydantic", "pydantic_core", "functions.api.schemas"),
    "log, metrics": ("aws_lambda_powertools", "functions.logs", "functions.metrics"),
    "table": ("pynamodb", "usher.store"),
    "domain": ("usher.domain",),
    "services": ("usher.services",),
    "gateways": ("usher.gateways", "usher.sheets"),
    "templates": ("jinja2", "css_inline", "functions.emails", "functions.email_layout"),
    OWN: ("functions", "usher"),
}
"""The parts of a start by the modules that begin them; a more exact name goes before."""

COLUMNS = (CLIENT, FURTHER_CLIENTS, *PARTS)


@dataclass(frozen=True)
class Start:
    """A start: megabytes at most, modules loaded, and the processor's seconds of each stack of them."""

    megabytes: int
    modules: frozenset[str]
    spent: Mapping[tuple[str, ...], float]

    @classmethod
    def read(cls, megabytes: int, modules: Iterable[str], spent: Iterable[tuple[list[str], float]]) -> Start:
        """Return the start that was printed."""
        return cls(megabytes, frozenset(modules), {tuple(path): seconds for path, seconds in spent})

    @classmethod
    def least(cls, starts: Iterable[Start]) -> Start:
        """Return the start of which each stack took the least of several starts."""
        first, *others = starts
        spent = {
            path: min(seconds, *(one.spent.get(path, seconds) for one in others)) if others else seconds
            for path, seconds in first.spent.items()
        }
        return cls(min(one.megabytes for one in (first, *others)), first.modules, spent)

    @property
    def seconds(self) -> float:
        """The processor's seconds of all."""
        return sum(self.spent.values())

    def parts(self, client: Start) -> dict[str, float]:
        """Return the seconds by part.

        What the bare client loads, too, is the client's, whoever loads it first, and so is the making of the
        first client. A library that has no part of its own is of what loads it.
        """
        clients = [name for path in self.spent for name in path if name.startswith("client:")]
        of_client = {*client.modules, *clients[:1]}
        seconds = dict.fromkeys(COLUMNS, 0.0)
        for path, spent in self.spent.items():
            seconds[_part(path, of_client)] += spent
        return seconds


def _part(path: tuple[str, ...], of_client: set[str]) -> str:
    if not path or path[-1] in of_client:  # outside of all modules only the bare client is made
        return CLIENT
    for name in reversed(path):
        if name in of_client:
            return CLIENT
        if name.startswith(("client:", "botocore")):
            return FURTHER_CLIENTS
        for part, begun_by in PARTS.items():
            if name.startswith(tuple(f"{one}." for one in begun_by)) or name in begun_by:
                return part
    return OWN
