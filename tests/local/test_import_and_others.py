"""Who has to wait for an import: not whoever invites one person meanwhile (decision 77)."""

import time
from collections.abc import Iterator

import pytest

from tests.local.conftest import LocalUsher
from tests.local.test_import import until, uploaded
from tests.local.test_story import Acme
from tests.support.imports import csv_of

PEOPLE = 475


@pytest.fixture(scope="module")
def acme(usher: LocalUsher) -> Iterator[Acme]:
    acme = Acme(usher)
    yield acme
    acme.http.close()


def test_a_single_invite_is_sent_in_the_middle_of_an_import(acme: Acme, usher: LocalUsher) -> None:
    license_ = acme.license("subscription", flex=True)
    with usher.signed_in("operator@usher.example") as operator:
        topped_up = operator.post(
            f"/v1/operator{acme.url.removeprefix('/v1')}/licenses/{license_['id']}/top-up",
            json={"order_id": "an-import-and-one", "seats": PEOPLE + 1},
        )
        assert topped_up.status_code == 200, topped_up.text
    rows = [f"bulk{n}@team.example,{license_['product']['name']}" for n in range(PEOPLE)]
    url = uploaded(acme, csv_of(*rows, columns="Email,Licenses"))
    assert acme.http.post(f"{url}/check").status_code == 202
    until(acme, url, "checked")
    assert acme.http.post(f"{url}/confirm", json={"only": "all"}).status_code == 202

    def of_import() -> int:
        return sum(item["to"].startswith("bulk") for item in usher.mailbox())

    usher.wait_for(lambda: of_import() >= 20, "the first emails of the import")
    before, invited_at = of_import(), time.monotonic()
    acme.invite("subscription", "one@team.example", flex=True)
    usher.email("one@team.example")
    seconds, sent = time.monotonic() - invited_at, of_import()

    usher.wait_for(lambda: of_import() == PEOPLE, "the last email of the import")
    assert before <= sent < PEOPLE, f"after {seconds:.0f} seconds all of the import's emails were sent"
