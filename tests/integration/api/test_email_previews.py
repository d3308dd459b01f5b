"""Previews of emails over HTTP."""

from __future__ import annotations

import pytest

from tests.support.api_caller import Caller
from tests.support.tenant import Tenant, create_tenant
from usher.domain.effects.kinds import Template


@pytest.mark.parametrize("template", Template)
def test_every_email_is_shown_with_links_that_lead_nowhere(
    limited: Caller, base: str, template: Template
) -> None:
    shown = limited.get(f"{base}/email-previews/{template}")

    assert shown.status == 200
    assert shown.json["subject"]
    assert shown.json["text"].strip()
    assert "Acme" in shown.json["html"]
    links = shown.json["html"].split("href=")[1:]
    assert all(link.startswith('"#"') for link in links)
    assert "/i/" not in shown.json["text"] + shown.json["html"]


@pytest.mark.parametrize(("language", "hello"), [("en", "Hello,"), ("de", "Guten Tag,")])
def test_the_email_with_a_code_for_a_new_password_is_shown_as_well(
    limited: Caller, base: str, language: str, hello: str
) -> None:
    shown = limited.get(f"{base}/email-previews/password_code", language=language).json

    assert hello in shown["html"]
    assert "123456" in shown["html"]
    assert "Acme" in shown["html"]
    assert all(link.startswith('"#"') for link in shown["html"].split("href=")[1:])
    assert shown["text"] == ""


def test_an_email_is_shown_in_the_organizations_branding(manager: Caller, base: str) -> None:
    manager.patch(base, {"name": "Acme Learning", "branding": {"color": "#aa0022"}})

    shown = manager.get(f"{base}/email-previews/invite").json

    assert "Acme Learning" in shown["html"]
    assert "#aa0022" in shown["html"].lower()


def test_an_email_is_shown_as_it_would_be_with_settings_that_are_not_saved(
    manager: Caller, limited: Caller, base: str
) -> None:
    path = f"{base}/email-previews/invite"
    look = {"name": "Harbor Works", "color": "#AA0022", "logo_url": "https://harbor.example/logo.png"}

    shown = limited.get(path, **look).json["html"]
    plain = limited.get(path, logo_url="")
    bad = limited.get(path, color="red")

    assert "Harbor Works" in shown
    assert "#aa0022" in shown
    assert "https://harbor.example/logo.png" in shown
    assert "<img" not in plain.json["html"]
    assert (bad.status, bad.json["code"]) == (422, "bad_settings")
    assert manager.get(base).json["name"] != "Harbor Works"


def test_an_unsent_invite_is_shown_as_its_first_recipient_would_get_it(
    manager: Caller, base: str, tenant: Tenant
) -> None:
    license_ = tenant.license()
    body = {
        "license": license_.id,
        "emails": "Ann Lee <ann@x.io>, bo@x.io",
        "message": "See you on Monday!",
        "access_start": "2027-02-01",
    }

    shown = manager.post(f"{base}/invites/preview-email", body)

    assert shown.status == 200
    assert shown.json["to"] == "ann@x.io"
    for part in (shown.json["html"], shown.json["text"]):
        assert "Ann" in part
        assert "See you on Monday!" in part
        assert "1 February 2027" in part
        assert "Fire safety" in part
    assert manager.get(f"{base}/invites").json["items"] == []


def test_an_address_that_has_some_of_it_is_shown_what_it_lacks(
    manager: Caller, base: str, tenant: Tenant
) -> None:
    has, lacks = tenant.license(), tenant.license(product=tenant.product(name="Ladders"))
    tenant.invite(has, "ann@x.io")
    body = {"licenses": [has.id, lacks.id], "emails": "ann@x.io"}

    shown = manager.post(f"{base}/invites/preview-email", body).json

    assert "Ladders" in shown["text"]
    assert "Fire safety" not in shown["text"]


def test_what_cannot_be_shown_is_refused(manager: Caller, limited: Caller, base: str, tenant: Tenant) -> None:
    other = create_tenant(tenant.context, slug="globex")
    body = {"license": tenant.license().id, "emails": "a@x.io"}
    path = f"{base}/invites/preview-email"

    forbidden = limited.post(path, body)
    bad = manager.post(path, {**body, "emails": "bob@", "skip_invalid": True})
    nothing = manager.post(path, {"emails": "a@x.io"})
    unknown = manager.get(f"{base}/email-previews/nonsense")
    elsewhere = manager.get(f"/v1/organizations/{other.id}/email-previews/invite")

    assert (forbidden.status, forbidden.json["code"]) == (403, "forbidden")
    assert (bad.status, bad.json["code"]) == (422, "bad_addresses")
    assert (nothing.status, nothing.json["code"]) == (422, "no_license")
    assert unknown.status == 404
    assert (elsewhere.status, elsewhere.json["code"]) == (404, "organization_not_found")


def test_an_unsent_invite_is_that_of_the_first_address_behind_what_is_none(
    manager: Caller, base: str, tenant: Tenant
) -> None:
    body = {"license": tenant.license().id, "emails": "bob@, ann@x.io", "skip_invalid": True}

    assert manager.post(f"{base}/invites/preview-email", body).json["to"] == "ann@x.io"
