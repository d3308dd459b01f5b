"""Counts beside the lists of codes, accesses, learners and deliveries over HTTP (decision 0072)."""

from __future__ import annotations

import pytest

from tests.support.api_caller import Caller
from tests.support.async_workers import AsyncWorkers
from tests.support.codes import code_of, redeem, switch
from tests.support.tenant import Tenant
from usher.domain.enrollment.codes import CodeKind


@pytest.fixture
def lists(manager: Caller, base: str, tenant: Tenant, async_workers: AsyncWorkers) -> dict[str, str]:
    """Something of each kind; return the addresses of the lists."""
    webhook = manager.post(f"{base}/webhooks", {"url": "https://hooks.example/usher"}).json["id"]
    license_ = tenant.license(9)
    used_up = code_of(tenant, license_, text="FIRST", kind=CodeKind.REDEMPTION)
    redeem(tenant, used_up)
    disabled = code_of(tenant, license_, text="SECOND")
    switch(tenant, disabled, disabled=True)
    code_of(tenant, license_, text="THIRD", ends_on="2027-12-01")
    tenant.invite(license_, "bob@x.io")
    tenant.accept(tenant.invite(license_, "cid@x.io", access_start="2027-03-01"))
    async_workers.dispatch()
    return {
        "codes": f"{base}/codes",
        "accesses": f"{base}/licenses/{license_.id}/accesses",
        "learners": f"{base}/learners",
        "deliveries": f"{base}/webhooks/{webhook}/deliveries",
    }


def test_lists_have_their_counts_where_they_are_asked_for(limited: Caller, lists: dict[str, str]) -> None:
    counts = {name: limited.get(path, counts="true", limit=1).json["counts"] for name, path in lists.items()}
    deliveries = counts.pop("deliveries")

    assert counts == {
        "codes": {"active": 1, "disabled": 1, "ended": 0, "used_up": 1},
        "accesses": {"reserved": 1, "scheduled": 1, "active": 1},
        "learners": {"total": 2},
    }
    assert deliveries == {"pending": len(limited.get(lists["deliveries"]).json["items"]), "failed": 0}
    assert all("counts" not in limited.get(path).json for path in lists.values())


def test_counts_stay_whatever_the_filters(manager: Caller, lists: dict[str, str]) -> None:
    def counts(name: str, **filters: str) -> object:
        return manager.get(lists[name], counts="true", **filters).json["counts"]

    assert counts("codes", state="used_up") == counts("codes", q="nothing") == counts("codes")
    assert counts("accesses", state="ended") == counts("accesses")
    assert counts("learners", q="nobody") == counts("learners")
    assert counts("deliveries", state="failed") == counts("deliveries")
