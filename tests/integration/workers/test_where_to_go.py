"""What emails about an open course say where the course has no address of its own."""

from __future__ import annotations

import pytest

from tests.integration.workers.conftest import WorkerHarness
from tests.integration.workers.test_emails import Settle
from tests.support.tenant import Tenant
from usher.services.learner_assignment import LearnerAssignment
from usher.services.organization_settings import OrganizationSettings
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
