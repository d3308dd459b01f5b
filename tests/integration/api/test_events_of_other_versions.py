"""Events that another version wrote, newer or older: every reader passes them on or over, and none fails."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

from tests.support.api_caller import Caller
from tests.support.async_workers import AsyncWorkers
from tests.support.published_events import check_event
from tests.support.tables import NAME
from tests.support.tenant import Tenant
from usher.domain.events.event import Event
from usher.domain.events.invites import InviteResent
from usher.domain.events.parts import InviteRef
from usher.domain.events.registry import data_to_json
from usher.domain.instants import rfc3339
from usher.domain.invites import Invite
from usher.services.outbox.acknowledge_events import acknowledge
from usher.services.outbox.dispatch_events import UnreadableEventError
from usher.store import events, keys

ANN = "ann@x.io"
MOON = {"crew": 3, "email": ANN, "seats": [{"email": "bob@x.io"}, {"email": ANN}]}


class OtherVersion:
    """A version of the code with other types and fields, which writes to the same table."""

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant
        self._client: Any = tenant.context.table.connection.client
        self._written: list[dict[str, Any]] = []

    def write(self, type_: str, data: Mapping[str, Any]) -> Event:
        """Write an event, and return it as this version reads it."""
        id_ = self._tenant.context.new_id()
        item = {
            "pk": keys.events(self._tenant.id, 0),
            "sk": keys.event(id_),
            "id": id_,
            "organization": self._tenant.id,
            "type": type_,
            "occurred_at": rfc3339(self._tenant.context.now()),
            "actor": self._tenant.full.email,
            "data": json.dumps(data),
        }
        stored = {name: {"S": value} for name, value in item.items()}
        self._client.put_item(TableName=NAME, Item=stored)
        self._written.append({name: stored[name] for name in ("pk", "sk")})
        return events.from_stream(stored)

    def take_back(self) -> None:
        """Remove what was written, since the table's events are held against the schemas after each test."""
        for key in self._written:
            self._client.delete_item(TableName=NAME, Key=key)


@pytest.fixture
def other_version(tenant: Tenant) -> Iterator[OtherVersion]:
    other_version = OtherVersion(tenant)
    yield other_version
    other_version.take_back()


@pytest.fixture
def invite(tenant: Tenant) -> Invite:
    return tenant.invite(tenant.license(), ANN)


@pytest.fixture
def resent(other_version: OtherVersion, invite: Invite) -> Event:
    """An event of a known type with a field that is not known, and without one that has a default."""
    return other_version.write("invite.resent", {"invite": _json(invite), "moon": "full"})


@pytest.fixture
def landed(other_version: OtherVersion) -> Event:
    """An event of a type that is not known."""
    return other_version.write("moon.landed", MOON)


@pytest.fixture
def unreadable(other_version: OtherVersion) -> Event:
    """An event of a known type without a field that it needs."""
    return other_version.write("invite.declined", {"email": ANN})


def _json(invite: Invite) -> dict[str, Any]:
    """Return the invite as every event has it."""
    part: dict[str, Any] = data_to_json(InviteResent(invite=InviteRef.of(invite)))["invite"]
    return part


def test_the_log_has_the_fields_of_this_version_or_else_what_was_written(
    manager: Caller, base: str, invite: Invite, resent: Event, landed: Event, unreadable: Event
) -> None:
    found = {one["id"]: one for one in manager.get(f"{base}/events").json["items"]}

    assert found[resent.id]["data"] == {"invite": _json(invite), "seat_changes": []}
    check_event(found[resent.id])
    assert (found[landed.id]["type"], found[landed.id]["data"]) == ("moon.landed", MOON)
    assert (found[unreadable.id]["type"], found[unreadable.id]["data"]) == ("invite.declined", {"email": ANN})


@pytest.mark.usefixtures("resent", "landed", "unreadable")
def test_the_summary_counts_what_this_version_knows(
    manager: Caller, base: str, tenant: Tenant, async_workers: AsyncWorkers
) -> None:
    acknowledge(tenant.context, async_workers.waiting_events())
    answer = manager.get(f"{base}/reports/summary")

    assert answer.status == 200, answer.text
    (today,) = [day for day in answer.json["days"] if day["day"] == "2027-01-04"]
    assert (today["invited"], today["declined"], today["seats_used"]) == (1, 0, 1)


@pytest.mark.usefixtures("invite", "resent", "landed", "unreadable")
def test_a_person_is_given_all_that_names_them_and_nobody_else(
    manager: Caller, base: str, id_of: Callable[[str], str]
) -> None:
    answer = manager.get(f"{base}/learners/{id_of(ANN)}/export")

    assert answer.status == 200, answer.text
    found = {one["type"]: one["data"] for one in answer.json["records"]["event"]}
    assert found["moon.landed"] == {**MOON, "seats": [{"email": ANN}]}
    assert found["invite.declined"] == {"email": ANN}
    assert found["invite.resent"]["moon"] == "full"


def test_webhooks_and_emails_follow_from_known_types_alone_and_the_bus_has_all(
    manager: Caller, base: str, async_workers: AsyncWorkers, other_version: OtherVersion, invite: Invite
) -> None:
    webhook = manager.post(f"{base}/webhooks", {"url": "https://hooks.acme.example/usher"}).json["id"]
    async_workers.skip()
    landed = other_version.write("moon.landed", MOON)
    resent = other_version.write("invite.resent", {"invite": _json(invite), "moon": "full"})

    with async_workers.listening() as published:
        async_workers.dispatch()

    deliveries = manager.get(f"{base}/webhooks/{webhook}/deliveries").json["items"]
    assert [(one["id"], one["type"]) for one in deliveries] == [(resent.id, "invite.resent")]
    assert [one.template for one in async_workers.queued()] == ["resent"]
    assert {one["Detail"]["id"]: one["Detail"]["data"] for one in published} == {
        landed.id: MOON,
        resent.id: {"invite": _json(invite), "seat_changes": []},
    }


def test_nothing_follows_from_what_cannot_be_read_until_a_version_that_can_comes(
    manager: Caller, base: str, async_workers: AsyncWorkers, other_version: OtherVersion
) -> None:
    webhook = manager.post(f"{base}/webhooks", {"url": "https://hooks.acme.example/usher"}).json["id"]
    unreadable = other_version.write("invite.declined", {"email": ANN})

    with (
        async_workers.listening() as published,
        pytest.raises(UnreadableEventError),
    ):
        async_workers.dispatch_events.dispatch(unreadable)

    assert published == []
    assert async_workers.queued() == []
    assert manager.get(f"{base}/webhooks/{webhook}/deliveries").json["items"] == []
