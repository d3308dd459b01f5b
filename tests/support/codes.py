"""Short ways to make codes, as the full manager, and to redeem them."""

from __future__ import annotations

from typing import Any

from tests.support.house import House
from usher.domain.doors.codes import Code, CodeKind, Use
from usher.domain.doors.grants import Grant
from usher.domain.groups import Group
from usher.domain.licenses import License
from usher.domain.organizations import Organization
from usher.domain.people import Person
from usher.services.clients import Clients
from usher.services.doors.admitting import Admitted
from usher.services.doors.codes import Codes, Draft
from usher.services.doors.redeeming import Redeeming
from usher.services.receipts import Receipt
from usher.store.doors import codes

OFFICE = "192.0.2.7"


def draft(*given: License | Group, kind: CodeKind = CodeKind.REGISTRATION, **fields: Any) -> Draft:
    """What is to be given: licenses, or one group."""
    group = next((one.id for one in given if isinstance(one, Group)), None)
    licenses = tuple(one.id for one in given if isinstance(one, License))
    return Draft(kind=kind, grant=Grant(licenses=licenses, group=group), **fields)


def code_of(
    house: House,
    *given: License | Group,
    text: str | None = "WELCOME-2027",
    send_copy: bool = False,
    **fields: Any,
) -> Code:
    created = Codes(house.context).create(
        person=house.full,
        organization=house.id,
        draft=draft(*given, **fields),
        text=text,
        send_copy=send_copy,
        receipt=Receipt(),
    )
    return created.code


def redeem(
    house: House,
    code: Code | str,
    email: str = "ann@x.io",
    *,
    network_address: str = OFFICE,
    organization: str | None = None,
) -> Admitted:
    return Redeeming(house.context).redeem(
        person=Person(email=email, first_name="Ann", last_name="Lee"),
        organization=organization or house.id,
        text=code if isinstance(code, str) else code.text,
        network_address=network_address,
    )


def switch(house: House, code: Code, *, disabled: bool) -> Code:
    switched = Codes(house.context).switch(
        person=house.full, organization=house.id, text=code.text, disabled=disabled, receipt=Receipt()
    )
    return switched.code


def code_now(house: House, code: Code) -> Code:
    """Return the code as the table has it now."""
    row = house.context.table.get(codes.ref(code.organization, code.text))
    assert row is not None
    return codes.code_of(row)


def uses(house: House, code: Code) -> list[Use]:
    page = codes.uses(house.context.table, code.organization, code.text, limit=1000, cursor=None)
    return [codes.use_of(row) for row in page.rows]


def client_of(house: House, slug: str = "harbor") -> Organization:
    """A client of the house, managed by it."""
    return Clients(house.context).create(
        person=house.full, organization=house.id, name=slug.title(), slug=slug, receipt=Receipt()
    )


def sublicense_of(house: House, client: Organization, license_: License, seats: int) -> License:
    return Clients(house.context).carve(
        person=house.full,
        organization=house.id,
        client=client.id,
        license_id=license_.id,
        seats=seats,
        receipt=Receipt(),
    )
