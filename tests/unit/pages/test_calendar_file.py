"""The start of an access as a file for calendars, as RFC 5545 has it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from functions.pages.calendar_file import calendar_file
from tests.support.terms import NOW, terms
from usher.domain.accesses import Access, AccessState
from usher.domain.languages import Language
from usher.domain.organizations import Organization
from usher.translations.texts import texts

ORGANIZATION = Organization(
    id="acme", name="Acme; Learning, Ltd", slug="acme", time_zone="Europe/Zurich", created_at=NOW
)
MIDNIGHT = datetime(2027, 6, 30, 22, 0, tzinfo=UTC)
"""1 July in Zurich."""


def file_of(start: datetime, *, product: str = "Fire safety", email: str = "ann@x.io") -> str:
    given = terms()
    given = replace(given, product=replace(given.product, name=product))
    access = Access(email=email, terms=given, state=AccessState.SCHEDULED, start_at=start)
    origin = "https://usher.example"
    return calendar_file(
        access, start=start, organization=ORGANIZATION, origin=origin, now=NOW, texts=texts(Language.ENGLISH)
    )


def values(file: str) -> dict[str, str]:
    """Return the properties of the file by name, with the lines unfolded."""
    unfolded = file.replace("\r\n ", "").split("\r\n")
    assert unfolded.pop() == "", "each line ends"
    return dict(line.split(":", 1) for line in unfolded)


def test_a_start_at_midnight_is_a_day_of_the_organizations_time_zone() -> None:
    found = values(file_of(MIDNIGHT))

    assert found["DTSTART;VALUE=DATE"] == "20270701"
    assert found["SUMMARY"] == "Fire safety starts"
    assert found["DESCRIPTION"] == (
        "Acme\\; Learning\\, Ltd gives you access from 1 July 2027 until the end of 31 December 2027."
        "\\nhttps://usher.example/learn"
    )
    assert (found["VERSION"], found["METHOD"], found["DTSTAMP"]) == (
        "2.0",
        "PUBLISH",
        f"{NOW:%Y%m%dT%H%M%SZ}",
    )


def test_any_other_start_is_an_instant_in_utc() -> None:
    found = values(file_of(datetime(2027, 7, 1, 7, 30, tzinfo=UTC)))

    assert found["DTSTART"] == "20270701T073000Z"
    assert "1 July 2027\\, 09:30 (Europe/Zurich)" in found["DESCRIPTION"]


def test_the_event_keeps_its_name_when_it_moves_and_is_one_persons() -> None:
    first, moved = values(file_of(MIDNIGHT))["UID"], values(file_of(MIDNIGHT.replace(day=29)))["UID"]

    assert first == moved
    assert first.endswith("@usher.example")
    assert first != values(file_of(MIDNIGHT, email="bob@x.io"))["UID"]
    assert "ann" not in first


@pytest.mark.parametrize("name", ["Sicherheit " * 7, "ü" * 80, "\N{FIRE}" * 80, "a\\b;c,d"])
def test_no_line_is_longer_than_75_octets_and_no_character_is_cut(name: str) -> None:
    file = file_of(MIDNIGHT, product=name)

    assert max(len(line) for line in file.encode().split(b"\r\n")) <= 75
    written = values(file)["SUMMARY"]
    plain = written.replace("\\;", ";").replace("\\,", ",").replace("\\\\", "\\")
    assert plain == f"{name} starts"


def test_no_name_begins_a_line_of_its_own() -> None:
    assert "\r\nATTACH" not in file_of(MIDNIGHT, product="a\nATTACH:https://evil.example")
