"""What an invite gives is counted by kind, and a page has the icon of its organization."""

from __future__ import annotations

import pytest

from functions.pages.rendering import USHER, PageOwner
from functions.pages.wording import counted
from tests.support.terms import terms
from usher.domain.languages import Language
from usher.domain.licenses import ProductKind
from usher.domain.organizations import Branding
from usher.translations.texts import texts

COURSE, BUNDLE, SUBSCRIPTION = ProductKind.COURSE, ProductKind.BUNDLE, ProductKind.SUBSCRIPTION


@pytest.mark.parametrize(
    ("kinds", "words"),
    [
        ([COURSE], "1 course"),
        ([COURSE, BUNDLE, COURSE], "3 courses"),
        ([SUBSCRIPTION, SUBSCRIPTION], "2 subscriptions"),
        ([SUBSCRIPTION, COURSE], "1 course and 1 subscription"),
        ([SUBSCRIPTION, COURSE, SUBSCRIPTION, BUNDLE], "2 courses and 2 subscriptions"),
    ],
)
def test_courses_and_subscriptions_are_counted_each(kinds: list[ProductKind], words: str) -> None:
    assert counted(texts(Language.ENGLISH), [terms(kind=kind) for kind in kinds]) == words


def test_the_icon_of_a_page_is_the_organizations_initial_on_its_color() -> None:
    icon = PageOwner(name="«ärzte» & Co", branding=Branding(color="#ffe45c")).icon

    assert icon.startswith("data:image/svg+xml,%3Csvg")
    assert "fill='%23ffe45c'" in icon
    assert "fill='%23000000'%3E%C3%84%3C/text" in icon


@pytest.mark.parametrize("owner", [USHER, PageOwner(name="<&>", branding=Branding())])
def test_a_page_without_an_organization_or_an_initial_has_our_icon(owner: PageOwner) -> None:
    assert owner.icon == "/favicon.ico"
    assert owner.image_sources == "'self'"
