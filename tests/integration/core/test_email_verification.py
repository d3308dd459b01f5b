"""Proving an address by an emailed link, before anything is granted."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.async_workers import ORIGIN, AsyncWorkers
from tests.support.call_counts import Count
from tests.support.clock import Clock
from tests.support.published_events import data_of
from tests.support.reading_back import events_of
from tests.support.tables import items
from tests.support.tenant import Tenant, create_tenant
from usher.domain.addresses import BadAddressError
from usher.domain.enrollment.email_verifications import (
    PER_ADDRESS,
    PER_ADDRESS_AND_DAY,
    PER_NETWORK_ADDRESS,
    VERIFICATION_LIFE,
    VerificationOverError,
    VerificationPurpose,
)
from usher.domain.people import BadNameError
from usher.domain.rate_limits import LimitReachedError
from usher.gateways.links import BadLinkError
from usher.services.enrollment.email_verification import EmailVerification

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


def ask(tenant: Tenant, email: str = "ann@x.io", **more: Any) -> Any:
    given = {"kind": VerificationPurpose.JOIN, "network_address": "198.51.100.7", **more}
    return EmailVerification(tenant.context).ask(organization=tenant.id, email=email, **given)


def test_asking_sends_one_link_that_leads_to_the_entry(tenant: Tenant, async_workers: AsyncWorkers) -> None:
    async_workers.skip()

    request = ask(tenant, " ANN@X.io ", first_name=" Ann ", last_name="Lee", code="WELCOME")
    async_workers.settle()
    async_workers.settle()

    ((to, template, link),) = async_workers.mailbox()
    assert (to, template) == ("ann@x.io", "verification_link")
    token = link.removeprefix(f"{ORIGIN}/learn/enter/")
    asked = EmailVerification(tenant.context).read(request=async_workers.links.read_verification(token))
    assert asked.request == request
    assert (request.email, request.first_name, request.code) == ("ann@x.io", "Ann", "WELCOME")
    assert asked.organization.id == tenant.id
    with pytest.raises(BadLinkError):
        async_workers.links.read_verification(token[:-1] + ("A" if token[-1] != "A" else "B"))


def test_the_event_says_nothing_that_a_stranger_wrote_but_the_address(tenant: Tenant) -> None:
    request = ask(tenant, first_name="Ann", code="WELCOME")

    (event,) = events_of(tenant, "email_verification.requested")
    assert data_of(event) == {
        "verification": request.id,
        "purpose": "join",
        "email": "ann@x.io",
        "language": None,
    }


def test_the_link_works_for_a_day(tenant: Tenant, clock: Clock) -> None:
    request = ask(tenant)
    verification = EmailVerification(tenant.context)

    clock.forward(hours=23, minutes=59)
    assert verification.request(request=request.id) == request
    clock.forward(minutes=1)
    with pytest.raises(VerificationOverError):
        verification.request(request=request.id)
    with pytest.raises(VerificationOverError):
        verification.read(request=request.id)
    with pytest.raises(VerificationOverError):
        verification.read(request="0" * 26)


def test_an_entry_goes_by_itself(tenant: Tenant, dynamodb: DynamoDBClient) -> None:
    request = ask(tenant)

    (item,) = (one for one in items(dynamodb) if one["sk"]["S"] == "ENTRY")
    assert int(item["expires_on"]["N"]) > (request.created_at + VERIFICATION_LIFE).timestamp()


def test_one_address_is_sent_only_so_many(tenant: Tenant) -> None:
    for n in range(PER_ADDRESS.times):
        ask(tenant, network_address=f"198.51.100.{n}")

    with pytest.raises(LimitReachedError):
        ask(tenant, "ANN@x.io", network_address="198.51.100.99")

    ask(tenant, "bo@x.io")
    assert len(events_of(tenant, "email_verification.requested")) == PER_ADDRESS.times + 1


def test_one_address_is_sent_only_so_many_in_a_day_by_all_organizations(tenant: Tenant, clock: Clock) -> None:
    other = create_tenant(tenant.context, slug="other")
    for n in range(PER_ADDRESS_AND_DAY.times):
        ask(other if n % 2 else tenant, network_address=f"198.51.100.{n}")
        clock.forward(minutes=15)

    sent_after = 0
    for n in range(100):
        with suppress(LimitReachedError):
            ask(tenant, network_address=f"203.0.113.{n}")
            sent_after += 1
        clock.forward(minutes=2)

    assert sent_after == 4, "one in each hour that is begun, so that its owner is never without"


def test_what_is_refused_counts_toward_no_limit(tenant: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "usher.services.enrollment.email_verification.PER_NETWORK_ADDRESS",
        replace(PER_NETWORK_ADDRESS, times=PER_ADDRESS.times + 1),
    )
    for _ in range(PER_ADDRESS.times):
        ask(tenant)
    for _ in range(3):
        with pytest.raises(LimitReachedError):
            ask(tenant)

    ask(tenant, "bo@x.io")


def test_asking_costs_two_calls(tenant: Tenant, count: Count) -> None:
    with count() as cost:
        ask(tenant)

    assert cost.operations == ["TransactWriteItems"] * 2


def test_one_ip_address_asks_only_so_often(tenant: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "usher.services.enrollment.email_verification.PER_NETWORK_ADDRESS",
        replace(PER_NETWORK_ADDRESS, times=3),
    )
    for n in range(3):
        ask(tenant, f"p{n}@x.io")

    with pytest.raises(LimitReachedError):
        ask(tenant)

    ask(tenant, network_address="203.0.113.1")


@pytest.mark.parametrize(
    ("given", "error"), [({"email": "ann"}, BadAddressError), ({"first_name": "a" * 81}, BadNameError)]
)
def test_what_cannot_be_read_counts_as_no_try(
    tenant: Tenant, count: Count, given: dict[str, str], error: type[Exception]
) -> None:
    with pytest.raises(error), count() as cost:
        ask(tenant, **given)

    assert cost.calls == 0
