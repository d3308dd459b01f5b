"""The page and the emails of an invite to a group say which."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from functions.emails.rendering import EmailRenderer
from tests.integration.pages.conftest import Browser
from tests.support.email_contexts import email_context
from tests.support.tenant import Tenant
from usher.domain.effects.kinds import Template
from usher.domain.invites import Invite
from usher.domain.licenses import License
from usher.services.groups import Groups
from usher.services.invites.invite_learners import InviteLearners
from usher.services.receipts import Receipt

LinkTo: TypeAlias = Callable[[Invite], str]


def invite_to_group(tenant: Tenant, licenses: Sequence[License], *more: str) -> Invite:
    """Invite to the group Night <shift>, which has the licenses, and to `more` groups without any."""
    groups = [
        Groups(tenant.context).create(
            person=tenant.full,
            organization=tenant.id,
            name=name,
            license_ids=[one.id for one in licenses] if name == "Night <shift>" else [],
            receipt=Receipt(),
        )
        for name in ("Night <shift>", *more)
    ]
    (one,) = InviteLearners(tenant.context).invite(
        person=tenant.full,
        organization=tenant.id,
        groups=[one.group.id for one in groups],
        emails="ann@x.io",
        receipt=Receipt(),
    )
    assert one.invite is not None
    return one.invite


def rendered(tenant: Tenant, invite: Invite, template: Template) -> tuple[str, str, str]:
    context = email_context(template, invite=invite, organization=tenant.organization, inviter=None)
    message = EmailRenderer(now=tenant.context.now).render(context)
    return message.subject, message.html, message.text


def test_the_page_names_the_group_that_the_courses_come_with(
    browser: Browser, tenant: Tenant, link_to: LinkTo
) -> None:
    page = browser.get(link_to(invite_to_group(tenant, [tenant.license(), tenant.license()])))

    assert page.status == 200
    assert ("Acme invites you to 2 courses, with access from the moment you accept until ") in page.text
    assert "By accepting you also join the group Night <shift>." in page.text


def test_the_page_of_an_invite_without_a_seat_names_the_group_alone(
    browser: Browser, tenant: Tenant, link_to: LinkTo
) -> None:
    link = link_to(invite_to_group(tenant, []))

    page = browser.get(link)
    declining = browser.get(f"{link}?decline=1")

    assert "invites you to join the group Night <shift>, from the moment you accept." in page.text
    assert "You will not join the group Night <shift>." in declining.text


def test_the_email_names_the_group(tenant: Tenant) -> None:
    subject, html, text = rendered(tenant, invite_to_group(tenant, [tenant.license()]), Template.INVITE)

    assert subject == "Acme invites you to Fire safety"
    assert "Night &lt;shift&gt;" in html
    assert "Group:          Night <shift>" in text


def test_emails_about_an_invite_without_a_seat_name_the_group(tenant: Tenant) -> None:
    invite = invite_to_group(tenant, [])

    for template in (Template.INVITE, Template.RESENT, Template.REMINDER, Template.WITHDRAWN):
        subject, html, text = rendered(tenant, invite, template)
        assert "the group Night <shift>" in subject
        assert "the group Night &lt;shift&gt;" in html
        assert "the group Night <shift>" in " ".join(text.split())
    for template in (Template.DECLINED_NOTICE, Template.EXPIRED_NOTICE):
        subject, _, text = rendered(tenant, invite, template)
        assert "the group Night <shift>" in subject
        assert "in the pool" not in text


def test_pages_and_emails_name_all_the_groups_of_an_invite(
    browser: Browser, tenant: Tenant, link_to: LinkTo
) -> None:
    invite = invite_to_group(tenant, [tenant.license()], "Cooks", "Drivers")

    page = browser.get(link_to(invite))
    _, html, text = rendered(tenant, invite, Template.INVITE)

    assert "By accepting you also join the groups Night <shift>, Cooks and Drivers." in page.text
    product = invite.licenses[0].product.name
    assert f"invites you to {product}, in the groups Night <shift>, Cooks and Drivers." in text
    assert "Groups:         Night <shift>, Cooks and Drivers" in text
    assert "in the groups Night &lt;shift&gt;, Cooks and Drivers." in html


def test_an_invite_to_groups_without_a_seat_names_them_alone(
    browser: Browser, tenant: Tenant, link_to: LinkTo
) -> None:
    invite = invite_to_group(tenant, [], "Cooks")

    page = browser.get(link_to(invite))
    subject, _, text = rendered(tenant, invite, Template.INVITE)

    assert "invites you to join the groups Night <shift> and Cooks, from the moment you accept." in page.text
    assert subject == "Acme invites you to the group Night <shift> and the group Cooks"
    assert "Groups:     Night <shift> and Cooks" in text
