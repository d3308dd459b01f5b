"""Pages are whole in each language: all text is in messages, and refusals say what the API says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from functions.pages.languages import PageLanguages, accepted_language
from functions.pages.refusals import REFUSALS
from functions.pages.wording import counted, invited_to
from infra.messages import ROOT
from tests.support.terms import terms
from usher.domain.enrollment.sso_login import SignOnError
from usher.domain.errors import UsherError
from usher.domain.languages import Language
from usher.domain.licenses import ProductKind
from usher.translations.lazy import lazy_gettext
from usher.translations.texts import texts

TEMPLATES = sorted((ROOT / "functions" / "pages" / "templates").glob("*.html.j2"))
ENGLISH, GERMAN, FRENCH, SPANISH = Language
SPOKEN = re.compile(r'(?:alt|title|placeholder|aria-label|data-\w+|content)="([A-Z][^"{]*)"')


def bare_words(template: Path) -> list[str]:
    """Return the words of a template that are in no message."""
    source = template.read_text().replace("{% block layout %}split{% endblock %}", "")
    source = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", "", source, flags=re.DOTALL)
    source = re.sub(r"(<\w[^>]*)\bcontent=\"(?:width|noindex|light)[^\"]*\"", r"\1", source)
    return SPOKEN.findall(source) + re.findall(r"[A-Za-z]{2,}", re.sub(r"<[^>]*>", "", source))


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_a_template_has_no_text_that_is_not_a_message(template: Path) -> None:
    assert bare_words(template) == []


def subclasses(kind: type[UsherError]) -> Iterator[type[UsherError]]:
    yield kind
    for one in kind.__subclasses__():
        yield from subclasses(one)


REFUSED = sorted({*REFUSALS, *subclasses(SignOnError)}, key=lambda kind: kind.__name__)


@pytest.mark.parametrize("kind", REFUSED, ids=lambda kind: kind.__name__)
def test_a_refusal_says_on_pages_what_the_api_says(kind: type[UsherError]) -> None:
    text = REFUSALS[kind]

    assert (str(text.title), str(text.next_action)) == (kind.title, kind.next_action)


@pytest.mark.parametrize("language", [GERMAN, FRENCH, SPANISH])
def test_a_refusal_is_translated_whole(language: Language) -> None:
    for text in REFUSALS.values():
        assert text.title.told(texts(language)) != str(text.title)
        assert text.sentence.told(texts(language)).startswith(text.title.told(texts(language)))


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("de-CH,de;q=0.9,en;q=0.8", GERMAN),
        ("it-IT, fr;q=0.5, es;q=0.7", SPANISH),
        ("fr", FRENCH),
        ("en;q=0, de;q=0.1", GERMAN),
        ("de;q=nonsense, fr;q=0.2", FRENCH),
        ("de;q=7, fr;q=0.2", FRENCH),
        ("*", None),
        ("it", None),
        ("", None),
    ],
)
def test_a_browser_gets_the_language_of_ours_that_it_prefers(header: str, language: Language | None) -> None:
    assert accepted_language(header) is language


@pytest.mark.parametrize(
    ("chosen", "about", "accepted", "language"),
    [
        (SPANISH, FRENCH, GERMAN, SPANISH),
        (None, FRENCH, GERMAN, FRENCH),
        (None, None, GERMAN, GERMAN),
        (None, None, None, ENGLISH),
    ],
)
def test_a_choice_comes_before_the_subject_the_browser_and_the_organization(
    chosen: Language | None, about: Language | None, accepted: Language | None, language: Language
) -> None:
    asked = PageLanguages(chosen=chosen, accepted=accepted)

    assert asked.language(about=about, organization=ENGLISH) is language


def test_the_links_keep_the_parameters_of_the_page_and_name_each_language_in_itself() -> None:
    links = PageLanguages(query=(("decline", "1"),)).links(GERMAN)

    assert [link.name for link in links] == ["English", "Deutsch", "Français", "Español"]
    assert [link.is_current for link in links] == [False, True, False, False]
    assert links[2].href == "?decline=1&lang=fr"


@pytest.mark.parametrize(
    ("language", "words", "after_a_preposition"),
    [
        (ENGLISH, "2 courses and 1 subscription", "2 courses and 1 subscription"),
        (GERMAN, "2 Kurse und 1 Abonnement", "2 Kursen und 1 Abonnement"),
        (FRENCH, "2 cours et 1 abonnement", "2 cours et 1 abonnement"),
        (SPANISH, "2 cursos y 1 suscripción", "2 cursos y 1 suscripción"),
    ],
)
def test_what_an_invite_gives_is_counted_in_the_case_of_the_sentence(
    language: Language, words: str, after_a_preposition: str
) -> None:
    given = [terms(kind=kind) for kind in (ProductKind.COURSE, ProductKind.BUNDLE, ProductKind.SUBSCRIPTION)]

    assert counted(texts(language), given) == words
    assert invited_to(texts(language), given) == after_a_preposition


def test_domains_of_which_one_will_do_are_listed_with_or() -> None:
    named = lazy_gettext(
        "Use an address at %(domains)s.", domains=lambda texts: texts.one_of(["a.example", "orange.example"])
    )

    assert str(named) == "Use an address at a.example or orange.example."
    assert named.told(texts(SPANISH)) == "Use una dirección de a.example u orange.example."
