"""Dates in emails: days where a day begins or ends, a named zone with every time, never a day late."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache

import pytest

from functions.emails.rendering import EmailRenderer
from tests.support.email_contexts import ACME, INVITE, NOW, email_context, terms
from usher.domain.effects.kinds import Template
from usher.domain.events.licenses import LicenseEnding
from usher.domain.events.parts import LicenseRef
from usher.domain.instants import parse_instant
from usher.domain.wording import day

ZONES = [
    "America/Los_Angeles",
    "America/St_Johns",
    "UTC",
    "Europe/Zurich",
    "Asia/Kathmandu",
    "Pacific/Auckland",
]


@cache
def _renderer(now: datetime) -> EmailRenderer:
    """Made once for each moment, since it compiles every template."""
    return EmailRenderer(now=lambda: now)


def text_of(template: Template, zone: str, *, now: datetime = NOW, **context: object) -> str:
    organization = replace(ACME, time_zone=zone)
    about = email_context(template, organization=organization, **context)  # type: ignore[arg-type]  # of a test
    message = _renderer(now).render(about)
    words = re.sub(r"<(style|head)\b.*?</\1>|<[^>]*>", " ", message.html, flags=re.DOTALL)
    return " ".join(f"{message.text} {words}".split())


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("template", sorted(Template))
def test_no_email_tells_a_time_without_its_zone_or_a_midnight(template: Template, zone: str) -> None:
    text = text_of(template, zone)

    for _, rest in re.findall(r"(\d\d:\d\d)(.{0,40})", text):
        assert rest.startswith(f" ({zone})")
    assert "00:00" not in text


@pytest.mark.parametrize("zone", ZONES)
def test_a_license_that_ends_at_midnight_works_until_the_end_of_the_day_before(zone: str) -> None:
    ends_at = parse_instant("2027-11-25", time_zone=zone)
    ending = LicenseEnding(license=LicenseRef.of(terms()), ends_at=ends_at, days=30, total=12, available=1)

    text = text_of(Template.ENDING_NOTICE, zone, data=ending)

    assert text.count("the end of 24 November 2027") >= 2
    assert "25 November" not in text


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("on", ["2027-03-14", "2027-03-28", "2027-10-31", "2027-11-07"])
def test_a_start_with_a_day_is_that_day_also_when_clocks_change(on: str, zone: str) -> None:
    invite = replace(INVITE, access_start=parse_instant(on, time_zone=zone))

    text = text_of(Template.INVITE, zone, invite=invite)

    assert f"Access starts: {day(parse_instant(on, time_zone=zone), zone)} " in text


def test_a_deadline_far_off_has_no_time_and_one_on_its_day_has_it() -> None:
    expires_at = INVITE.expires_at

    before = text_of(Template.REMINDER, "Europe/Zurich", now=expires_at - timedelta(days=3))
    on_the_day = text_of(Template.REMINDER, "Europe/Zurich", now=expires_at - timedelta(hours=2))

    assert "the end of 13 January 2027" in before
    assert "14 January 2027, 10:00 (Europe/Zurich)" in on_the_day


@pytest.mark.parametrize(
    ("zone", "words"),
    [
        ("America/New_York", "Access until: 24 November 2027, 18:00 (America/New_York)"),
        ("Europe/Zurich", "Access until: the end of 24 November 2027"),
    ],
)
def test_a_client_abroad_is_told_the_end_in_its_own_zone(zone: str, words: str) -> None:
    ends_at = parse_instant("2027-11-25", time_zone="Europe/Zurich")
    invite = replace(INVITE, licenses=(replace(terms(), valid_until=ends_at),))

    assert words in text_of(Template.ACCESS_STARTED, zone, invite=invite)
