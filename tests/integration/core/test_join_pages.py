"""The join page as managers set it (issue 3, D): on or off, its slug, its domains, what it gives."""

from __future__ import annotations

import pytest

from tests.support.house import House, found_house
from tests.support.joining import group_of, join, set_page
from tests.support.looking import events_of
from usher.domain.doors.grants import BadGrantError, Grant
from usher.domain.doors.join_pages import (
    MAX_DOMAINS,
    JoinPage,
    JoinSlugTakenError,
    TooManyDomainsError,
    UnknownJoinPageError,
    WhenFull,
    WrongDomainError,
)
from usher.domain.doors.mail_providers import BadDomainError, PublicMailDomainError
from usher.domain.errors import ForbiddenError
from usher.domain.groups import GroupRequiredError, UnknownGroupError
from usher.domain.licenses import UnknownLicenseError
from usher.domain.organizations import BadSlugError
from usher.services.context import Context
from usher.services.doors.join_pages import JoinPages
from usher.services.doors.joining import Joining, JoinOutcome
from usher.services.managing import Managing


def test_a_page_that_was_never_set_is_off_and_proposes_a_slug(house: House) -> None:
    page = JoinPages(house.context).page(person=house.limited, organization=house.id)

    assert page == JoinPage(organization=house.id, slug="acme", is_on=False)
    with pytest.raises(UnknownJoinPageError):
        Joining(house.context).look(slug="acme")


def test_on_or_off(house: House) -> None:
    set_page(house)
    opened = Joining(house.context).look(slug="ACME-Academy")
    set_page(house, is_on=False)

    assert opened.organization.id == house.id
    with pytest.raises(UnknownJoinPageError):
        Joining(house.context).look(slug="acme-academy")


def test_off_means_gone_at_once_for_those_under_way_too(house: House) -> None:
    license_ = house.license()
    set_page(house, license_)

    with pytest.raises(UnknownJoinPageError), house.before_next_write(lambda: set_page(house, is_on=False)):
        join(house)

    assert events_of(house, "learner.joined") == []


def test_its_own_slug_is_changeable_and_the_old_one_freed(house: House, context: Context) -> None:
    set_page(house, slug="acme-academy")
    set_page(house, slug="acme-school")
    other = found_house(context, slug="other")

    set_page(other, slug="acme-academy")

    assert Joining(context).look(slug="acme-academy").organization.id == other.id
    assert Joining(context).look(slug="acme-school").organization.id == house.id


def test_a_slug_has_one_page(house: House, context: Context) -> None:
    other = found_house(context, slug="other")
    set_page(house)

    with pytest.raises(JoinSlugTakenError):
        set_page(other)
    set_page(other, slug="other")
    with pytest.raises(JoinSlugTakenError):
        set_page(other)

    assert Joining(context).look(slug="acme-academy").organization.id == house.id


def test_of_two_who_take_a_slug_at_once_one_has_it(house: House, context: Context) -> None:
    other = found_house(context, slug="other")

    with pytest.raises(JoinSlugTakenError), house.before_next_write(lambda: set_page(other)):
        set_page(house)

    assert Joining(context).look(slug="acme-academy").organization.id == other.id


def test_two_changes_at_once_are_both_made_one_after_the_other(house: House) -> None:
    set_page(house, slug="first")

    with house.before_next_write(lambda: set_page(house, slug="second")):
        set_page(house, slug="third")

    assert Joining(house.context).look(slug="third").page.slug == "third"
    for freed in ("first", "second"):
        with pytest.raises(UnknownJoinPageError):
            Joining(house.context).look(slug=freed)


def test_saving_what_stands_there_changes_nothing(house: House) -> None:
    set_page(house)
    set_page(house)

    (changed,) = events_of(house, "join_page.changed")
    assert changed.actor == house.full.email
    assert changed.facts["slug"] == "acme-academy"


@pytest.mark.parametrize("slug", ["", "-a", "a b", "ä", "a" * 49, "a/b"])
def test_a_slug_has_to_be_one(house: House, slug: str) -> None:
    with pytest.raises(BadSlugError):
        set_page(house, slug=slug)


def test_an_exact_domain_allow_list(house: House) -> None:
    page = set_page(house, domains=["@Acme.example", "acme.example", "bücher.example"])

    assert page.domains == ("acme.example", "xn--bcher-kva.example")
    assert join(house, "ann@acme.example") is JoinOutcome.IN
    assert join(house, "bo@xn--bcher-kva.example") is JoinOutcome.IN
    for other in ("ann@mail.acme.example", "ann@notacme.example", "ann@x.io"):
        with pytest.raises(WrongDomainError):
            join(house, other)


def test_an_empty_list_lets_in_any_address(house: House) -> None:
    set_page(house)

    assert join(house, "ann@gmail.com") is JoinOutcome.IN


@pytest.mark.parametrize("domain", ["gmail.com", "GMX.de", " @outlook.com"])
def test_a_public_mail_providers_domain_is_refused_with_an_explanation(house: House, domain: str) -> None:
    with pytest.raises(PublicMailDomainError) as refused:
        set_page(house, domains=["acme.example", domain])

    assert "whoever likes can have an address there" in refused.value.detail
    assert "invite people with other addresses by email" in refused.value.next_action


@pytest.mark.parametrize("domain", ["", "acme", "a b.example", "x@acme.example", "acme..example"])
def test_what_is_no_domain_is_refused(house: House, domain: str) -> None:
    with pytest.raises(BadDomainError):
        set_page(house, domains=[domain])


def test_a_list_of_domains_has_an_end(house: House) -> None:
    with pytest.raises(TooManyDomainsError):
        set_page(house, domains=[f"d{n}.example" for n in range(MAX_DOMAINS + 1)])


def test_it_gives_only_what_the_organization_has(house: House, context: Context) -> None:
    other = found_house(context, slug="other")

    with pytest.raises(UnknownLicenseError):
        set_page(house, other.license())
    with pytest.raises(UnknownGroupError):
        set_page(house, group=group_of(other))
    with pytest.raises(BadGrantError):
        Grant(licenses=("l",), group="g")


def test_where_every_learner_needs_a_group_the_page_gives_one(house: House) -> None:
    license_ = house.license()
    Managing(house.context).change(person=house.full, organization=house.id, require_group=True)

    with pytest.raises(GroupRequiredError):
        set_page(house, license_)

    assert set_page(house, group=group_of(house, license_)).grant.group
    assert not set_page(house, license_, is_on=False).is_on


def test_only_a_full_manager_sets_it(house: House) -> None:
    with pytest.raises(ForbiddenError):
        JoinPages(house.context).put(
            person=house.limited,
            organization=house.id,
            slug="acme",
            is_on=True,
            domains=[],
            grant=Grant(),
            approval=False,
            when_full=WhenFull.REFUSE,
        )
