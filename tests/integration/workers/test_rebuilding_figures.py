"""Figures that went wrong are counted anew by an invocation of the sweep (decision 0072)."""

from __future__ import annotations

import pytest

from functions.logs import InvocationFailedError
from tests.integration.workers.conftest import Run, WorkerHarness
from tests.support.tenant import Tenant
from usher.store import figures


def test_the_sweep_counts_an_organizations_figures_anew(
    tenant: Tenant, harness: WorkerHarness, run: Run
) -> None:
    license_ = tenant.license()
    tenant.accept(tenant.invite(license_))
    run("dispatch", {"Records": harness.events()})
    harness.queued()
    right = figures.get(tenant.context.table, tenant.id)
    of_license = figures.get(tenant.context.table, tenant.id, license_.id)
    for at in (figures.ref(tenant.id), figures.ref(tenant.id, license_.id)):
        wrong = figures.additions({"learners": 4, "accesses_active": 2})
        tenant.context.table.update(at, *wrong, condition=figures.FiguresRow.pk.exists())

    answer = run("sweep", {"rebuild_figures": tenant.id})

    assert {name: n for name, n in answer.items() if n} == {name: n for name, n in right.counts.items() if n}
    assert figures.get(tenant.context.table, tenant.id, license_.id).get("accesses_active") == 1
    assert of_license.get("accesses_active") == 1
    assert run("sweep", {})["expired"] == 0, "without it, the sweep does its own work"


def test_an_organization_that_does_not_exist_is_refused(run: Run) -> None:
    with pytest.raises(InvocationFailedError, match="UnknownOrganizationError"):
        run("sweep", {"rebuild_figures": "nowhere"})
