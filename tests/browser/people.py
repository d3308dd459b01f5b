"""Learners who came by an invite, as the tests of their screens need them."""

from __future__ import annotations

from typing import Any

from infra.local.seed import MANAGER
from tests.local.conftest import LocalUsher
from tests.local.test_story import Browser, link_in


def enroll(
    usher: LocalUsher,
    email: str,
    name: tuple[str, str],
    product: str,
    *,
    access_start: str | None = None,
) -> None:
    """Invite an address to a product, and accept as its owner would."""
    with usher.signed_in(MANAGER) as api:
        (acme,) = api.get("/v1/me").json()["organizations"]
        url = f"/v1/organizations/{acme['id']}"
        (license_id,) = (
            one["id"]
            for one in api.get(f"{url}/licenses").json()["items"]
            if one["product"]["name"] == product
        )
        body: dict[str, Any] = {"license": license_id, "emails": email}
        if access_start is not None:
            body["access_start"] = access_start
        sent = api.post(f"{url}/invites", json=body, headers={"idempotency-key": f"enroll-{email}"})
        assert sent.status_code == 201, sent.text
    accepted = Browser(usher).register(link_in(usher.email(email)), *name)
    assert accepted.status_code == 200, accepted.text
