"""Shortcuts that create codes, as the full manager, and redeem them."""

from __future__ import annotations

from typing import Any

from tests.support.tenant import Tenant
from usher.domain.enrollment.codes import Code, CodeKind, Use
from usher.domain.enrollment.grants import Grant
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
from usher.store.enrollment import code_uses, codes

OFFICE = "192.0.2.7"


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
