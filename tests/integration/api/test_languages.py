"""Languages over HTTP: who has one, what is refused, and what follows from it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.integration.api.conftest import PASSWORD
from tests.support.api_caller import Caller
from tests.support.tenant import Tenant
from usher.domain.languages import Language
from usher.domain.people import Person

Register = Callable[[Person], Person]


@pytest.mark.parametrize("language", Language)
def test_an_organization_is_in_each_of_the_languages(manager: Caller, base: str, language: Language) -> None:
    changed = manager.patch(base, {"language": language})

    assert (changed.status, changed.json["language"]) == (200, language)
    assert manager.get("/v1/me").json["organizations"][0]["language"] == language


def bodies(tenant: Tenant) -> dict[str, dict[str, Any]]:
    """Return what creates each thing that may have a language of its own."""
    license_ = tenant.license().id
    return {
        "invites": {"license": license_, "emails": "ann@x.io"},
        "invites/preview": {"license": license_, "emails": "ann@x.io"},
        "codes": {"license": license_, "kind": "registration"},
        "codes/batch": {"license": license_, "count": 2},
        "imports": {"file_name": "people.csv", "licenses": [license_]},
        "clients": {"name": "Harbor", "slug": "harbor"},
    }


@pytest.mark.parametrize("path", ["invites", "invites/preview", "codes", "codes/batch", "imports", "clients"])
@pytest.mark.parametrize("language", ["it", "de-CH", "", "DE", 7])
def test_a_language_that_there_is_not_is_refused_and_named(
    manager: Caller, base: str, tenant: Tenant, path: str, language: object
) -> None:
    answer = manager.post(f"{base}/{path}", {**bodies(tenant)[path], "language": language})

    assert (answer.status, answer.json["code"]) == (422, "invalid")
    assert [one["field"] for one in answer.json["errors"]] == ["language"]


def test_an_invite_has_its_own_language_or_none(manager: Caller, base: str, tenant: Tenant) -> None:
    body = bodies(tenant)["invites"]
    own = manager.post(f"{base}/invites", {**body, "language": "fr"})
    none = manager.post(f"{base}/invites", {**body, "emails": "bo@x.io"})

    assert own.json["results"][0]["invite"]["language"] == "fr"
    assert none.json["results"][0]["invite"]["language"] is None


def test_a_code_a_join_page_and_a_client_have_their_own(manager: Caller, base: str, tenant: Tenant) -> None:
    sent = bodies(tenant)
    manager.patch(base, {"language": "es"})
    code = manager.post(f"{base}/codes", {**sent["codes"], "language": "de"}).json
    page = manager.call(
        "PUT", f"{base}/join-page", body={"enabled": True, "slug": "acme", "language": "fr"}
    ).json
    client = manager.post(f"{base}/clients", {**sent["clients"], "language": "de"}).json
    other = manager.post(f"{base}/clients", {"name": "Quay", "slug": "quay"}).json

    assert code["language"] == "de"
    assert manager.get(f"{base}/codes/{code['id']}").json["language"] == "de"
    assert page["language"] == manager.get(f"{base}/join-page").json["language"] == "fr"
    assert (client["language"], other["language"]) == ("de", "es"), "a client's is its provider's at first"


def test_an_invites_email_is_previewed_in_its_language(manager: Caller, base: str, tenant: Tenant) -> None:
    body = {**bodies(tenant)["invites"], "language": "de"}

    assert (
        "lädt Sie zu Fire safety ein" in manager.post(f"{base}/invites/preview-email", body).json["subject"]
    )


@pytest.mark.parametrize(
    ("query", "subject"),
    [
        ({}, "Acme le invita a participar en First Aid at Work"),
        ({"language": "fr"}, "Acme vous invite à rejoindre First Aid at Work"),
        ({"language": "en"}, "Acme invites you to First Aid at Work"),
    ],
)
def test_an_example_is_in_the_organizations_language_or_the_one_that_was_asked_for(
    manager: Caller, base: str, query: dict[str, str], subject: str
) -> None:
    manager.patch(base, {"language": "es"})

    assert manager.get(f"{base}/email-previews/invite", **query).json["subject"] == subject


def test_an_example_in_another_language_is_refused(manager: Caller, base: str) -> None:
    answer = manager.get(f"{base}/email-previews/invite", language="it")

    assert (answer.status, answer.json["code"]) == (422, "invalid")


def test_a_person_chooses_a_language_and_it_sticks(
    caller: Caller, tenant: Tenant, registered: Register
) -> None:
    registered(tenant.full)
    session = caller.post("/v1/session", {"email": tenant.full.email, "password": PASSWORD}).json
    assert session["person"]["language"] is None
    signed_in = caller.as_(tenant.full)

    changed = signed_in.patch("/v1/me", {"language": "fr"})

    assert (changed.status, changed.json["person"]["language"]) == (200, "fr")
    assert changed.json["person"]["first_name"] == tenant.full.first_name
    again = caller.post("/v1/session", {"email": tenant.full.email, "password": PASSWORD}).json
    assert again["person"]["language"] == "fr", "the account has it, whichever browser asks"


def test_a_name_alone_leaves_the_other_name(manager: Caller, tenant: Tenant, registered: Register) -> None:
    registered(tenant.full)

    changed = manager.patch("/v1/me", {"first_name": "Maxine"}).json["person"]

    assert (changed["first_name"], changed["last_name"]) == ("Maxine", tenant.full.last_name)


def test_a_language_that_nobody_can_choose_is_refused(manager: Caller) -> None:
    answer = manager.patch("/v1/me", {"language": "it"})

    assert (answer.status, answer.json["code"]) == (422, "invalid")
