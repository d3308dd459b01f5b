"""Issue 3, C and F: imports name client and sublicense."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from tests.support.grouping import group_of
from tests.support.importing import Imports
from tests.support.looking import seats
from tests.support.machinery import Machinery
from usher.domain.importing.imports import ImportState
from usher.domain.importing.verdicts import Verdict
from usher.domain.licenses import License
from usher.domain.organizations import Organization
from usher.services.clients import Clients
from usher.services.receipts import Receipt


@dataclass(frozen=True)
class Carved:
    """A client of the house with a sublicense."""

    client: Organization
    parent: License
    license: License


@pytest.fixture
def globex(importing: Imports) -> Carved:
    return carved(importing, "Globex", "globex")


def carved(importing: Imports, name: str, slug: str) -> Carved:
    house, clients = importing.house, Clients(importing.house.context)
    client = clients.create(person=house.full, organization=house.id, name=name, slug=slug, receipt=Receipt())
    parent = house.license(20)
    license_ = clients.carve(
        person=house.full,
        organization=house.id,
        client=client.id,
        license_id=parent.id,
        seats=5,
        receipt=Receipt(),
    )
    return Carved(client, parent, license_)


def test_a_row_names_client_and_sublicense_and_the_client_invites(
    importing: Imports, globex: Carved, machinery: Machinery
) -> None:
    machinery.skip()
    ways = [
        "ann@x.io,,,,,,Globex,fire safety",
        f"bob@x.io,,,,,,{globex.client.id},{globex.license.id}",
        f"cy@x.io,,,,{globex.parent.id},,globex,",
        "dee@x.io,,,,Fire safety,,,",
    ]

    checked = importing.previewed(ways)
    detail = importing.service.detail(
        person=importing.house.full, organization=importing.house.id, import_id=checked.id
    )
    done = importing.carried_out(checked)
    machinery.settle()

    assert {one.license.id: one.needed for one in detail.seats} == {globex.license.id: 3, globex.parent.id: 1}
    assert done.outcomes == {Verdict.INVITED: 4}
    assert seats(importing.house, globex.license) == (5, 3, 2)
    assert seats(importing.house, globex.parent) == (20, 1, 14)
    assert machinery.sent_to("ann@x.io") == ["invite"]
    assert machinery.senders("ann@x.io") == ["Globex"], "in the client's name"
    assert machinery.senders("dee@x.io") == ["Acme"]


def test_a_clients_groups_and_licenses_are_its_own(importing: Imports, globex: Carved) -> None:
    other = carved(importing, "Initech", "initech")
    inside = replace(importing.house, organization=globex.client)
    group_of(inside, globex.license, name="Drivers")
    group_of(importing.house, globex.parent, name="Cooks")

    checked = importing.previewed(
        [
            "ann@x.io,,,Drivers,,,Globex,",
            "bob@x.io,,,Cooks,,,Globex,",
            "cy@x.io,,,Drivers,,,,",
            f"dee@x.io,,,,,,Globex,{other.license.id}",
            "eve@x.io,,,,,,Globex,",
            "fay@x.io,,,,,,Hooli,Fire safety",
        ]
    )

    assert importing.verdicts(checked) == [
        "will_be_invited",
        "unknown_group",
        "unknown_group",
        "unknown_sublicense",
        "no_license",
        "unknown_client",
    ]


def test_two_clients_of_one_name_are_told_apart_by_slug_or_id(importing: Imports, globex: Carved) -> None:
    carved(importing, "Globex", "globex-2")

    checked = importing.previewed(
        ["ann@x.io,,,,,,Globex Corp,Fire safety", "bob@x.io,,,,,,globex-2,Fire safety"]
    )

    assert importing.verdicts(checked) == ["unknown_client", "will_be_invited"]
    assert importing.verdicts(
        importing.previewed([f"cy@x.io,,,,,,{globex.client.name.upper()},Fire safety"])
    ) == ["ambiguous_client"]


@pytest.mark.parametrize("limit", ["rostering.MOST_CLIENTS", "reading.MOST_LICENSES"])
def test_a_file_that_names_more_clients_or_licenses_than_can_be_counted_is_refused(
    importing: Imports, globex: Carved, monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    other = carved(importing, "Initech", "initech")
    row = "ann@x.io,,,,,,{},Fire safety"
    monkeypatch.setattr(f"usher.services.importing.{limit}", 1)

    refused = importing.previewed([row.format(one.client.id) for one in (globex, other)])

    assert refused.state is ImportState.REFUSED
    assert refused.problem is not None
    assert refused.problem.code == "too_many_clients"
    assert importing.previewed([row.format(globex.client.id)]).state is ImportState.CHECKED


def test_a_manager_of_the_provider_imports_within_a_client(importing: Imports, globex: Carved) -> None:
    within = Imports(replace(importing.house, organization=globex.client), importing.files, importing.s3)

    done = within.carried_out(
        within.previewed(["ann@x.io,,,,,,Globex,Fire safety", "bob@x.io,,,,Fire safety,,,"])
    )

    assert done.outcomes == {Verdict.INVITED: 2}
    assert seats(importing.house, globex.license) == (5, 2, 3)
