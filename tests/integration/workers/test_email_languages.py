"""Which language an email is in: the manager's own, that of what it is about, or the organization's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.integration.workers.conftest import Run, WorkerHarness
from tests.support.clock import Clock
from tests.support.tenant import Tenant
from usher.domain.enrollment.codes import CodeKind
from usher.domain.enrollment.grants import Grant
from usher.domain.enrollment.join_pages import WhenFull
from usher.domain.invites import Invite
from usher.domain.languages import Language
from usher.domain.licenses import License, ProductKind
from usher.domain.people import Person
from usher.services.enrollment.codes import CodeDraft, Codes
from usher.services.enrollment.join_page_flow import JoinPageFlow
from usher.services.enrollment.join_pages import JoinPages
from usher.services.enrollment.join_requests import JoinRequests
from usher.services.enrollment.redeem_code import RedeemCode
from usher.services.invites.invite_learners import InviteLearners
from usher.services.organization_settings import OrganizationSettings
from usher.services.receipts import Receipt
from usher.store import accesses, managers
from usher.store.transaction import commit

Settle = Callable[[], None]

ANN = Person(email="ann@x.io", first_name="Ann", last_name="Lee")


@pytest.fixture
def settled_tenant(tenant: Tenant, settle: Settle, harness: WorkerHarness) -> Tenant:
    """An organization all of whose own emails are out already."""
    settle()
    harness.sent_before = len(harness.all_sent())
    return tenant


def speaks(tenant: Tenant, language: Language) -> None:
    """Have the organization change its language."""
    OrganizationSettings(tenant.context).change(person=tenant.full, organization=tenant.id, language=language)


def chooses(tenant: Tenant, person: Person, language: Language) -> None:
    """Have a manager choose the language that they are written to in."""
    commit(tenant.context.table, [managers.choose_language(tenant.id, person.email, language)])


def invite(tenant: Tenant, language: Language | None, license_: License | None = None) -> Invite:
    (one,) = InviteLearners(tenant.context).invite(
        person=tenant.full,
        organization=tenant.id,
        license_ids=[(license_ or tenant.license()).id],
        emails=ANN.email,
        language=language,
        receipt=Receipt(),
    )
    assert one.invite is not None
    return one.invite


def subjects(harness: WorkerHarness) -> dict[str, str]:
    """Return the subjects of what was sent, by recipient."""
    return {email.destinations["ToAddresses"][0]: email.subject for email in harness.sent()}


@pytest.mark.parametrize(
    ("own", "organization", "subject"),
    [
        (None, Language.ENGLISH, "Acme invites you to Fire safety"),
        (None, Language.GERMAN, "Acme lädt Sie zu Fire safety ein"),
        (Language.FRENCH, Language.GERMAN, "Acme vous invite à rejoindre Fire safety"),
        (Language.ENGLISH, Language.SPANISH, "Acme invites you to Fire safety"),
    ],
)
def test_an_invites_own_language_goes_before_the_organizations(
    settled_tenant: Tenant,
    harness: WorkerHarness,
    settle: Settle,
    own: Language | None,
    organization: Language,
    subject: str,
) -> None:
    speaks(settled_tenant, organization)
    invite(settled_tenant, own)
    settle()

    assert subjects(harness)[ANN.email] == subject


@pytest.mark.parametrize(
    ("own", "again"),
    [
        (Language.FRENCH, "Nouveau lien : Acme vous invite à rejoindre Fire safety"),
        (None, "Neuer Link: Acme lädt Sie zu Fire safety ein"),
    ],
)
def test_a_pending_invite_keeps_its_own_language_and_else_follows_the_organization(
    settled_tenant: Tenant,
    harness: WorkerHarness,
    settle: Settle,
    clock: Clock,
    own: Language | None,
    again: str,
) -> None:
    sent = invite(settled_tenant, own)
    settle()
    speaks(settled_tenant, Language.GERMAN)
    clock.forward(hours=1)
    settled_tenant.resend(sent)
    settle()

    assert subjects(harness)[ANN.email] == again


def test_what_follows_an_invite_is_in_its_language(
    settled_tenant: Tenant, harness: WorkerHarness, settle: Settle
) -> None:
    settled_tenant.withdraw(invite(settled_tenant, Language.SPANISH))
    settle()

    assert subjects(harness)[ANN.email] == "Retirada: la invitación a participar en Fire safety"


@pytest.mark.parametrize(
    ("own", "organization", "beginning"),
    [
        (None, Language.ENGLISH, "ann@x.io declined"),
        (None, Language.FRENCH, "ann@x.io a refusé"),
        (Language.GERMAN, Language.FRENCH, "ann@x.io hat die Einladung"),
        (Language.ENGLISH, Language.FRENCH, "ann@x.io declined"),
    ],
)
def test_a_managers_own_language_goes_before_the_organizations_and_the_invites_does_not_count(
    settled_tenant: Tenant,
    harness: WorkerHarness,
    settle: Settle,
    own: Language | None,
    organization: Language,
    beginning: str,
) -> None:
    speaks(settled_tenant, organization)
    if own is not None:
        chooses(settled_tenant, settled_tenant.full, own)
    sent = invite(settled_tenant, Language.SPANISH)
    settle()
    settled_tenant.decline(sent)
    settle()

    told = subjects(harness)
    assert told[settled_tenant.full.email].startswith(beginning)
    others = {Language.ENGLISH: "ann@x.io declined", Language.FRENCH: "ann@x.io a refusé"}
    assert told[settled_tenant.limited.email].startswith(others[organization])


def page_in(tenant: Tenant, language: Language | None, license_: License) -> None:
    JoinPages(tenant.context).put(
        person=tenant.full,
        organization=tenant.id,
        slug="acme",
        is_on=True,
        domains=[],
        grant=Grant(licenses=(license_.id,)),
        approval=True,
        when_full=WhenFull.WAITING_LIST,
        language=language,
    )


@pytest.mark.parametrize(
    ("language", "asked", "answered"),
    [
        (None, "Your link to join Acme", "You are in: Acme"),
        (Language.GERMAN, "Ihr Link, um Acme beizutreten", "Sie sind dabei: Acme"),
    ],
)
def test_what_follows_a_join_page_is_in_its_language(
    settled_tenant: Tenant,
    harness: WorkerHarness,
    settle: Settle,
    language: Language | None,
    asked: str,
    answered: str,
) -> None:
    license_ = settled_tenant.license()
    page_in(settled_tenant, language, license_)
    flow = JoinPageFlow(settled_tenant.context)
    flow.ask(slug="acme", email=ANN.email, network_address="192.0.2.1")
    settle()
    assert subjects(harness)[ANN.email] == asked
    flow.join(person=ANN, organization=settled_tenant.id)
    settle()
    notice = "asks to join Acme"
    assert subjects(harness)[settled_tenant.full.email].endswith(notice), "managers read the organization's"

    JoinRequests(settled_tenant.context).approve(
        person=settled_tenant.full, organization=settled_tenant.id, email=ANN.email, receipt=Receipt()
    )
    settle()

    assert subjects(harness)[ANN.email] == answered


def test_what_a_code_gave_is_written_of_in_the_codes_language(
    settled_tenant: Tenant, harness: WorkerHarness, settle: Settle
) -> None:
    later = settled_tenant.license(kind=ProductKind.SUBSCRIPTION, starts_at="2027-03-01")
    issued = Codes(settled_tenant.context).create(
        person=settled_tenant.full,
        organization=settled_tenant.id,
        draft=CodeDraft(
            kind=CodeKind.REGISTRATION, grant=Grant(licenses=(later.id,)), language=Language.FRENCH
        ),
        text="SPRING",
        send_copy=True,
        receipt=Receipt(),
    )
    settle()
    assert subjects(harness)[settled_tenant.full.email].startswith("Comment rejoindre Acme")

    RedeemCode(settled_tenant.context).redeem(
        person=ANN, organization=settled_tenant.id, text=issued.code.text, network_address="192.0.2.1"
    )

    row = settled_tenant.context.table.get(accesses.ref(ANN.email, later.id))
    assert row is not None
    assert accesses.access_of(row).language is Language.FRENCH


def cognito(locale: str | None) -> dict[str, Any]:
    """Return the user pool's event for a forgotten password of a person who chose a language, or none."""
    chosen = {} if locale is None else {"locale": locale}
    return {
        "triggerSource": "CustomMessage_ForgotPassword",
        "request": {"userAttributes": {"email": ANN.email, **chosen}, "codeParameter": "{####}"},
        "response": {"smsMessage": None, "emailMessage": None, "emailSubject": None},
    }


@pytest.mark.parametrize(
    ("locale", "organization", "subject", "says"),
    [
        (None, Language.ENGLISH, "Your code for a new password", "it works for an hour, once."),
        (None, Language.GERMAN, "Ihr Code für ein neues Passwort", "er gilt eine Stunde lang"),
        ("es", Language.GERMAN, "Su código para una contraseña nueva", "válido durante una hora"),
        ("fr-CH", Language.GERMAN, "Votre code pour un nouveau mot de passe", "valable une heure"),
        ("it", Language.GERMAN, "Ihr Code für ein neues Passwort", "er gilt eine Stunde lang"),
    ],
)
def test_a_passwords_code_comes_in_the_persons_language_or_else_the_organizations(
    run: Run, tenant: Tenant, locale: str | None, organization: Language, subject: str, says: str
) -> None:
    tenant.accept(tenant.invite(tenant.license(), ANN.email))
    speaks(tenant, organization)
    answer = run("custom_message", cognito(locale))["response"]

    assert answer["emailSubject"] == subject
    assert says in answer["emailMessage"]
    assert len(answer["emailSubject"]) <= 140
    assert len(answer["emailMessage"]) < 20_000, "Cognito takes no more"
