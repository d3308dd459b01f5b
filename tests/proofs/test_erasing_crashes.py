"""The worker's death after anything that it writes while it erases a learner (issue 3, I; decisions/0034).

Its message comes again. Then nothing of the address is left, and every seat and use is still counted.
"""

from __future__ import annotations

import copy
from collections.abc import Callable

from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.dynamodb.models import dynamodb_backends

from tests.support.codes import code_now, code_of, redeem, uses
from tests.support.crashing import Death, dying, written
from tests.support.house import House
from tests.support.importing import BUCKET, Imports
from tests.support.joining import join, set_page
from tests.support.looking import seats
from tests.support.people_data import ANN, People
from tests.support.tables import NAME, REGION
from usher.domain.doors.entries import EntryKind
from usher.domain.doors.join_pages import WhenFull
from usher.services.doors.entering import Entering
from usher.store.doors import join_requests
from usher.store.transaction import commit


def test_erasing_survives_a_death_after_any_write(house: House, importing: Imports) -> None:
    people = People(house, importing.files)
    course, full = house.license(10), house.license(1)
    house.invite(full, "first@x.io")
    set_page(house, full, when_full=WhenFull.WAITING_LIST)
    code = code_of(house, house.license(10))
    house.accept(house.invite(course, ANN))
    redeem(house, code, ANN)
    importing.previewed([f"{ANN},,,,{course.id},,,", f"bo@x.io,,,,{course.id},,,"])
    ordered = people.order()
    # She comes once more before the worker does.
    join(house, ANN)
    Entering(house.context).ask(
        organization=house.id, kind=EntryKind.CODE, email=ANN, network_address="192.0.2.1"
    )
    put_back = snapshot(importing)
    clients = (house.context.table.connection.client, importing.s3, people.cognito)
    deaths: list[str] = []
    while True:
        put_back()
        people.register()
        try:
            with dying(*clients, at=len(deaths) + 1, counts=written):
                people.carry_out(ordered)
        except Death as death:
            deaths.append(str(death))
            people.carry_out(ordered)
            survived = False
        else:
            survived = True

        assert people.mentions() == []
        assert ANN not in "".join(stored(importing).values())
        assert not people.identity.has_account(email=ANN)
        assert seats(house, course) == (10, 1, 9)
        assert (code_now(house, code).uses, len(uses(house, code))) == (1, 1)
        commit(house.context.table, [join_requests.nobody_waits(house.id)])
        if survived:
            break
    assert len(deaths) > 12, "it was worth dying"
    assert {"after PutObject", "after DeleteObject", "after AdminDeleteUser"} <= set(deaths)


def stored(importing: Imports) -> dict[str, str]:
    """Return what lies in the bucket."""
    listed = importing.s3.list_objects_v2(Bucket=BUCKET).get("Contents", [])
    return {
        one["Key"]: importing.s3.get_object(Bucket=BUCKET, Key=one["Key"])["Body"].read().decode()
        for one in listed
    }


def snapshot(importing: Imports) -> Callable[[], None]:
    """Return what puts the table and the bucket back as they are now."""
    tables = dynamodb_backends[DEFAULT_ACCOUNT_ID][REGION].tables
    items, files = copy.deepcopy(tables[NAME].items), stored(importing)

    def put_back() -> None:
        tables[NAME].items = copy.deepcopy(items)
        for key, content in files.items():
            importing.s3.put_object(Bucket=BUCKET, Key=key, Body=content.encode())

    return put_back
