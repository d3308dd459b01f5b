"""Shortcuts that create codes, as the full manager, and redeem them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tests.support.tenant import Tenant
from usher.domain.enrollment.codes import Code, CodeKind, Use
from usher.domain.enrollment.grants import Grant
from usher.domain.events.codes import CodeCreated, CodeTerms
from usher.domain.events.parts import LicenseRef
from usher.domain.groups import Group
from usher.domain.licenses import License
from usher.domain.organizations import Organization
from usher.domain.people import Person
from usher.services.clients import Clients
from usher.services.enrollment.codes import CodeDraft, Codes
from usher.services.enrollment.enrollment import EnrollmentResult
from usher.services.enrollment.manage_codes import CodeEdits, ManageCodes
from usher.services.enrollment.redeem_code import RedeemCode
from usher.services.receipts import Receipt
from usher.services.transactions import record_event
from usher.store.enrollment import code_batches, code_uses, codes
from usher.store.transaction import commit

OFFICE = "192.0.2.7"
_IN_A_TRANSACTION = 97


def draft(*given: License | Group, kind: CodeKind = CodeKind.REGISTRATION, **fields: Any) -> CodeDraft:
    """Return a draft of codes that give licenses, or one group."""
    group = next((one.id for one in given if isinstance(one, Group)), None)
    licenses = tuple(one.id for one in given if isinstance(one, License))
    return CodeDraft(kind=kind, grant=Grant(licenses=licenses, group=group), **fields)


def code_of(
    tenant: Tenant,
    *given: License | Group,
    text: str | None = "WELCOME-2027",
    send_copy: bool = False,
    **fields: Any,
) -> Code:
    created = Codes(tenant.context).create(
        person=tenant.full,
        organization=tenant.id,
        draft=draft(*given, **fields),
        text=text,
        send_copy=send_copy,
        receipt=Receipt(),
    )
    return created.code


def used_up(
    tenant: Tenant, license_: License, count: int, *, prefix: str, name: str = "", batch: bool = False
) -> Code:
    """Write redemption codes that were used up, without the people who did that; return one without a text.

    Their texts are the prefix and a number; with `batch`, they are one, whose id is the code's.
    """
    context = tenant.context
    plan = Code(
        text="",
        id=context.new_id(),
        organization=tenant.id,
        kind=CodeKind.REDEMPTION,
        grant=Grant(licenses=(license_.id,)),
        name=name,
        cap=1,
        uses=1,
        batch=batch,
        created_at=context.now(),
        created_by=tenant.full.email,
    )
    terms = CodeTerms(
        kind=plan.kind,
        name=name,
        licenses=(LicenseRef.of(license_.terms),),
        group=None,
        cap=1,
        domain="",
        message="",
        ends_at=None,
    )
    for first in range(0, count, _IN_A_TRANSACTION):
        numbers = range(first, min(count, first + _IN_A_TRANSACTION))
        data = CodeCreated(
            code=None, batch=plan.id, count=len(numbers), terms=terms, copy_to=None, group_licenses=()
        )
        counted = [code_batches.count_created(plan, len(numbers))] if batch else []
        made = [
            codes.create(replace(plan, text=f"{prefix}{n:05}", id=plan.id if batch else context.new_id()))
            for n in numbers
        ]
        event = record_event(context, data, organization=tenant.id)
        commit(context.table, [*made, *counted, event])
    return plan


def redeem(
    tenant: Tenant,
    code: Code | str,
    email: str = "ann@x.io",
    *,
    network_address: str = OFFICE,
    organization: str | None = None,
) -> EnrollmentResult:
    return RedeemCode(tenant.context).redeem(
        person=Person(email=email, first_name="Ann", last_name="Lee"),
        organization=organization or tenant.id,
        text=code if isinstance(code, str) else code.text,
        network_address=network_address,
    )


def switch(tenant: Tenant, code: Code, *, disabled: bool) -> Code:
    switched = ManageCodes(tenant.context).switch(
        person=tenant.full, organization=tenant.id, code=code.key, disabled=disabled, receipt=Receipt()
    )
    return switched.code


def change(tenant: Tenant, code: Code, **edits: Any) -> Code:
    changed = ManageCodes(tenant.context).change(
        person=tenant.full, organization=tenant.id, code=code.key, edits=CodeEdits(**edits)
    )
    return changed.code


def remove(tenant: Tenant, code: Code) -> None:
    ManageCodes(tenant.context).remove(person=tenant.full, organization=tenant.id, code=code.key)


def code_now(tenant: Tenant, code: Code) -> Code:
    """Return the code as the table has it now."""
    row = tenant.context.table.get(codes.ref(code.organization, code.text))
    assert row is not None
    return codes.code_of(row)


def uses(tenant: Tenant, code: Code) -> list[Use]:
    page = code_uses.of_code(tenant.context.table, code.organization, code.key, limit=1000, cursor=None)
    return [code_uses.use_of(row) for row in page.rows]


def all_uses(tenant: Tenant) -> list[Use]:
    """Return the uses of all the tenant's codes, removed ones included, the newest first."""
    page = code_uses.of_organization(tenant.context.table, tenant.id, limit=1000, cursor=None)
    return [code_uses.use_of(row) for row in page.rows]


def client_of(tenant: Tenant, slug: str = "harbor") -> Organization:
    """Create a client of the tenant, without managers of its own."""
    return Clients(tenant.context).create(
        person=tenant.full, organization=tenant.id, name=slug.title(), slug=slug, receipt=Receipt()
    )


def sublicense_of(tenant: Tenant, client: Organization, license_: License, seats: int) -> License:
    return Clients(tenant.context).create_sublicense(
        person=tenant.full,
        organization=tenant.id,
        client=client.id,
        license_id=license_.id,
        seats=seats,
        receipt=Receipt(),
    )
