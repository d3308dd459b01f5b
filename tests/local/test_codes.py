"""Codes, as people live it: a client's passcode, forwarded by a manager, redeemed by a learner."""

from collections.abc import Iterator

import pytest

from tests.local.conftest import LocalUsher
from tests.local.test_story import Acme, Browser
from tests.support.csv_files import csv_rows


@pytest.fixture(scope="module")
def acme(usher: LocalUsher) -> Iterator[Acme]:
    acme = Acme(usher)
    yield acme
    acme.http.close()


def test_a_passcode_is_forwarded_redeemed_on_the_clients_page_and_used_once_by_each(
    acme: Acme, usher: LocalUsher
) -> None:
    # The provider has a client with two seats, and makes it a passcode for which it gets a copy.
    client = acme.http.post(
        f"{acme.url}/clients",
        json={"name": "Harbor Works", "slug": "harbor-codes", "branding": {"welcome": "Welcome aboard."}},
    ).json()
    license_ = acme.license("course")["id"]
    sublicense = acme.http.post(
        f"{acme.url}/clients/{client['id']}/sublicenses", json={"license": license_, "seats": 2}
    ).json()
    created = acme.http.post(
        f"{acme.url}/codes",
        json={
            "kind": "registration",
            "code": "Ahoy-2027",
            "client": client["id"],
            "sublicense": sublicense["id"],
            "cap": 20,
            "message": "See you on deck!",
            "send_me_a_copy": True,
        },
    )
    assert created.status_code == 201, created.text
    codes = f"/v1/organizations/{client['id']}/codes"
    one = f"{codes}/{created.json()['id']}"

    # The copy can be forwarded as it is.
    copy = usher.email("manager@acme.example", subject="join Harbor Works")
    for words in ("AHOY-2027", "See you on deck!", f"{usher.base_url}/c/harbor-codes"):
        assert words in copy["text"]
    assert f"{usher.base_url}/c/harbor-codes/AHOY-2027" in copy["links"]

    # A learner types the code on the client's page, proves the address, registers and is in.
    learner = Browser(usher)
    assert "Welcome aboard." in learner.open("/c/harbor-codes").text
    sent = learner.submit("/c/harbor-codes", action="ask", code="ahoy-2027", email="dora@docks.example")
    assert "Check your email" in sent.text
    email = usher.email("dora@docks.example")
    link = next(link for link in email["links"] if "/learn/enter/" in link)
    landed = learner.register(link, "Dora", "Dock")
    assert (landed.url.path, landed.url.query) == ("/learn", b"welcome=1")
    assert "First Aid at Work" in landed.text
    assert "Harbor Works" in landed.text

    # Again uses nothing.
    learner.open("/c/harbor-codes/AHOY-2027")
    assert learner.submit("/c/harbor-codes/AHOY-2027", action="redeem").url.path == "/learn"
    shown = acme.http.get(one).json()
    (use,) = acme.http.get(f"{one}/uses").json()["items"]
    assert (shown["uses"], use["email"], use["last_name"]) == (1, "dora@docks.example", "Dock")
    (pool,) = acme.http.get(f"{acme.url}/clients/{client['id']}/sublicenses").json()["items"]
    assert pool["seats"]["assigned"] == 1

    # The client's report has the learner, as a compressed file with a name.
    report = acme.http.get(f"{acme.url}/reports/activity", params={"client": client["id"], "format": "csv"})
    assert (report.status_code, report.headers["Content-Encoding"]) == (200, "gzip")
    assert 'filename="harbor-codes-activity-' in report.headers["Content-Disposition"]
    (row,) = csv_rows(report.text)
    assert (row["method"], row["source"], row["client"]) == ("code", "AHOY-2027", "Harbor Works")
    assert (row["email"], row["last_name"], row["access"]) == ("dora@docks.example", "Dock", "active")

    # What is no code is refused; the list says what was disabled.
    assert acme.http.post(f"{one}/disable").json()["state"] == "disabled"
    learner.open("/c/harbor-codes/NEVER-WAS")
    refused = learner.submit("/c/harbor-codes/NEVER-WAS", action="redeem")
    assert (refused.status_code, "cannot be redeemed" in refused.text) == (409, True)
    exported = acme.http.get(f"{codes}/export")
    assert exported.text.splitlines()[1].startswith("AHOY-2027,registration,disabled,")

    # The dead code is removed, who used it stays in the list of uses, and its text is free for a new one.
    assert acme.http.delete(one).status_code == 204
    (use,) = acme.http.get(f"/v1/organizations/{client['id']}/code-uses").json()["items"]
    assert (use["email"], use["client"]["name"], use["code_name"]) == (
        "dora@docks.example",
        "Harbor Works",
        None,
    )
    again = acme.http.post(
        codes, json={"kind": "registration", "code": "AHOY-2027", "license": sublicense["id"]}
    )
    assert (again.status_code, again.json()["uses"]) == (201, 0)
