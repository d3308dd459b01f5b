"""Versions on MiniStack's table engine: of managers who change what they all read, exactly one does."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from tests.proofs.callers import Call
from tests.proofs.conftest import CALLERS, Race
from tests.support.codes import code_now, code_of
from tests.support.groups import group_of
from tests.support.reading_back import events_of
from tests.support.tenant import Tenant
from usher.domain.enrollment.codes import Code
from usher.domain.groups import Group
from usher.domain.organizations import Organization
from usher.store import groups, organizations

Read = Callable[[], Group | Code | Organization | None]


@dataclass(frozen=True)
class Thing:
    """Something that managers name: how a call names it, the event of a change, and how it is read."""

    event: str
    read: Read
    group: str = ""
    code: str = ""
    name: str = ""


def a_group(tenant: Tenant) -> Thing:
    group = group_of(tenant)
    table = tenant.context.table
    return Thing("group.renamed", lambda: groups.get(table, tenant.id, group.id), group=group.id)


def a_code(tenant: Tenant) -> Thing:
    code = code_of(tenant, tenant.license())
    return Thing("code.changed", lambda: code_now(tenant, code), code=code.id, name=code.text)


def the_organization(tenant: Tenant) -> Thing:
    table = tenant.context.table
    return Thing("organization.changed", lambda: organizations.get(table, tenant.id))


@pytest.mark.parametrize("create", [a_group, a_code, the_organization])
def test_of_sixteen_changes_at_once_to_what_was_read_exactly_one_stands(
    emulator_tenant: Tenant, race: Race, create: Callable[[Tenant], Thing]
) -> None:
    thing = create(emulator_tenant)
    before = thing.read()
    assert before is not None
    version = before.version or 0
    at = time.time() + 0.1
    calls = [
        Call(
            command="rename",
            at=at,
            now=emulator_tenant.context.now(),
            person=emulator_tenant.full,
            organization=emulator_tenant.id,
            group=thing.group,
            code=thing.code,
            name=thing.name,
            seats=number,
            version=version,
        )
        for number in range(CALLERS)
    ]

    answers = race(calls)

    assert Counter(answer.refusal for answer in answers) == {"": 1, "changed_meanwhile": CALLERS - 1}
    (winner,) = (answer.call.seats for answer in answers if answer.done)
    after = thing.read()
    assert after is not None
    assert (after.name, after.version) == (f"Name {winner}", version + 1)
    assert len(events_of(emulator_tenant, thing.event)) == 1
