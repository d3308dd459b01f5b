"""DESIGN 1 and 2: organizations, roles and names."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.terms import NOW
from usher.domain.errors import ForbiddenError
from usher.domain.instants import UnknownTimeZoneError
from usher.domain.organizations import (
    BadSettingsError,
    BadSlugError,
    Branding,
    Manager,
    ManagerState,
    Organization,
    Permission,
    Role,
)
from usher.domain.people import BadNameError, Person, clean_name


def organization(**given: Any) -> Organization:
    plain: dict[str, Any] = {
        "id": "o",
        "slug": "acme",
        "name": "Acme",
        "time_zone": "Europe/Zurich",
        "created_at": NOW,
    }
    return Organization(**plain | given)


@pytest.mark.parametrize("permission", Permission)
def test_a_full_manager_may_do_all_and_a_limited_one_may_read(permission: Permission) -> None:
    def manager(role: Role) -> Manager:
        return Manager(organization="o", email="m@x.io", role=role, state=ManagerState.ACTIVE)

    manager(Role.FULL).require(permission)
    if permission is Permission.READ:
        manager(Role.LIMITED).require(permission)
    else:
        with pytest.raises(ForbiddenError):
            manager(Role.LIMITED).require(permission)


@pytest.mark.parametrize("slug", ["", "-a", "a-", "Acme", "a_b", "ä", "a" * 49, "a/b", "a\n"])
def test_a_slug_of_other_signs_is_refused(slug: str) -> None:
    with pytest.raises(BadSlugError):
        organization(slug=slug)


@pytest.mark.parametrize("slug", ["a", "acme", "a-1", "a" * 48])
def test_a_slug_has_lower_case_letters_digits_and_dashes(slug: str) -> None:
    assert organization(slug=slug).slug == slug


@pytest.mark.parametrize("days", [0, 91, -1])
def test_invites_live_between_one_and_ninety_days(days: int) -> None:
    assert organization().invite_days == 10
    assert organization(invite_days=1).invite_days == 1
    assert organization(invite_days=90).invite_days == 90
    with pytest.raises(BadSettingsError):
        organization(invite_days=days)


def test_an_organization_has_a_real_time_zone_and_a_name() -> None:
    with pytest.raises(UnknownTimeZoneError):
        organization(time_zone="Mars/Olympus")
    with pytest.raises(BadNameError):
        organization(name="  ")


@pytest.mark.parametrize(
    "given",
    [
        {"color": "red"},
        {"color": "#12345"},
        {"color": "#1234567"},
        {"color": "#12345g"},
        {"color": "#123456;x"},
    ]
    + [{"logo_url": url} for url in ("http://x.io/l.png", "javascript:alert(1)", "https://[", "https:", "x")]
    + [{"logo_url": "https://x.io/" + "a" * 500}],
)
def test_branding_that_browsers_could_not_show_safely_is_refused(given: dict[str, str]) -> None:
    with pytest.raises(BadSettingsError):
        Branding(**given)


def test_branding_has_a_color_and_a_logo() -> None:
    assert Branding(color="#00ff88", logo_url="https://x.io/l.png").logo_url == "https://x.io/l.png"


@pytest.mark.parametrize("name", ["", "  ", "a" * 81, "a\0b", "a\u202eb"])
def test_a_name_that_cannot_be_shown_is_refused(name: str) -> None:
    with pytest.raises(BadNameError):
        clean_name(name)


def test_a_name_is_trimmed_and_single_spaced() -> None:
    assert clean_name("  Ann \t Lee\n") == "Ann Lee"
    assert clean_name(" ", required=False) == ""


def test_a_person_without_a_name_goes_by_the_address() -> None:
    assert Person(email="ann@x.io").name == "ann@x.io"
    assert Person(email="ann@x.io", first_name="Ann", last_name="Lee").name == "Ann Lee"
