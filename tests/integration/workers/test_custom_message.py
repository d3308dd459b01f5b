"""The email with the code for a new password, as the user pool has it written."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from typing import Any

import pytest

from tests.integration.workers.conftest import ORIGIN, Run
from tests.support.tenant import Tenant, create_tenant
from usher.domain.colors import READABLE, contrast
from usher.domain.organizations import Branding
from usher.store import organizations
from usher.store.transaction import commit

CODE = "{####}"
USUAL = {"smsMessage": None, "emailMessage": None, "emailSubject": None}


def asked(email: str, cause: str = "CustomMessage_ForgotPassword") -> dict[str, Any]:
    """Return Cognito's event, as it documents it."""
    return {
        "version": "1",
        "triggerSource": cause,
        "region": "us-east-1",
        "userPoolId": "us-east-1_pool",
        "userName": "5f0c1f6e-0000-4000-8000-000000000000",
        "callerContext": {"awsSdkVersion": "aws-sdk-unknown-unknown", "clientId": "client"},
        "request": {
            "userAttributes": {"email": email, "email_verified": "true", "given_name": "Ann"},
            "codeParameter": CODE,
            "usernameParameter": None,
        },
        "response": dict(USUAL),
    }


def written_to(run: Run, email: str) -> str:
    answer = run("custom_message", asked(email))
    assert {**answer, "response": USUAL} == asked(email), "the rest of the event goes back as it came"
    assert answer["response"]["emailSubject"] == "Your code for a new password"
    assert answer["response"]["smsMessage"] is None
    html: str = answer["response"]["emailMessage"]
    return html


def test_it_has_the_code_its_lifetime_and_a_link_to_the_form_that_takes_it(run: Run, tenant: Tenant) -> None:
    tenant.accept(tenant.invite(tenant.license(), "ann@x.io"))
    html = written_to(run, "ann@x.io")

    assert f"<strong>{CODE}</strong>" in html
    assert f'href="{ORIGIN}/learn/password?step=code"' in html, "no link has the code"
    assert "it works for an hour, once." in html
    assert "This email is for ann@x.io." in html
    assert len(html) < 20_000, "Cognito takes no more"
    assert "{{" not in html


@pytest.mark.parametrize("role", ["learner", "manager", "both"])
def test_it_is_in_the_name_and_colors_of_the_only_organization(run: Run, tenant: Tenant, role: str) -> None:
    found = organizations.get(tenant.context.table, tenant.id)
    assert found is not None
    branding = Branding(color="#ffd54a")
    commit(tenant.context.table, [organizations.change(found, replace(found, branding=branding))])
    email = "ann@x.io" if role == "learner" else tenant.full.email
    if role != "manager":
        tenant.accept(tenant.invite(tenant.license(), email))

    html = written_to(run, email)

    assert re.search(r'<td class="band"[^>]*>Acme</td>', html)
    (style,) = re.findall(r'<td class="button"[^>]*><a [^>]*style="([^"]*)"', html)
    (ink,) = re.findall(r"(?<![-\w])color: (#[0-9a-f]{6})", style)
    assert contrast(ink, "#ffd54a") >= READABLE


def test_it_is_ushers_own_for_whoever_is_in_several_organizations_or_in_none(
    run: Run, tenant: Tenant
) -> None:
    other = create_tenant(tenant.context, slug="other")
    for one in (tenant, other):
        one.accept(one.invite(one.license(), "ann@x.io"))

    for email in ("ann@x.io", "operator@usher.example"):
        html = written_to(run, email)
        assert re.search(r'<td class="band"[^>]*>Usher</td>', html)
        assert "Acme" not in html


def test_other_messages_stay_the_pools_own(run: Run) -> None:
    event = asked("ann@x.io", "CustomMessage_AdminCreateUser")

    assert run("custom_message", event) == event


def test_a_table_that_cannot_be_read_keeps_nobody_from_a_new_password(
    run: Run, monkeypatch: pytest.MonkeyPatch, logged: io.StringIO
) -> None:
    monkeypatch.setattr("usher.store.table.Table.query", _unreadable)
    html = written_to(run, "ann@x.io")

    assert f"<strong>{CODE}</strong>" in html
    assert "The person's organization could not be read." in logged.getvalue()
    assert "@" not in logged.getvalue()


def _unreadable(*_arguments: object, **_named: object) -> None:
    raise RuntimeError("ann@x.io")
