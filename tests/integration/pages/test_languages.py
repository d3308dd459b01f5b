"""The language of a page, and how its reader changes it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.integration.pages.conftest import Browser
from tests.unit.workers.test_rendering_languages import english_in
from usher.domain.invites import Invite
from usher.domain.languages import Language

LinkTo = Callable[[Invite], str]
OTHERS = [language for language in Language if language is not Language.ENGLISH]
SIGN_IN = {
    Language.GERMAN: "Zu Ihren Kursen anmelden",
    Language.FRENCH: "Connectez-vous à vos cours",
    Language.SPANISH: "Inicie sesión en sus cursos",
}


def accepting(browser: Browser, path: str, language: str) -> str:
    return browser.request("GET", path, headers={"accept-language": language}).text


@pytest.mark.parametrize("language", OTHERS)
def test_a_page_is_in_the_language_of_the_browser(browser: Browser, language: Language) -> None:
    text = accepting(browser, "/learn", f"{language}-XX,en;q=0.5")

    assert SIGN_IN[language] in text
    assert browser.page is not None
    assert browser.page.html.all("html")[0]["lang"] == language
    assert browser.page.headers["Content-Language"] == language
    assert browser.page.headers["Vary"] == "Accept-Language, Cookie"
    assert browser.page.headers["Cache-Control"] == "no-store"


def test_a_choice_sticks_and_leaves_the_address_as_it_was(
    browser: Browser, invite: Invite, link_to: LinkTo
) -> None:
    link = link_to(invite)
    page = browser.get(f"{link}?decline=1")
    german = next(one["href"] for one in page.html.all("a") if one.get("hreflang") == "de")
    switched = browser.get(link + german)

    assert (switched.status, switched.headers["Location"]) == (303, f"{link}?decline=1")
    (cookie,) = [one for one in switched.cookies if "usher_language=de" in one]
    assert {"Secure", "SameSite=Lax", f"Max-Age={365 * 24 * 3600}"} <= set(cookie.split("; "))
    assert "Einladung ablehnen?" in browser.follow().text
    assert SIGN_IN[Language.GERMAN] in accepting(browser, "/learn", "fr"), "wherever they go"


def test_a_language_that_there_is_not_changes_nothing(browser: Browser) -> None:
    page = browser.get("/learn?lang=xx")

    assert (page.status, page.html.all("html")[0]["lang"]) == (200, "en")


def test_a_page_that_there_is_not_is_in_the_language_of_the_browser(browser: Browser) -> None:
    assert "Diese Seite gibt es nicht" in accepting(browser, "/nowhere", "de")


@pytest.mark.parametrize("language", OTHERS)
def test_nothing_of_the_pages_on_the_way_in_is_left_in_english(
    browser: Browser, invite: Invite, link_to: LinkTo, language: Language
) -> None:
    link = link_to(invite)
    browser.get(f"/learn?lang={language}")
    told = [browser.get(path).text for path in (link, f"{link}?decline=1", "/learn", "/learn/password")]
    told.append(browser.get("/learn/password?step=code").text)
    told.append(browser.get("/c/acme").text)
    browser.get(link)
    told.append(browser.submit("register", first_name="A" * 81, password="short").text)
    browser.submit("register", first_name="Ann", password="Correct-horse-1")
    told.append(browser.follow().text)
    told.append(browser.get(link).text)
    told.append(browser.get("/learn").text)

    assert [english for text in told for english in english_in(text)] == []


@pytest.mark.parametrize(
    "path", ["//evil.example", "//evil.example/learn", "/\t/evil.example", "/\\evil.example"]
)
def test_a_choice_of_language_leads_to_no_other_origin(browser: Browser, path: str) -> None:
    page = browser.request("GET", "/?lang=de", path=path)

    assert page.status == 303
    assert not page.headers["Location"].startswith(("//", "/\\")), page.headers["Location"]
