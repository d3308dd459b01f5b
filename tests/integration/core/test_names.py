"""One rule for names at every way in: as people write them, one name being enough (decision 42)."""

from __future__ import annotations

import pytest

from tests.support.imports import ImportDriver
from tests.support.reading_back import seats
from tests.support.tenant import Tenant
from usher.domain.addresses import BadAddressesError
from usher.domain.imports.verdicts import Verdict
from usher.domain.invite_batches import Outcome
from usher.domain.organizations import Role
from usher.domain.people import BadNameError
from usher.gateways.provider_answers import claims_of
from usher.services.invites.invite_learners import InviteLearners
from usher.services.operator_commands import FirstManager, OperatorCommands
from usher.services.receipts import Receipt
from usher.services.team_members import TeamMembers

PERSIAN = "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645"
FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
LONG = "x" * 81


@pytest.mark.parametrize("name", ["Suharto", PERSIAN, FAMILY])
def test_a_manager_may_have_one_name(tenant: Tenant, name: str) -> None:
    manager = TeamMembers(tenant.context).invite(
        person=tenant.full,
        organization=tenant.id,
        email="new@x.io",
        first_name=f" {name} ",
        last_name="",
        role=Role.LIMITED,
        receipt=Receipt(),
    )
    organization = OperatorCommands(tenant.context).create_organization(
        person=tenant.operator,
        name=name,
        slug="other",
        time_zone="UTC",
        first_manager=FirstManager(email="first@x.io", first_name=name, last_name=""),
        receipt=Receipt(),
    )

    assert (manager.first_name, manager.last_name) == (name, "")
    assert organization.name == name


def test_a_manager_needs_a_name_and_the_refusal_says_which_is_missing(tenant: Tenant) -> None:
    with pytest.raises(BadNameError) as refused:
        TeamMembers(tenant.context).invite(
            person=tenant.full,
            organization=tenant.id,
            email="new@x.io",
            first_name=" ",
            last_name="Lee",
            role=Role.LIMITED,
            receipt=Receipt(),
        )

    assert list(refused.value.fields) == ["first_name"]
    assert refused.value.reason == "is required"


def test_a_display_name_is_kept_as_it_is_and_a_bad_one_makes_the_entry_a_bad_one(tenant: Tenant) -> None:
    license_ = tenant.license()
    pasted = f"{PERSIAN} <ann@x.io>, {LONG} <bob@x.io>"

    def invite(*, skip_invalid: bool) -> dict[str, tuple[Outcome, str]]:
        invited = InviteLearners(tenant.context).invite(
            person=tenant.full,
            organization=tenant.id,
            license_ids=[license_.id],
            emails=pasted,
            skip_invalid=skip_invalid,
            receipt=Receipt(),
        )
        return {one.email: (one.outcome, one.invite.first_name if one.invite else "") for one in invited}

    with pytest.raises(BadAddressesError) as refused:
        invite(skip_invalid=False)
    before = seats(tenant, license_)
    invited = invite(skip_invalid=True)

    assert refused.value.facts["addresses"] == [
        {
            "address": f"{LONG} <bob@x.io>",
            "reason": "The first name has 81 characters, and may have 80.",
            "reason_code": "bad_name",
        }
    ]
    assert before == (10, 0, 10)
    assert invited == {
        "ann@x.io": (Outcome.INVITED, PERSIAN),
        f"{LONG} <bob@x.io>": (Outcome.INVALID, ""),
    }


def test_an_import_keeps_names_and_gives_a_verdict_on_those_that_are_none(imports: ImportDriver) -> None:
    license_ = imports.tenant.license().terms.product.name
    checked = imports.previewed(
        [
            f"ann@x.io,{PERSIAN},,,{license_},,,",
            f"bob@x.io,{FAMILY},,,{license_},,,",
            f"cy@x.io,Cy\u202e,Lee,,{license_},,,",
            f"dee@x.io,Dee,Le\u202ee,,{license_},,,",
            f"{LONG} <eve@x.io>,,,,{license_},,,",
        ]
    )

    rows = imports.rows(checked)
    assert [row.first_name for row in rows[:2]] == [PERSIAN, FAMILY]
    assert imports.verdicts(checked) == [
        Verdict.WILL_BE_INVITED,
        Verdict.WILL_BE_INVITED,
        Verdict.WILL_BE_INVITED,
        Verdict.BAD_NAME,
        Verdict.BAD_NAME,
    ]
    assert rows[3].reason == "The last name has the character U+202E, which reorders what follows."
    assert rows[4].reason == "The first name has 81 characters, and may have 80."


@pytest.mark.parametrize(
    ("claims", "names"),
    [
        ({"name": "Suharto"}, ("Suharto", "")),
        ({"family_name": "Suharto"}, ("Suharto", "")),
        ({"given_name": PERSIAN, "family_name": "Lee"}, (PERSIAN, "Lee")),
    ],
)
def test_a_provider_may_know_one_name(claims: dict[str, str], names: tuple[str, str]) -> None:
    read = claims_of({"sub": "1", **claims})

    assert (read.first_name, read.last_name) == names
