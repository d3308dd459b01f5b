"""Proving an address by an emailed link, before anything is granted."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.clock import Clock
from tests.support.counting import Count
from tests.support.house import House
from tests.support.looking import events_of
from tests.support.machinery import ORIGIN, Machinery
from tests.support.tables import items
from usher.domain.addresses import BadAddressError
from usher.domain.doors.entries import ENTRY_LIFE, PER_ADDRESS, PER_NETWORK_ADDRESS, DeadEntryError, EntryKind
from usher.domain.doors.limits import LimitReachedError
from usher.domain.people import BadNameError
from usher.gateways.links import BadLinkError
from usher.services.doors.entering import Entering

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


def ask(house: House, email: str = "ann@x.io", **more: Any) -> Any:
    given = {"kind": EntryKind.JOIN, "network_address": "198.51.100.7", **more}
    return Entering(house.context).ask(organization=house.id, email=email, **given)


def test_asking_sends_one_link_that_leads_to_the_entry(house: House, machinery: Machinery) -> None:
    machinery.skip()

    entry = ask(house, " ANN@X.io ", first_name=" Ann ", last_name="Lee", code="WELCOME")
    machinery.settle()
    machinery.settle()

    ((to, template, link),) = machinery.mailbox()
    assert (to, template) == ("ann@x.io", "entry_link")
    token = link.removeprefix(f"{ORIGIN}/learn/enter/")
    asked = Entering(house.context).look(entry=machinery.links.read_entry(token))
    assert asked.entry == entry
    assert (entry.email, entry.first_name, entry.code) == ("ann@x.io", "Ann", "WELCOME")
    assert asked.organization.id == house.id
    with pytest.raises(BadLinkError):
        machinery.links.read_entry(token[:-1] + ("A" if token[-1] != "A" else "B"))


def test_the_event_says_nothing_that_a_stranger_wrote_but_the_address(house: House) -> None:
    entry = ask(house, first_name="Ann", code="WELCOME")

    (event,) = events_of(house, "entry.asked")
    assert event.facts == {"entry": entry.id, "by": "join", "email": "ann@x.io"}


def test_the_link_works_for_a_day(house: House, clock: Clock) -> None:
    entry = ask(house)
    entering = Entering(house.context)

    clock.forward(hours=23, minutes=59)
    assert entering.entry(entry=entry.id) == entry
    clock.forward(minutes=1)
    with pytest.raises(DeadEntryError):
        entering.entry(entry=entry.id)
    with pytest.raises(DeadEntryError):
        entering.look(entry=entry.id)
    with pytest.raises(DeadEntryError):
        entering.look(entry="0" * 26)


def test_an_entry_goes_by_itself(house: House, dynamodb: DynamoDBClient) -> None:
    entry = ask(house)

    (item,) = (one for one in items(dynamodb) if one["sk"]["S"] == "ENTRY")
    assert int(item["expires_on"]["N"]) > (entry.created_at + ENTRY_LIFE).timestamp()


def test_one_address_is_sent_only_so_many(house: House) -> None:
    for n in range(PER_ADDRESS.times):
        ask(house, network_address=f"198.51.100.{n}")

    with pytest.raises(LimitReachedError):
        ask(house, "ANN@x.io", network_address="198.51.100.99")

    ask(house, "bo@x.io")
    assert len(events_of(house, "entry.asked")) == PER_ADDRESS.times + 1


def test_one_ip_address_asks_only_so_often(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "usher.services.doors.entering.PER_NETWORK_ADDRESS", replace(PER_NETWORK_ADDRESS, times=3)
    )
    for n in range(3):
        ask(house, f"p{n}@x.io")

    with pytest.raises(LimitReachedError):
        ask(house)

    ask(house, network_address="203.0.113.1")


@pytest.mark.parametrize(
    ("given", "error"), [({"email": "ann"}, BadAddressError), ({"first_name": "a" * 81}, BadNameError)]
)
def test_what_cannot_be_read_counts_as_no_try(
    house: House, count: Count, given: dict[str, str], error: type[Exception]
) -> None:
    with pytest.raises(error), count() as cost:
        ask(house, **given)

    assert cost.calls == 0
