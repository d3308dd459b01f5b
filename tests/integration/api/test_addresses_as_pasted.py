"""One reader takes addresses at every way into the API."""

from __future__ import annotations

import pytest

from tests.integration.api.conftest import API_KEY
from tests.support.api_caller import Caller
from tests.support.tenant import Tenant

PASTED = [
    "Lee, Ann <ann@x.io>",
    "mailto:ann@x.io",
    "<mailto:ann@x.io|ann@x.io>",
    " \u201cANN\uff20x.io\u201d.\u200b",
]


@pytest.mark.parametrize("pasted", PASTED)
def test_a_person_is_found_by_a_pasted_address(
    pasted: str, manager: Caller, caller: Caller, base: str, tenant: Tenant
) -> None:
    license_ = tenant.license()
    tenant.accept(tenant.invite(license_, "ann@x.io"))
    product = license_.terms.product.id
    platform = caller.sending(x_api_key=API_KEY)

    found = manager.get(f"{base}/invites", email=pasted).json["items"]
    entitled = platform.get("/v1/entitlements", email=pasted, product=product).json["entitled"]
    release = {"kind": "release_seat", "message": "Left.", "email": pasted, "license": license_.id}
    filed = manager.post(f"{base}/support-requests", release)

    assert [one["email"] for one in found] == ["ann@x.io"]
    assert entitled is True
    assert (filed.status, filed.json["email"]) == (201, "ann@x.io")


@pytest.mark.parametrize("pasted", PASTED)
def test_a_manager_is_invited_by_a_pasted_address(
    pasted: str, manager: Caller, operator: Caller, base: str
) -> None:
    someone = {"email": pasted, "first_name": "Ann", "last_name": "Lee"}

    invited = manager.post(f"{base}/team", {**someone, "role": "limited_manager"})
    created = operator.post(
        "/v1/operator/organizations",
        {"name": "Beta", "slug": "beta", "time_zone": "Europe/Zurich", "first_manager": someone},
    )

    assert (invited.status, invited.json["email"]) == (201, "ann@x.io")
    assert created.status == 201
    first = operator.get(f"/v1/organizations/{created.json['id']}/team").json["items"]
    assert [one["email"] for one in first] == ["ann@x.io"]


@pytest.mark.parametrize("typed", ["ann@x.io, bo@x.io", "mary ann@x.io", "ann@", "\u2022"])
def test_what_is_not_one_address_is_refused_where_one_is_asked_for(
    typed: str, manager: Caller, base: str
) -> None:
    someone = {"email": typed, "first_name": "Ann", "last_name": "Lee", "role": "limited_manager"}

    refused = manager.post(f"{base}/team", someone)

    assert (refused.status, refused.json["code"]) == (422, "bad_address")
    assert typed.split(maxsplit=1)[0] in refused.json["detail"]


@pytest.mark.parametrize("typed", ["@Acme.Example.", "*@acme.example", "\uff20acme\uff0eexample"])
def test_a_domain_is_read_as_it_was_pasted(typed: str, manager: Caller, base: str, tenant: Tenant) -> None:
    given = {"licenses": [tenant.license().id]}

    settings = {"enabled": True, "slug": "acme-academy", "domains": [typed], **given}
    page = manager.call("PUT", f"{base}/join-page", body=settings)
    code = manager.post(f"{base}/codes", {"kind": "registration", "code": "SPRING", "domain": typed, **given})

    assert (page.status, page.json["domains"]) == (200, ["acme.example"])
    assert (code.status, code.json["domain"]) == (201, "acme.example")
