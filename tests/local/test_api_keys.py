"""For other programs: a program with an API key does a manager's work at the one origin."""

from collections.abc import Iterator

import pytest

from tests.local.conftest import LocalUsher
from tests.local.test_story import Acme


@pytest.fixture(scope="module")
def acme(usher: LocalUsher) -> Iterator[Acme]:
    acme = Acme(usher)
    yield acme
    acme.http.close()


def test_a_key_is_made_used_seen_and_revoked(acme: Acme, usher: LocalUsher) -> None:
    made = acme.http.post(f"{acme.url}/api-keys", json={"name": "Payroll", "scopes": ["read", "invite"]})
    assert made.status_code == 201, made.text

    with usher.client() as program:
        program.headers["x-api-key"] = made.json()["key"]
        license_ = acme.license("course")["id"]
        body = {"license": license_, "emails": "hired@payroll.example"}
        (invited,) = program.post(f"{acme.url}/invites", json=body).json()["results"]
        assert invited["invite"]["created_by"] == f"api-key:{made.json()['id']}"
        assert "acme" in usher.email("hired@payroll.example")["text"].lower()

        withdrawn = program.post(f"{acme.url}/invites/{invited['invite']['id']}/withdraw")
        assert withdrawn.json()["state"] == "withdrawn"
        assert program.patch(acme.url, json={"name": "Mine"}).json()["permission"] == "manage_organization"
        assert program.get("/v1/me").json()["code"] == "key_not_accepted"
        assert program.get("/v1/entitlements", params={"email": "a@x.io", "product": "p"}).status_code == 401

        (listed,) = acme.http.get(f"{acme.url}/api-keys").json()["items"]
        assert listed["last_used_at"] is not None
        assert acme.http.delete(f"{acme.url}/api-keys/{listed['id']}").status_code == 204
        assert program.get(acme.url).json()["code"] == "invalid_api_key"


def test_a_token_beside_a_key_counts_for_nothing(acme: Acme) -> None:
    answer = acme.http.get(acme.url, headers={"x-api-key": "usher_none"})

    assert (answer.status_code, answer.json()["code"]) == (401, "invalid_api_key")
