"""What emails about an open course say where the course has no address of its own."""

from __future__ import annotations

import pytest

from tests.integration.workers.conftest import Run, WorkerHarness
from tests.integration.workers.test_emails import Settle
from tests.support.clock import Clock
from tests.support.tenant import OPERATOR, Tenant
from usher.services.learner_assignment import LearnerAssignment
from usher.services.organization_settings import OrganizationSettings
from usher.services.product_changes import ProductChanges
from usher.services.receipts import Receipt


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("", "Acme (help@acme.example) will tell you where to go for First aid."),
        ("https://learn.example/c", ""),
    ],
)
def test_they_say_who_will_tell_the_way(
    tenant: Tenant, harness: WorkerHarness, settle: Settle, url: str, says: str
) -> None:
    tenant.accept(tenant.invite(tenant.license(), "ann@x.io"))
    OrganizationSettings(tenant.context).change(
        person=tenant.full, organization=tenant.id, welcome="Ask help@acme.example."
    )
    license_ = tenant.license(product=tenant.product(name="First aid", url=url))
    settle()
    harness.sent_before = len(harness.all_sent())

    LearnerAssignment(tenant.context).assign_license(
        person=tenant.full,
        organization=tenant.id,
        license_id=license_.id,
        emails="ann@x.io",
        people={},
        receipt=Receipt(),
    )
    settle()

    text = harness.requests[-1]["Content"]["Simple"]["Body"]["Text"]["Data"]
    html = harness.requests[-1]["Content"]["Simple"]["Body"]["Html"]["Data"]
    assert "Your access to First aid has started" in text
    assert ("will tell you where to go" in text) is ("will tell you where to go" in html) is bool(says)
    assert says in " ".join(text.split())
    assert says in html


def test_they_name_a_product_as_it_is_called_when_they_are_sent(
    tenant: Tenant, harness: WorkerHarness, run: Run, settle: Settle, clock: Clock
) -> None:
    """A start that waited, and an invite that was declined: their copies of the product are old."""
    product = tenant.product(name="First aid")
    license_ = tenant.license(product=product)
    settle()
    tenant.accept(tenant.invite(license_, "ann@x.io", access_start="2027-02-01"))
    waiting = tenant.invite(license_, "bob@x.io")
    settle()
    before = len(harness.requests)
    ProductChanges(tenant.context).change(
        person=OPERATOR, product=product.id, name="First aid at work", url=""
    )
    settle()

    tenant.decline(waiting)
    clock.forward(days=28)
    (execution,) = harness.executions()
    started = run("start_access", execution)
    settle()

    sent = [request["Content"]["Simple"] for request in harness.requests[before:]]
    assert started == {"started": 1}
    assert len(sent) == 3, "two managers are told of the decline, Ann of her start"
    assert all("First aid at work" in one["Body"]["Text"]["Data"] for one in sent)
    (started,) = [one for one in sent if "has started" in one["Body"]["Text"]["Data"]]
    text = " ".join(started["Body"]["Text"]["Data"].split())
    assert "Acme will tell you where to go for First aid at work." in text
