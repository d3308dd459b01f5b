"""Signing in, renewing and signing out over HTTP, with Cognito played by moto."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from functions.api.services import Services
from tests.integration.api.conftest import PASSWORD, Pool
from tests.support.api_caller import Caller
from tests.support.tenant import Tenant
from usher.domain.organizations import Permission
from usher.domain.people import Person
from usher.gateways.identity import Identity, SessionOverError

Register = Callable[[Person], Person]


def _sign_in(caller: Caller, person: Person, password: str = PASSWORD) -> str:
    answer = caller.post("/v1/session", {"email": person.email, "password": password})
    assert answer.status == 200, answer.text
    return answer.cookies[0]


def test_signing_in_answers_a_token_and_the_organizations(
    caller: Caller,
    tenant: Tenant,
    registered: Register,
    id_of: Callable[[str], str],
) -> None:
    registered(tenant.full)

    answer = caller.post("/v1/session", {"email": tenant.full.email.upper(), "password": PASSWORD})

    assert answer.status == 200
    assert answer.json["access_token"].count(".") == 2
    assert answer.json["expires_in"] > 0
    assert answer.json["person"] == {
        "email": tenant.full.email,
        "first_name": "Max",
        "last_name": "Full",
        "language": None,
        "operator": False,
    }
    assert answer.json["organizations"] == [
        {
            "id": tenant.id,
            "manager": id_of(tenant.full.email),
            "slug": "acme",
            "name": "Acme",
            "role": "full_manager",
            "permissions": sorted(Permission),
            "time_zone": "Europe/Zurich",
            "language": "en",
            "suspended": False,
            "provider": None,
            "has_clients": False,
        }
    ]


def test_me_says_what_one_may_do_and_whether_there_are_clients(
    manager: Caller, limited: Caller, base: str
) -> None:
    manager.post(f"{base}/clients", {"name": "Harbor", "slug": "harbor"})

    (own,) = manager.get("/v1/me").json["organizations"]
    (read_only,) = limited.get("/v1/me").json["organizations"]

    assert own["has_clients"] is True
    assert read_only["permissions"] == ["read"]


def test_a_new_password_by_the_present_one_ends_all_other_sessions(
    caller: Caller, manager: Caller, tenant: Tenant, registered: Register, identity: Identity
) -> None:
    registered(tenant.full)
    elsewhere = identity.sign_in(email=tenant.full.email, password=PASSWORD).refresh_token
    body = {"current_password": PASSWORD, "new_password": "Another-Horse-8"}

    wrong = manager.call("PUT", "/v1/me/password", body={**body, "current_password": "Wrong-Horse-7"})
    weak = manager.call("PUT", "/v1/me/password", body={**body, "new_password": "Password1234"})
    changed = manager.call("PUT", "/v1/me/password", body=body)

    assert (wrong.status, wrong.json["code"]) == (422, "wrong_password")
    assert wrong.json["errors"][0]["field"] == "current_password"
    assert (weak.status, weak.json["code"]) == (422, "weak_password")
    assert weak.json["errors"] == [{"field": "new_password", "reason": weak.json["next_action"]}]
    assert "one of the most common ones" in weak.json["next_action"]
    assert (changed.status, changed.json["person"]["email"]) == (200, tenant.full.email)
    assert changed.cookies[0].startswith("usher_refresh=")
    with pytest.raises(SessionOverError):
        identity.refresh(refresh_token=elsewhere)
    credentials = {"email": tenant.full.email, "password": PASSWORD}
    assert caller.post("/v1/session", credentials).status == 401
    assert caller.post("/v1/session", {**credentials, "password": "Another-Horse-8"}).status == 200


def test_an_operator_is_told_so(caller: Caller, tenant: Tenant, registered: Register, pool: Pool) -> None:
    registered(tenant.operator)
    pool.client.admin_add_user_to_group(
        UserPoolId=pool.id, Username=tenant.operator.email, GroupName="operators"
    )

    answer = caller.post("/v1/session", {"email": tenant.operator.email, "password": PASSWORD})

    assert answer.json["person"]["operator"] is True


def test_the_cookie_reaches_the_session_routes_alone_and_no_script(
    caller: Caller, tenant: Tenant, registered: Register
) -> None:
    registered(tenant.full)

    cookie = _sign_in(caller, tenant.full)

    assert cookie.startswith("usher_refresh=")
    assert set(cookie.split("; ")[1:]) == {
        "Path=/v1/session",
        "HttpOnly",
        "Secure",
        "SameSite=Strict",
        "Max-Age=2592000",
    }


def test_on_ones_own_machine_the_cookie_travels_without_tls(
    caller: Caller, services: Services, tenant: Tenant, registered: Register
) -> None:
    registered(tenant.full)
    services.origin = "http://localhost:8000"

    assert "Secure" not in _sign_in(caller, tenant.full)


def test_the_cookie_renews_the_session(caller: Caller, tenant: Tenant, registered: Register) -> None:
    registered(tenant.full)
    cookie = _sign_in(caller, tenant.full)

    answer = caller.call("POST", "/v1/session/refresh", cookies=[cookie.split(";")[0]])

    assert answer.status == 200, answer.text
    assert answer.json["person"]["email"] == tenant.full.email
    assert answer.cookies[0].startswith("usher_refresh=")


def test_the_cookie_is_read_from_the_header_where_the_event_has_no_list(
    caller: Caller, tenant: Tenant, registered: Register
) -> None:
    """What stands in for API Gateway locally leaves the cookies in the header."""
    registered(tenant.full)
    cookie = _sign_in(caller, tenant.full).split(";")[0]
    browser = caller.sending(cookie=f"theme=dark; {cookie}")

    assert browser.post("/v1/session/refresh").status == 200


def test_without_the_cookie_the_session_is_over(caller: Caller) -> None:
    answer = caller.post("/v1/session/refresh")

    assert answer.status == 401
    assert answer.json["code"] == "session_over"


def test_a_wrong_password_and_an_unknown_address_look_alike(
    caller: Caller, tenant: Tenant, registered: Register
) -> None:
    registered(tenant.full)

    wrong = caller.post("/v1/session", {"email": tenant.full.email, "password": "Wrong-Horse-9"})
    unknown = caller.post("/v1/session", {"email": "nobody@x.io", "password": PASSWORD})
    malformed = caller.post("/v1/session", {"email": "nobody", "password": PASSWORD})

    assert wrong.status == 401
    assert wrong.json["code"] == "wrong_credentials"
    assert wrong.headers["WWW-Authenticate"] == "Bearer"
    assert unknown.json == wrong.json
    assert malformed.json == wrong.json


def test_signing_out_clears_the_cookie_and_can_be_repeated(caller: Caller) -> None:
    answer = caller.call("DELETE", "/v1/session")

    assert answer.status == 204
    assert answer.text == ""
    assert answer.cookies[0].startswith("usher_refresh=; Path=/v1/session; Max-Age=0")


def test_me_names_the_person_of_the_token_and_where_they_manage(manager: Caller, tenant: Tenant) -> None:
    answer = manager.get("/v1/me")

    assert answer.status == 200
    assert answer.json["person"]["email"] == tenant.full.email
    assert [one["slug"] for one in answer.json["organizations"]] == ["acme"]


def test_renaming_oneself_shows_in_the_team(
    manager: Caller, base: str, tenant: Tenant, registered: Register
) -> None:
    registered(tenant.full)

    answer = manager.patch("/v1/me", {"first_name": " Maxine ", "last_name": "Fuller"})

    assert answer.json["person"]["first_name"] == "Maxine"
    team = manager.get(f"{base}/team").json["items"]
    assert {one["first_name"] for one in team if one["email"] == tenant.full.email} == {"Maxine"}


def test_an_empty_name_is_refused(manager: Caller) -> None:
    answer = manager.patch("/v1/me", {"first_name": " ", "last_name": "Fuller"})

    assert answer.status == 422
    assert answer.json["code"] == "bad_name"


@pytest.mark.parametrize(
    "headers",
    [
        {"sec_fetch_site": "cross-site", "origin": "https://evil.example"},
        {"sec_fetch_site": "same-site", "origin": "https://pages.usher.example"},
        {"sec_fetch_site": "none"},
        {"origin": "https://evil.example"},
        {"origin": "null"},
    ],
)
def test_a_page_of_another_origin_neither_signs_in_nor_renews_nor_signs_out(
    caller: Caller, tenant: Tenant, registered: Register, headers: dict[str, str]
) -> None:
    registered(tenant.full)
    cookie = _sign_in(caller, tenant.full).split(";")[0]
    elsewhere = caller.sending(**headers)
    credentials = {"email": tenant.full.email, "password": PASSWORD}

    refused = [
        elsewhere.post("/v1/session", credentials),
        elsewhere.call("POST", "/v1/session/refresh", cookies=[cookie]),
        elsewhere.call("DELETE", "/v1/session", cookies=[cookie]),
    ]

    assert [(answer.status, answer.json["code"]) for answer in refused] == [(403, "cross_site")] * 3
    assert not any(answer.cookies for answer in refused)
    assert caller.call("POST", "/v1/session/refresh", cookies=[cookie]).status == 200


@pytest.mark.parametrize("headers", [{"sec_fetch_site": "same-origin"}, {}, None])
def test_pages_of_this_origin_and_programs_renew_their_session(
    caller: Caller,
    tenant: Tenant,
    registered: Register,
    services: Services,
    headers: dict[str, str] | None,
) -> None:
    registered(tenant.full)
    cookie = _sign_in(caller, tenant.full).split(";")[0]
    sender = caller.sending(**({"origin": services.origin} if headers is None else headers))

    assert sender.call("POST", "/v1/session/refresh", cookies=[cookie]).status == 200
    assert sender.call("DELETE", "/v1/session").status == 204
