"""Who has to wait for an import: not whoever invites one person meanwhile (decision 77)."""

import time
from collections.abc import Iterator

import pytest

from tests.browser import organizations
from tests.local.conftest import LocalUsher
from tests.local.test_import import until, uploaded
from tests.local.test_story import Acme
from tests.support.imports import csv_of

PEOPLE = 475


@pytest.fixture(scope="module")
def own(usher: LocalUsher) -> Iterator[Acme]:
    made = organizations.create(usher, "busy-builders", "Busy Builders", seats=PEOPLE + 1)
    busy = Acme(usher, made.manager)
    yield busy
    busy.http.close()


def test_a_single_invite_is_sent_in_the_middle_of_an_import(own: Acme, usher: LocalUsher) -> None:
    rows = [f"bulk{n}@busy.example,{organizations.PRODUCT}" for n in range(PEOPLE)]
    url = uploaded(own, csv_of(*rows, columns="Email,Licenses"))
    assert own.http.post(f"{url}/check").status_code == 202
    until(own, url, "checked")
    assert own.http.post(f"{url}/confirm", json={"only": "all"}).status_code == 202

    def of_import() -> int:
        return sum(item["to"].startswith("bulk") for item in usher.mailbox())

    usher.wait_for(lambda: of_import() >= 20, "the first emails of the import")
    before, invited_at = of_import(), time.monotonic()
    own.invite("course", "one@busy.example")
    usher.email("one@busy.example")
    seconds, sent = time.monotonic() - invited_at, of_import()

    usher.wait_for(lambda: of_import() == PEOPLE, "the last email of the import")
    assert sent - before < (PEOPLE - before) / 2, f"{sent - before} of the import's in {seconds:.0f} seconds"
