"""Imports name client and sublicense."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from tests.support.async_workers import AsyncWorkers
from tests.support.groups import group_of
from tests.support.imports import ImportDriver
from tests.support.reading_back import seats
from usher.domain.imports.imports import ImportState
from usher.domain.imports.verdicts import Verdict
from usher.domain.licenses import License
from usher.domain.organizations import Organization
from usher.services.clients import Clients
from usher.services.receipts import Receipt


@dataclass(frozen=True)
class ClientSublicense:
    """A client of the tenant with a sublicense."""

    client: Organization
    parent: License
    license: License


@pytest.fixture
def globex(imports: ImportDriver) -> ClientSublicense:
    return with_sublicense(imports, "Globex", "globex")


def with_sublicense(imports: ImportDriver, name: str, slug: str) -> ClientSublicense:
    tenant, clients = imports.tenant, Clients(imports.tenant.context)
    client = clients.create(
        person=tenant.full, organization=tenant.id, name=name, slug=slug, receipt=Receipt()
    )
    parent = tenant.license(20)
    license_ = clients.create_sublicense(
        person=tenant.full,
        organization=tenant.id,
        client=client.id,
        license_id=parent.id,
        seats=5,
        receipt=Receipt(),
    )
    return ClientSublicense(client, parent, license_)


def test_a_row_names_client_and_sublicense_and_the_client_invites(
    imports: ImportDriver, globex: ClientSublicense, async_workers: AsyncWorkers
) -> None:
    async_workers.skip()
    ways = [
        "ann@x.io,,,,,,Globex,fire safety",
        f"bob@x.io,,,,,,{globex.client.id},{globex.license.id}",
        f"cy@x.io,,,,{globex.parent.id},,globex,",
        "dee@x.io,,,,Fire safety,,,",
    ]

    checked = imports.previewed(ways)
    detail = imports.service.detail(
        person=imports.tenant.full, organization=imports.tenant.id, import_id=checked.id
    )
    done = imports.carried_out(checked)
    async_workers.settle()

    assert {one.terms.license: one.needed for one in detail.seats} == {
        globex.license.id: 3,
        globex.parent.id: 1,
    }
    assert done.outcomes == {Verdict.INVITED: 4}
    assert seats(imports.tenant, globex.license) == (5, 3, 2)
    assert seats(imports.tenant, globex.parent) == (20, 1, 14)
    assert async_workers.sent_to("ann@x.io") == ["invite"]
    assert async_workers.senders("ann@x.io") == ["Globex"], "in the client's name"
    assert async_workers.senders("dee@x.io") == ["Acme"]


def test_a_clients_groups_and_licenses_are_its_own(imports: ImportDriver, globex: ClientSublicense) -> None:
    other = with_sublicense(imports, "Initech", "initech")
    inside = replace(imports.tenant, organization=globex.client)
    group_of(inside, globex.license, name="Drivers")
    group_of(imports.tenant, globex.parent, name="Cooks")

    checked = imports.previewed(
        [
            "ann@x.io,,,Drivers,,,Globex,",
            "bob@x.io,,,Cooks,,,Globex,",
            "cy@x.io,,,Drivers,,,,",
            f"dee@x.io,,,,,,Globex,{other.license.id}",
            "eve@x.io,,,,,,Globex,",
            "fay@x.io,,,,,,Hooli,Fire safety",
        ]
    )

    assert imports.verdicts(checked) == [
        "will_be_invited",
        "unknown_group",
        "unknown_group",
        "unknown_sublicense",
        "no_license",
        "unknown_client",
    ]


def test_two_clients_of_one_name_are_told_apart_by_slug_or_id(
    imports: ImportDriver, globex: ClientSublicense
) -> None:
    with_sublicense(imports, "Globex", "globex-2")

    checked = imports.previewed(
        ["ann@x.io,,,,,,Globex Corp,Fire safety", "bob@x.io,,,,,,globex-2,Fire safety"]
    )

    assert imports.verdicts(checked) == ["unknown_client", "will_be_invited"]
    assert imports.verdicts(
        imports.previewed([f"cy@x.io,,,,,,{globex.client.name.upper()},Fire safety"])
    ) == ["ambiguous_client"]


@pytest.mark.parametrize("limit", ["roster_reader.MOST_CLIENTS", "read_import_file.MOST_LICENSES"])
def test_a_file_that_names_more_clients_or_licenses_than_can_be_counted_is_refused(
    imports: ImportDriver, globex: ClientSublicense, monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    other = with_sublicense(imports, "Initech", "initech")
    row = "ann@x.io,,,,,,{},Fire safety"
    monkeypatch.setattr(f"usher.services.imports.{limit}", 1)

    refused = imports.previewed([row.format(one.client.id) for one in (globex, other)])

    assert refused.state is ImportState.REFUSED
    assert refused.problem is not None
    assert refused.problem.code == "too_many_clients"
    assert imports.previewed([row.format(globex.client.id)]).state is ImportState.CHECKED


def test_a_manager_of_the_provider_imports_within_a_client(
    imports: ImportDriver, globex: ClientSublicense
) -> None:
    within = ImportDriver(replace(imports.tenant, organization=globex.client), imports.files, imports.s3)

    done = within.carried_out(
        within.previewed(["ann@x.io,,,,,,Globex,Fire safety", "bob@x.io,,,,Fire safety,,,"])
    )

    assert done.outcomes == {Verdict.INVITED: 2}
    assert seats(imports.tenant, globex.license) == (5, 2, 3)
