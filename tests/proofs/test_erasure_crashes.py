"""The worker's death after anything that it writes while it erases a learner (decisions/0034).

Its message comes again. Then nothing of the address is left, and every seat and use is still counted.
"""

from __future__ import annotations

import copy
from collections.abc import Callable

import pytest
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.dynamodb.models import dynamodb_backends

from tests.support.codes import code_now, code_of, redeem, uses
from tests.support.crashes import Crash, crashing, written
from tests.support.imports import BUCKET, ImportDriver
from tests.support.join_pages import join, set_page
from tests.support.people_data import ANN, People
from tests.support.reading_back import seats
from tests.support.tables import NAME, REGION
from tests.support.tenant import Tenant
from usher.domain.enrollment.email_verifications import VerificationPurpose
from usher.domain.enrollment.join_pages import WhenFull
from usher.services.enrollment.email_verification import EmailVerification
from usher.store.enrollment import join_requests
from usher.store.transaction import commit


@pytest.mark.parametrize("turns", ["one turn", "turns of a page"])
def test_erasing_survives_a_death_after_any_write(tenant: Tenant, imports: ImportDriver, turns: str) -> None:
    people = People(tenant, imports.files)
    course, full = tenant.license(10), tenant.license(1)
    tenant.invite(full, "first@x.io")
    set_page(tenant, full, when_full=WhenFull.WAITING_LIST)
    code = code_of(tenant, tenant.license(10))
    tenant.accept(tenant.invite(course, ANN))
    redeem(tenant, code, ANN)
    imports.previewed([f"{ANN},,,,{course.id},,,", f"bo@x.io,,,,{course.id},,,"])
    ordered = people.order()
    # She comes once more before the worker does.
    join(tenant, ANN)
    EmailVerification(tenant.context).ask(
        organization=tenant.id, kind=VerificationPurpose.CODE, email=ANN, network_address="192.0.2.1"
    )
    put_back = snapshot(imports)
    clients = (tenant.context.table.connection.client, imports.s3, people.cognito)
    by_pages = turns == "turns of a page"
    carry_out = people.carry_out_by_pages if by_pages else people.carry_out
    deaths: list[str] = []
    while True:
        put_back()
        people.register()
        try:
            with crashing(*clients, at=len(deaths) + 1, counts=written):
                carry_out(ordered)
        except Crash as crash:
            deaths.append(str(crash))
            carry_out(ordered)
            survived = False
        else:
            survived = True

        assert people.mentions() == []
        assert ANN not in "".join(stored(imports).values())
        assert not people.identity.has_account(email=ANN)
        assert seats(tenant, course) == (10, 1, 9)
        assert (code_now(tenant, code).uses, len(uses(tenant, code))) == (1, 1)
        commit(tenant.context.table, [join_requests.is_waitlist_empty(tenant.id)])
        if survived:
            break
    assert len(deaths) > (40 if by_pages else 12), "it was worth crashing"
    assert {"after PutObject", "after DeleteObject", "after AdminDeleteUser"} <= set(deaths)


def stored(imports: ImportDriver) -> dict[str, str]:
    """Return what lies in the bucket."""
    listed = imports.s3.list_objects_v2(Bucket=BUCKET).get("Contents", [])
    return {
        one["Key"]: imports.s3.get_object(Bucket=BUCKET, Key=one["Key"])["Body"].read().decode()
        for one in listed
    }


def snapshot(imports: ImportDriver) -> Callable[[], None]:
    """Return what puts the table and the bucket back as they are now."""
    tables = dynamodb_backends[DEFAULT_ACCOUNT_ID][REGION].tables
    items, files = copy.deepcopy(tables[NAME].items), stored(imports)

    def put_back() -> None:
        tables[NAME].items = copy.deepcopy(items)
        for key, content in files.items():
            imports.s3.put_object(Bucket=BUCKET, Key=key, Body=content.encode())

    return put_back
