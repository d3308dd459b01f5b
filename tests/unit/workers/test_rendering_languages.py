"""Every email is whole in each language: nothing is left in English, and dates and figures are its own."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest

from functions.emails.import_outcomes import outcome_name
from functions.emails.rendering import EmailRenderer
from infra.messages import extracted
from tests.support.email_contexts import (
    ACME,
    ANSWERED,
    CODE,
    CODE_TERMS,
    ENDING,
    IMPORT_FINISHED,
    INVITE,
    NOW,
    email_context,
    summary,
)
from usher.domain.effects.kinds import Template
from usher.domain.events.codes import CodeCopied
from usher.domain.events.event import EventData
from usher.domain.events.invites import InviteStartChanged
from usher.domain.events.parts import GroupRef, InviteRef
from usher.domain.groups import InviteGroup
from usher.domain.imports.verdicts import Verdict
from usher.domain.invites import Invite
from usher.domain.languages import Language
from usher.domain.organizations import Branding
from usher.domain.requests import SupportKind
from usher.translations.texts import texts

OTHERS = [language for language in Language if language is not Language.ENGLISH]
SHORT = 12
"""Shorter messages stand in other languages too, as `Code` and `Support` do."""


@pytest.fixture(scope="module")
def renderer() -> EmailRenderer:
    return EmailRenderer(now=lambda: NOW)


def sentences() -> list[re.Pattern[str]]:
    """Return the English messages as patterns in which anything stands for a placeholder."""
    ids: list[str] = []
    for message in extracted():
        ids += message.id if isinstance(message.id, tuple | list) else [message.id]
    return [
        re.compile(r"\b" + ".{1,200}?".join(map(re.escape, re.split(r"%\(\w+\)s", text))), re.DOTALL)
        for text in ids
        if len(re.sub(r"%\(\w+\)s", "", text)) > SHORT
    ]


ENGLISH = sentences()


def english_in(text: str) -> list[str]:
    """Return the English messages that are found in a text."""
    return [pattern.pattern for pattern in ENGLISH if pattern.search(text)]


def test_an_english_email_would_be_found(renderer: EmailRenderer) -> None:
    message = renderer.render(email_context(Template.INVITE))

    assert len(english_in(message.text)) > 3


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("template", Template)
def test_nothing_of_an_email_is_left_in_english(
    renderer: EmailRenderer, template: Template, language: Language
) -> None:
    message = renderer.render(email_context(template, language=language))
    seen = unescape(re.sub(r"<style.*?</style>|<[^>]+>", " ", message.html, flags=re.DOTALL))

    assert f'<html lang="{language}"' in message.html
    assert english_in(f"{message.subject}\n{message.text}\n{seen}") == []
    assert "%(" not in message.subject + message.text + message.html


GROUP = InviteGroup(id="G", name="Nachtschicht", licenses=())
IN_GROUPS = replace(INVITE, groups=(GROUP, replace(GROUP, id="H", name="Tagschicht")))
GROUP_ALONE = replace(INVITE, licenses=(), groups=(GROUP,))


@pytest.mark.parametrize(
    ("language", "together", "alone"),
    [
        (
            Language.ENGLISH,
            "invites you to Fire safety, in the groups Nachtschicht and Tagschicht.",
            "invites you to the group Nachtschicht.",
        ),
        (
            Language.GERMAN,
            "lädt Sie zu Fire safety ein, in den Gruppen Nachtschicht und Tagschicht.",
            "lädt Sie zu der Gruppe Nachtschicht ein.",
        ),
        (
            Language.FRENCH,
            "vous invite à rejoindre Fire safety, dans les groupes Nachtschicht et Tagschicht.",
            "vous invite à rejoindre le groupe Nachtschicht.",
        ),
        (
            Language.SPANISH,
            "le invita a participar en Fire safety, en los grupos Nachtschicht y Tagschicht.",
            "le invita a participar en el grupo Nachtschicht.",
        ),
    ],
)
def test_groups_are_named_in_a_sentence_of_the_language(
    renderer: EmailRenderer, language: Language, together: str, alone: str
) -> None:
    both = renderer.render(email_context(Template.INVITE, invite=IN_GROUPS, language=language))
    one = renderer.render(email_context(Template.INVITE, invite=GROUP_ALONE, language=language))

    assert together in both.text
    assert alone in one.text


@pytest.mark.parametrize(
    ("language", "two", "one", "none"),
    [
        (Language.ENGLISH, "That leaves 2 days.", "less than a day left", "less than a day"),
        (Language.GERMAN, "Es bleiben noch 2 Tage.", "weniger als ein Tag", "weniger als ein Tag"),
        (
            Language.FRENCH,
            "Il reste 2 jours.",
            "moins d\N{RIGHT SINGLE QUOTATION MARK}un jour",
            "moins d\N{RIGHT SINGLE QUOTATION MARK}un jour",
        ),
        (Language.SPANISH, "Quedan 2 días.", "menos de un día", "menos de un día"),
    ],
)
def test_the_time_that_is_left_has_its_plural(
    renderer: EmailRenderer, language: Language, two: str, one: str, none: str
) -> None:
    def reminder(left: timedelta) -> str:
        invite = replace(INVITE, expires_at=NOW + left)
        return renderer.render(email_context(Template.REMINDER, invite=invite, language=language)).text

    assert two in reminder(timedelta(days=2))
    assert one in reminder(timedelta(days=1))
    assert none in reminder(timedelta(hours=1))


@pytest.mark.parametrize(
    ("language", "one", "many"),
    [
        (Language.ENGLISH, "1 invitation expired: Fire", "1,234 invitations expired: Fire"),
        (Language.GERMAN, "1 Einladung abgelaufen: Fire", "1.234 Einladungen abgelaufen: Fire"),
        (
            Language.FRENCH,
            "1 invitation expirée : Fire",
            "1 234 invitations expirées : Fire",
        ),
        (Language.SPANISH, "1 invitación caducada: Fire", "1234 invitaciones caducadas: Fire"),
    ],
)
def test_counts_have_their_plural_and_the_languages_figures(
    renderer: EmailRenderer, language: Language, one: str, many: str
) -> None:
    def subject(data: EventData) -> str:
        return renderer.render(email_context(Template.EXPIRED_NOTICE, data, language=language)).subject

    assert subject(summary(INVITE)).startswith(one)
    assert subject(summary(INVITE, count=1234)).startswith(many)


@pytest.mark.parametrize(
    ("language", "by", "until", "moment"),
    [
        (
            Language.ENGLISH,
            "Please answer by the end of 13 January 2027.",
            "for your answer until the end of 13 January 2027.",
            "1 February 2027, 09:30 (Europe/Zurich)",
        ),
        (
            Language.GERMAN,
            "Bitte antworten Sie bis zum Ende des 13. Januar 2027.",
            "wartet noch bis zum Ende des 13. Januar 2027 auf",
            "1. Februar 2027, 09:30 Uhr (Europe/Zurich)",
        ),
        (
            Language.FRENCH,
            "Merci de répondre avant la fin du 13 janvier 2027.",
            "attend encore votre réponse jusqu\N{RIGHT SINGLE QUOTATION MARK}à la fin du 13 janvier 2027.",
            "1er février 2027 à 09:30 (Europe/Zurich)",
        ),
        (
            Language.SPANISH,
            "Responda, por favor, antes de que termine el 13 de enero de 2027.",
            "de su respuesta hasta el final del 13 de enero de 2027.",
            "1 de febrero de 2027, 09:30 h (Europe/Zurich)",
        ),
    ],
)
def test_dates_are_in_the_words_of_the_language_and_name_the_zone(
    renderer: EmailRenderer, language: Language, by: str, until: str, moment: str
) -> None:
    invite = replace(INVITE, access_start=datetime(2027, 2, 1, 8, 30, tzinfo=UTC))
    invited = renderer.render(email_context(Template.INVITE, invite=invite, language=language))
    moved = renderer.render(email_context(Template.START_CHANGED, invite=invite, language=language))

    assert by in unescape(invited.html)
    assert until in moved.text
    assert moment in invited.text
    assert moment in moved.text


@pytest.mark.parametrize(
    ("previous", "before"),
    [
        (datetime(2027, 1, 31, 23, 0, tzinfo=UTC), "Before: 1 February 2027\n"),
        (None, "Before: as soon as you accept\n"),
        (datetime(2026, 12, 1, tzinfo=UTC), "Before: as soon as you accept\n"),
    ],
)
def test_a_moved_start_is_told_with_the_one_before(
    renderer: EmailRenderer, previous: datetime | None, before: str
) -> None:
    invite = replace(INVITE, access_start=datetime(2027, 2, 28, 23, 0, tzinfo=UTC), start_edited=True)
    data = InviteStartChanged(invite=InviteRef.of(invite), scheduled=(), previous_access_start=previous)
    message = renderer.render(email_context(Template.START_CHANGED, data, invite=invite))

    assert "changed when your access to Fire safety starts" in message.text
    assert "  Starts: 1 March 2027\n" in message.text
    assert before in message.text


def test_a_start_that_stays_what_it_was_is_not_told_twice(renderer: EmailRenderer) -> None:
    data = InviteStartChanged(invite=InviteRef.of(INVITE), scheduled=(), previous_access_start=None)

    assert "Before" not in renderer.render(email_context(Template.START_CHANGED, data)).text


def test_an_assigned_start_is_told_with_the_one_before(renderer: EmailRenderer) -> None:
    text = renderer.render(email_context(Template.ACCESS_START_CHANGED)).text

    assert "Access starts:  3 February 2027, 10:00 (Europe/Zurich)\n" in text
    assert "Before:         24 January 2027, 10:00 (Europe/Zurich)\n" in text


def test_what_the_manager_wrote_stays_as_it_is(renderer: EmailRenderer) -> None:
    invite: Invite = replace(INVITE, message="There is nothing that you need to do.")
    message = renderer.render(email_context(Template.INVITE, invite=invite, language=Language.GERMAN))

    assert "    There is nothing that you need to do.\n" in message.text
    assert "Max Full schreibt:" in message.text


@pytest.mark.parametrize("language", OTHERS)
def test_each_outcome_of_an_import_has_a_name_in_each_language(language: Language) -> None:
    names = {outcome_name(texts(language), verdict) for verdict in Verdict}
    english = {outcome_name(texts(Language.ENGLISH), verdict) for verdict in Verdict}

    assert len(names) == len(Verdict)
    assert names & english == set()


RELEASED = replace(ANSWERED, kind=SupportKind.RELEASE_SEAT, email="ann@x.io", granted=True)
TRANSFERRED = replace(
    ANSWERED, kind=SupportKind.TRANSFER_PROGRESS, email="ann@x.io", training="First aid", granted=True
)
GROUP_CODE = CodeCopied(
    code=CODE,
    terms=replace(CODE_TERMS, licenses=(), group=GroupRef(id="G", name="Nachtschicht"), cap=None, message=""),
    copy_to="boss@acme.example",
    group_licenses=(),
)


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize(
    ("template", "data"),
    [
        (Template.SUPPORT_ANSWERED, RELEASED),
        (Template.SUPPORT_ANSWERED, TRANSFERRED),
        (Template.CODE_COPY, GROUP_CODE),
        (Template.ENDING_NOTICE, replace(ENDING, days=1, available=0)),
        (Template.IMPORT_FINISHED_NOTICE, replace(IMPORT_FINISHED, invited=1, outcomes={"bad_name": 2})),
        (Template.EXPIRED_NOTICE, summary(INVITE, GROUP_ALONE, IN_GROUPS)),
    ],
)
def test_the_other_ways_of_an_email_are_translated_too(
    renderer: EmailRenderer, template: Template, data: EventData, language: Language
) -> None:
    home = replace(ACME, branding=Branding(welcome="Welcome"))
    message = renderer.render(email_context(template, data, organization=home, language=language))

    assert english_in(f"{message.subject}\n{message.text}") == []
