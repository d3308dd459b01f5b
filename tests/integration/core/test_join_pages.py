"""The join page as managers set it: on or off, its slug, its domains, what it gives."""

from __future__ import annotations

import pytest

from tests.support.join_pages import group_of, join, set_page
from tests.support.published_events import data_of
from tests.support.reading_back import events_of
from tests.support.tenant import Tenant, create_tenant
from usher.domain.enrollment.grants import BadGrantError, Grant
from usher.domain.enrollment.join_pages import (
    MAX_DOMAINS,
    JoinPage,
    JoinSlugTakenError,
    TooManyDomainsError,
    UnknownJoinPageError,
    WhenFull,
    WrongDomainError,
)
from usher.domain.enrollment.mail_providers import BadDomainError, PublicMailDomainError
from usher.domain.errors import ForbiddenError
from usher.domain.groups import GroupRequiredError, UnknownGroupError
from usher.domain.licenses import UnknownLicenseError
from usher.domain.organizations import BadSlugError
from usher.services.context import Context
from usher.services.enrollment.join_page_flow import JoinOutcome, JoinPageFlow
from usher.services.enrollment.join_pages import JoinPages
from usher.services.organization_settings import OrganizationSettings


def test_a_page_that_was_never_set_is_off_and_proposes_a_slug(tenant: Tenant) -> None:
    page = JoinPages(tenant.context).page(person=tenant.limited, organization=tenant.id)

    assert page == JoinPage(organization=tenant.id, slug="acme", is_on=False)
    with pytest.raises(UnknownJoinPageError):
        JoinPageFlow(tenant.context).read_page(slug="acme")


def test_on_or_off(tenant: Tenant) -> None:
    set_page(tenant)
    opened = JoinPageFlow(tenant.context).read_page(slug="ACME-Academy")
    set_page(tenant, is_on=False)

    assert opened.organization.id == tenant.id
    with pytest.raises(UnknownJoinPageError):
        JoinPageFlow(tenant.context).read_page(slug="acme-academy")


def test_off_means_gone_at_once_for_those_under_way_too(tenant: Tenant) -> None:
    license_ = tenant.license()
    set_page(tenant, license_)

    with pytest.raises(UnknownJoinPageError), tenant.before_next_write(lambda: set_page(tenant, is_on=False)):
        join(tenant)

    assert events_of(tenant, "learner.joined") == []


def test_its_own_slug_is_changeable_and_the_old_one_freed(tenant: Tenant, context: Context) -> None:
    set_page(tenant, slug="acme-academy")
    set_page(tenant, slug="acme-school")
    other = create_tenant(context, slug="other")

    set_page(other, slug="acme-academy")

    assert JoinPageFlow(context).read_page(slug="acme-academy").organization.id == other.id
    assert JoinPageFlow(context).read_page(slug="acme-school").organization.id == tenant.id


def test_a_slug_has_one_page(tenant: Tenant, context: Context) -> None:
    other = create_tenant(context, slug="other")
    set_page(tenant)

    with pytest.raises(JoinSlugTakenError):
        set_page(other)
    set_page(other, slug="other")
    with pytest.raises(JoinSlugTakenError):
        set_page(other)

    assert JoinPageFlow(context).read_page(slug="acme-academy").organization.id == tenant.id


def test_of_two_who_take_a_slug_at_once_one_has_it(tenant: Tenant, context: Context) -> None:
    other = create_tenant(context, slug="other")

    with pytest.raises(JoinSlugTakenError), tenant.before_next_write(lambda: set_page(other)):
        set_page(tenant)

    assert JoinPageFlow(context).read_page(slug="acme-academy").organization.id == other.id


def test_two_changes_at_once_are_both_made_one_after_the_other(tenant: Tenant) -> None:
    set_page(tenant, slug="first")

    with tenant.before_next_write(lambda: set_page(tenant, slug="second")):
        set_page(tenant, slug="third")

    assert JoinPageFlow(tenant.context).read_page(slug="third").page.slug == "third"
    for freed in ("first", "second"):
        with pytest.raises(UnknownJoinPageError):
            JoinPageFlow(tenant.context).read_page(slug=freed)


def test_saving_what_stands_there_changes_nothing(tenant: Tenant) -> None:
    set_page(tenant)
    set_page(tenant)

    (changed,) = events_of(tenant, "join_page.changed")
    assert changed.actor == tenant.full.email
    assert data_of(changed)["slug"] == "acme-academy"


@pytest.mark.parametrize("slug", ["", "-a", "a b", "ä", "a" * 49, "a/b"])
def test_a_slug_has_to_be_one(tenant: Tenant, slug: str) -> None:
    with pytest.raises(BadSlugError):
        set_page(tenant, slug=slug)


def test_an_exact_domain_allow_list(tenant: Tenant) -> None:
    page = set_page(tenant, domains=["@Acme.example", "acme.example", "bücher.example"])

    assert page.domains == ("acme.example", "xn--bcher-kva.example")
    assert join(tenant, "ann@acme.example") is JoinOutcome.ENROLLED
    assert join(tenant, "bo@xn--bcher-kva.example") is JoinOutcome.ENROLLED
    for other in ("ann@mail.acme.example", "ann@notacme.example", "ann@x.io"):
        with pytest.raises(WrongDomainError):
            join(tenant, other)


def test_an_empty_list_allows_any_address(tenant: Tenant) -> None:
    set_page(tenant)

    assert join(tenant, "ann@gmail.com") is JoinOutcome.ENROLLED


@pytest.mark.parametrize("domain", ["gmail.com", "GMX.de", " @outlook.com"])
def test_a_public_mail_providers_domain_is_refused_with_an_explanation(tenant: Tenant, domain: str) -> None:
    with pytest.raises(PublicMailDomainError) as refused:
        set_page(tenant, domains=["acme.example", domain])

    assert "whoever likes can have an address there" in refused.value.detail
    assert "invite people with other addresses by email" in refused.value.next_action


@pytest.mark.parametrize("domain", ["", "acme", "a b.example", "x@acme.example", "acme..example"])
def test_what_is_no_domain_is_refused(tenant: Tenant, domain: str) -> None:
    with pytest.raises(BadDomainError):
        set_page(tenant, domains=[domain])


def test_a_list_of_domains_has_an_end(tenant: Tenant) -> None:
    with pytest.raises(TooManyDomainsError):
        set_page(tenant, domains=[f"d{n}.example" for n in range(MAX_DOMAINS + 1)])


def test_it_gives_only_what_the_organization_has(tenant: Tenant, context: Context) -> None:
    other = create_tenant(context, slug="other")

    with pytest.raises(UnknownLicenseError):
        set_page(tenant, other.license())
    with pytest.raises(UnknownGroupError):
        set_page(tenant, group=group_of(other))
    with pytest.raises(BadGrantError):
        Grant(licenses=("l",), group="g")


def test_where_every_learner_needs_a_group_the_page_gives_one(tenant: Tenant) -> None:
    license_ = tenant.license()
    OrganizationSettings(tenant.context).change(
        person=tenant.full, organization=tenant.id, require_group=True
    )

    with pytest.raises(GroupRequiredError):
        set_page(tenant, license_)

    assert set_page(tenant, group=group_of(tenant, license_)).grant.group
    assert not set_page(tenant, license_, is_on=False).is_on


def test_only_a_full_manager_sets_it(tenant: Tenant) -> None:
    with pytest.raises(ForbiddenError):
        JoinPages(tenant.context).put(
            person=tenant.limited,
            organization=tenant.id,
            slug="acme",
            is_on=True,
            domains=[],
            grant=Grant(),
            approval=False,
            when_full=WhenFull.REFUSE,
        )
