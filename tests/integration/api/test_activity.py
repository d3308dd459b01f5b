"""The activity report, as JSON pages and as CSV."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from functions.api.schemas.common import AN_ID
from functions.api.sheets import pages as sheets
from tests.support.api_caller import Caller
from tests.support.async_workers import AsyncWorkers
from tests.support.call_counts import Count
from tests.support.clock import Clock
from tests.support.codes import code_of, redeem
from tests.support.csv_files import csv_rows
from tests.support.groups import group_of, invite_all
from tests.support.tenant import Tenant, create_tenant
from usher.domain.licenses import License
from usher.store.id_ranges import LAST_ID


@pytest.fixture
def licenses(tenant: Tenant, clock: Clock, async_workers: AsyncWorkers) -> tuple[License, License]:
    """Invites on three days: to Fire safety, to First aid, to both; and what became of them."""
    fire = tenant.license()
    aid = tenant.license(product=tenant.product(name="First aid"))
    accepted = tenant.invite(fire, "accepted@x.io")
    tenant.accept(accepted)
    tenant.decline(tenant.invite(fire, "declined@x.io"))
    clock.forward(days=1)
    tenant.withdraw(tenant.invite(aid, "withdrawn@x.io"))
    scheduled = tenant.invite(aid, "scheduled@x.io", access_start="2027-03-01")
    tenant.accept(scheduled)
    clock.forward(days=1)
    tenant.invite([fire, aid], "pending@x.io")
    async_workers.dispatch()
    return fire, aid


def _rows(caller: Caller, base: str, **query: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    while True:
        page = caller.get(f"{base}/reports/activity", **query).json
        found += page["items"]
        if page["next"] is None:
            return found
        query["cursor"] = page["next"]


def _lines(caller: Caller, base: str, **query: Any) -> list[dict[str, str]]:
    text = ""
    path: str | None = f"{base}/reports/activity"
    query = {"format": "csv", **query}
    while path is not None:
        answer = caller.get(path, **query)
        assert answer.status == 200
        assert answer.headers["Content-Type"].startswith("text/csv")
        text += answer.text
        link = answer.headers.get("Link")
        path = None
        if link is not None:
            url = urlsplit(link.removeprefix("<").removesuffix('>; rel="next"'))
            assert url.netloc == "usher.example"
            path, query = url.path, dict(parse_qsl(url.query))
    return csv_rows(text)


def _of(rows: list[dict[str, Any]], name: str) -> dict[str, Any]:
    return next(row for row in rows if row["email"] == f"{name}@x.io")


def test_it_says_who_was_invited_by_whom_to_what_and_what_came_of_it(
    licenses: tuple[License, License],
    limited: Caller,
    base: str,
    tenant: Tenant,
    id_of: Callable[[str], str],
) -> None:
    rows = _rows(limited, base)

    assert [row["email"].partition("@")[0] for row in rows] == [
        "pending", "pending", "scheduled", "withdrawn", "declined", "accepted",
    ]  # fmt: skip
    accepted = _of(rows, "accepted")
    assert accepted == {
        "method": "invite",
        "source": "",
        "person": id_of("accepted@x.io"),
        "email": "accepted@x.io",
        "first_name": "Ann",  # as a learner: whoever sent the invite gave no name
        "last_name": "Lee",
        "client": "",
        "product": "Fire safety",
        "group": "",
        "license": licenses[0].id,
        "license_from": "2026-12-31T23:00:00Z",
        "license_until": "2027-12-31T23:00:00Z",
        "enrolled_at": "2027-01-04T09:00:00Z",
        "enrolled_by": "accepted@x.io",
        "enrolled_by_name": "Ann Lee",
        "access": "active",
        "access_start": "2027-01-04T09:00:00Z",
        "access_ended_at": None,
        "invited_by": tenant.full.email,
        "invited_by_name": "Max Full",
        "invited_at": "2027-01-04T09:00:00Z",
        "state": "accepted",
        "sent": 1,
        "last_sent_at": "2027-01-04T09:00:00Z",
        "delivery": "queued",
        "accepted_at": "2027-01-04T09:00:00Z",
        "declined_at": None,
        "withdrawn_at": None,
        "expired_at": None,
        "invite": accepted["invite"],
        "event": None,
    }
    assert _of(rows, "declined")["declined_at"] == "2027-01-04T09:00:00Z"
    assert _of(rows, "withdrawn")["withdrawn_at"] == "2027-01-05T09:00:00Z"
    assert _of(rows, "scheduled")["access"] == "scheduled"
    assert _of(rows, "scheduled")["access_start"] == "2027-02-28T23:00:00Z"
    assert {row["product"] for row in rows[:2]} == {"Fire safety", "First aid"}


@pytest.mark.usefixtures("licenses")
def test_expiry_and_the_end_of_access_show_as_the_clock_has_them(
    manager: Caller, base: str, clock: Clock
) -> None:
    clock.forward(days=500)

    rows = _rows(manager, base)

    assert _of(rows, "pending")["expired_at"] == "2027-01-16T09:00:00Z"
    assert _of(rows, "pending")["state"] == "pending"
    assert _of(rows, "accepted")["access"] == "ended"
    assert _of(rows, "accepted")["access_ended_at"] == "2027-12-31T23:00:00Z"


def test_a_released_access_shows_when_it_ended(
    licenses: tuple[License, License], manager: Caller, operator: Caller, base: str
) -> None:
    ask = {"kind": "release_seat", "message": "x", "email": "accepted@x.io", "license": licenses[0].id}
    request = manager.post(f"{base}/support-requests", ask).json["id"]
    operator.post(f"/v1/operator/support-requests/{request}/answer", {"answer": "Yes.", "grant": True})

    row = _of(_rows(manager, base), "accepted")

    assert (row["access"], row["access_ended_at"]) == ("released", "2027-01-06T09:00:00Z")


@pytest.mark.parametrize("limit", [1, 2, 50])
def test_it_is_filtered_by_license_and_by_the_date_of_the_invite(
    licenses: tuple[License, License], manager: Caller, base: str, limit: int
) -> None:
    def emails(**query: Any) -> list[str]:
        found = _rows(manager, base, limit=limit, **query)
        assert [row["email"] for row in _lines(manager, base, **query)] == [row["email"] for row in found]
        return [row["email"].partition("@")[0] for row in found]

    assert emails(license=licenses[0].id) == ["pending", "declined", "accepted"]
    assert emails(**{"from": "2027-01-05", "to": "2027-01-05"}) == ["scheduled", "withdrawn"]
    assert emails(**{"from": "2027-01-05", "license": licenses[0].id}) == ["pending"]
    assert emails(to="2027-01-04") == ["declined", "accepted"]
    assert emails(**{"from": "2027-02-01"}) == []


@pytest.mark.usefixtures("licenses")
def test_as_csv_it_says_the_same(manager: Caller, base: str) -> None:
    answer = manager.get(f"{base}/reports/activity", format="csv")

    rows = _rows(manager, base)
    expected = [{name: "" if value is None else str(value) for name, value in row.items()} for row in rows]
    assert csv_rows(answer.text) == expected
    assert answer.headers["Content-Disposition"] == 'attachment; filename="acme-activity-2027-01-06.csv"'
    assert "Link" not in answer.headers


@pytest.mark.usefixtures("licenses")
@pytest.mark.parametrize("most", [1, 400, 700])
def test_pages_of_csv_put_one_after_the_other_are_one_file(
    manager: Caller, base: str, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    whole = _lines(manager, base)
    monkeypatch.setattr(sheets, "ONE_READ", 1)
    monkeypatch.setattr(sheets, "MOST_BYTES", most)
    first = manager.get(f"{base}/reports/activity", format="csv")

    assert _lines(manager, base) == whole
    assert 'rel="next"' in first.headers["Link"]


@pytest.mark.usefixtures("licenses")
def test_an_answer_as_csv_is_read_for_only_so_long(
    manager: Caller, base: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = _lines(manager, base)
    monkeypatch.setattr(sheets, "ONE_READ", 1)
    monkeypatch.setattr(sheets, "MOST_SECONDS", 0.0)
    first = manager.get(f"{base}/reports/activity", format="csv")

    assert len(csv_rows(first.text)) == 1
    assert _lines(manager, base) == whole


@pytest.mark.usefixtures("licenses")
def test_an_answer_as_csv_is_compressed_for_whoever_takes_that(
    manager: Caller, base: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = manager.get(f"{base}/reports/activity", format="csv")
    browser = manager.sending(accept_encoding="gzip, deflate, br")

    whole = browser.get(f"{base}/reports/activity", format="csv")
    monkeypatch.setattr(sheets, "ONE_READ", 1)
    monkeypatch.setattr(sheets, "MOST_BYTES", 1)
    first = browser.get(f"{base}/reports/activity", format="csv")

    assert "Content-Encoding" not in plain.headers
    assert whole.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(whole.content) == plain.content
    assert plain.content.startswith(gzip.decompress(first.content))
    assert 'rel="next"' in first.headers["Link"]


@pytest.mark.parametrize("encodings", ["gzip;q=0", "gzip; q=0.0, br", "identity", "x-gzip"])
def test_an_answer_is_plain_for_whoever_does_not(manager: Caller, base: str, encodings: str) -> None:
    answer = manager.sending(accept_encoding=encodings).get(f"{base}/reports/activity", format="csv")

    assert "Content-Encoding" not in answer.headers
    assert answer.text.startswith("\ufeffmethod,source,person,")


def test_no_cell_is_a_formula(manager: Caller, base: str, tenant: Tenant) -> None:
    tenant.invite(tenant.license(product=tenant.product(name="=HYPERLINK(1)")), "+49@x.io")

    (row,) = _lines(manager, base)

    assert (row["product"], row["email"]) == ("'=HYPERLINK(1)", "'+49@x.io")


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"from": "soon"}, "bad_date"),
        ({"from": "2027-01-02", "to": "2027-01-01"}, "bad_window"),
        ({"format": "xlsx"}, "invalid"),
        ({"cursor": "%"}, "bad_cursor"),
        ({"cursor": f"{AN_ID}."}, "bad_cursor"),
        ({"cursor": f"{AN_ID}.-1"}, "bad_cursor"),
        ({"cursor": f"{LAST_ID}.0"}, "bad_cursor"),
        ({"method": "post"}, "invalid"),
    ],
)
def test_a_query_that_makes_no_sense_is_refused(
    manager: Caller, base: str, query: dict[str, str], code: str
) -> None:
    refused = manager.get(f"{base}/reports/activity", **query)

    assert (refused.status, refused.json["code"]) == (422, code)


@pytest.mark.usefixtures("licenses")
def test_another_organization_sees_nothing_of_it(caller: Caller, tenant: Tenant, base: str) -> None:
    other = create_tenant(tenant.context, slug="beta")
    stranger = caller.as_(other.full)

    assert stranger.get(f"{base}/reports/activity").status == 404
    assert _rows(stranger, f"/v1/organizations/{other.id}") == []


@pytest.mark.parametrize("limit", [1, 2, 50])
def test_it_is_filtered_by_the_states_of_invites(
    licenses: tuple[License, License], manager: Caller, base: str, limit: int
) -> None:
    manager.post(f"{base}/licenses/{licenses[0].id}/self-assign")  # somebody without an invite, in no state

    def emails(**query: Any) -> list[str]:
        found = _rows(manager, base, limit=limit, **query)
        assert [row["email"] for row in _lines(manager, base, **query)] == [row["email"] for row in found]
        return [row["email"].partition("@")[0] for row in found]

    assert emails(state="accepted") == ["scheduled", "accepted"]
    assert emails(state="declined,withdrawn") == ["withdrawn", "declined"]
    assert emails(state="pending", license=licenses[1].id) == ["pending"]
    assert emails(state="accepted", license=licenses[0].id) == ["accepted"]
    assert emails(state="accepted,pending", method="code") == []
    every = "pending,accepted,declined,withdrawn"
    assert emails(state=every) == [one for one in emails() if one != "manager"]
    refused = manager.get(f"{base}/reports/activity", state="accepted,lost")
    assert (refused.status, refused.json["errors"][0]["field"].partition(".")[0]) == (422, "state")


@pytest.mark.parametrize("report", ["activity", "summary"])
@pytest.mark.parametrize("field", ["license", "group", "client"])
def test_a_filter_by_what_the_organization_does_not_have_is_refused_and_named(
    manager: Caller, base: str, tenant: Tenant, report: str, field: str
) -> None:
    other = create_tenant(tenant.context, slug="beta")
    groups = f"/v1/organizations/{other.id}/groups"
    theirs = {
        "license": other.license().id,
        "group": manager.as_(other.full).post(groups, {"name": "B"}).json["id"],
        "client": other.id,
    }

    for unknown in (theirs[field], AN_ID, "none"):
        refused = manager.get(f"{base}/reports/{report}", **{field: unknown})

        assert (refused.status, refused.json["code"]) == (404, f"{field}_not_found")
        assert [one["field"] for one in refused.json["errors"]] == [field]
        if report == "activity":
            wanted = unknown if field == "client" else [unknown]
            link = manager.post(f"{base}/downloads", {"what": "activity", field: wanted})
            assert (link.status, [one["field"] for one in link.json["errors"]]) == (404, [field])


def test_of_several_licenses_or_groups_any_has_to_hold(manager: Caller, base: str, tenant: Tenant) -> None:
    fire, aid, rest = (tenant.license() for _ in range(3))
    nurses = group_of(tenant, rest, name="Nurses")
    tenant.invite([fire, aid], "both@x.io")
    tenant.invite(aid, "aid@x.io")
    redeem(tenant, code_of(tenant, fire), "coded@x.io")
    invite_all(tenant, nurses, "nurse@x.io")

    def found(**query: str) -> list[tuple[str, str]]:
        items = manager.get(f"{base}/reports/activity", **query).json["items"]
        return sorted((one["email"], one["license"]) for one in items)

    both = [("both@x.io", fire.id), ("both@x.io", aid.id)]
    assert found(license=fire.id) == [("both@x.io", fire.id), ("coded@x.io", fire.id)]
    assert found(license=f"{fire.id},{aid.id}") == [("aid@x.io", aid.id), *both, ("coded@x.io", fire.id)]
    assert found(group=nurses.id) == [("nurse@x.io", rest.id)]
    assert found(license=f"{aid.id},{rest.id}", group=nurses.id) == [("nurse@x.io", rest.id)]


def test_a_group_that_was_deleted_is_no_filter_any_more(manager: Caller, base: str) -> None:
    group = manager.post(f"{base}/groups", {"name": "Nurses"}).json["id"]
    assert manager.get(f"{base}/reports/activity", group=group).status == 200

    manager.call("DELETE", f"{base}/groups/{group}")

    assert manager.get(f"{base}/reports/activity", group=group).json["code"] == "group_not_found"


def test_it_costs_the_listings_and_a_read_of_accesses(
    licenses: tuple[License, License], manager: Caller, base: str, count: Count
) -> None:
    with count() as cost:
        manager.get(f"{base}/reports/activity")
    with count() as cost_of_codes:
        manager.get(f"{base}/reports/activity", method="code")
    with count() as cost_of_states:
        manager.get(f"{base}/reports/activity", state="pending,declined", license=licenses[0].id)

    assert sorted(cost.operations) == ["BatchGetItem"] * 2 + ["Query"] * 5
    assert sorted(cost_of_codes.operations) == ["BatchGetItem"] + ["Query"] * 2, (
        "of the method, and the newest of all"
    )
    assert sorted(cost_of_states.operations) == ["BatchGetItem"] * 2 + ["Query"] * 4, (
        "of each state, those of the license and the newest of all"
    )
