"""Plain links that download a list as CSV (decision 60)."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest

from functions.api.schemas.common import AN_ID
from functions.api.services import Services
from functions.api.sheets import pages as sheets
from functions.redaction import redact
from tests.integration.api.test_imports import previewed
from tests.support.api_caller import Answer, Caller
from tests.support.call_counts import Count
from tests.support.clients import create_client
from tests.support.clock import Clock
from tests.support.csv_files import csv_rows
from tests.support.imports import ImportDriver
from tests.support.tenant import Tenant, create_tenant
from usher.services.team_members import TeamMembers
from usher.sheets.reading import read_sheet


def link(who: Caller, base: str, **export: Any) -> str:
    """Ask for a link; return its path."""
    answer = who.post(f"{base}/downloads", export)
    assert answer.status == 201, answer.text
    url: str = answer.json["url"]
    assert url.startswith("https://usher.example/v1/downloads/")
    return url.removeprefix("https://usher.example")


def lines(answer: Answer) -> list[dict[str, str]]:
    assert answer.status == 200, answer.text
    return csv_rows(answer.content.decode())


def test_a_browser_downloads_the_activity_without_a_bearer(
    caller: Caller, limited: Caller, base: str, tenant: Tenant
) -> None:
    fire, aid = tenant.license(), tenant.license(product=tenant.product(name="First aid"))
    tenant.invite(fire, "fire@x.io")
    tenant.invite(aid, "aid@x.io")

    found = caller.get(link(limited, base, what="activity", license=[fire.id]))
    both = caller.get(link(limited, base, what="activity", license=[fire.id, aid.id]))

    assert [row["email"] for row in lines(found)] == ["fire@x.io"]
    assert [row["email"] for row in lines(both)] == ["aid@x.io", "fire@x.io"]
    assert found.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert found.headers["Content-Disposition"] == 'attachment; filename="acme-activity-2027-01-04.csv"'
    assert found.headers["Cache-Control"] == "no-store"
    assert "Link" not in found.headers


def test_the_file_is_the_one_that_the_list_itself_exports(
    caller: Caller, limited: Caller, base: str, tenant: Tenant
) -> None:
    tenant.invite_all(tenant.license(9), [f"a{n}@x.io" for n in range(5)])
    exported = limited.get(f"{base}/reports/activity", format="csv")

    downloaded = caller.get(link(limited, base, what="activity"))
    compressed = caller.sending(accept_encoding="gzip, br").get(link(limited, base, what="activity"))

    assert downloaded.text == exported.text
    assert gzip.decompress(compressed.content) == exported.content


def test_codes_and_their_uses_are_downloaded(
    caller: Caller, manager: Caller, base: str, tenant: Tenant
) -> None:
    fire = tenant.license()
    code = manager.post(
        f"{base}/codes", {"kind": "registration", "name": "Open day", "license": fire.id, "code": "OPEN-2027"}
    ).json

    codes = caller.get(link(manager, base, what="codes", kind=["registration"]))
    none = caller.get(link(manager, base, what="codes", kind=["redemption"]))
    uses = caller.get(link(manager, base, what="code_uses"))
    of_one = caller.get(link(manager, base, what="code_uses", code=code["id"]))

    assert [row["code"] for row in lines(codes)] == ["OPEN-2027"]
    assert codes.headers["Content-Disposition"] == 'attachment; filename="acme-codes-2027-01-04.csv"'
    assert lines(none) == lines(uses) == lines(of_one) == []
    assert uses.text.startswith("\ufeffredeemed_at,code,")


def test_learners_and_who_sits_in_a_license_are_downloaded(
    caller: Caller, limited: Caller, base: str, tenant: Tenant
) -> None:
    fire = tenant.license()
    tenant.accept(tenant.invite(fire, "ann@x.io"))
    tenant.invite(fire, "bo@x.io")

    learners = caller.get(link(limited, base, what="learners", license=[fire.id], sort="name"))
    sought = caller.get(link(limited, base, what="learners", q="bo"))
    seats = caller.get(link(limited, base, what="license_accesses", license=fire.id))
    reserved = caller.get(link(limited, base, what="license_accesses", license=fire.id, state=["reserved"]))

    assert [(row["email"], row["product"]) for row in lines(learners)] == [("ann@x.io", "Fire safety")]
    assert learners.headers["Content-Disposition"] == 'attachment; filename="acme-learners-2027-01-04.csv"'
    assert lines(sought) == []
    assert [row["email"] for row in lines(seats)] == ["ann@x.io", "bo@x.io"]
    assert [row["email"] for row in lines(reserved)] == ["bo@x.io"]


def test_the_results_of_an_import_are_downloaded_whole(
    caller: Caller, manager: Caller, base: str, imports: ImportDriver, monkeypatch: pytest.MonkeyPatch
) -> None:
    imports.tenant.license(9)
    one = previewed(manager, f"{base}/imports", imports, *(f"a{n}@x.io,,,,Fire safety,,," for n in range(7)))
    import_id = one.rpartition("/")[2]
    monkeypatch.setattr(sheets, "ONE_READ", 3)

    found = caller.get(link(manager, base, what="import_results", **{"import": import_id}))

    assert found.content == manager.get(f"{one}/results").content
    assert len(lines(found)) == 7
    name = 'attachment; filename="acme-import-results-2027-01-04.csv"'
    assert found.headers["Content-Disposition"] == name


def test_a_clients_activity_is_named_by_the_client(
    caller: Caller, manager: Caller, base: str, tenant: Tenant
) -> None:
    branch = create_client(tenant, manager="boss@branch.example")

    found = caller.get(link(manager, base, what="activity", client=branch.id))

    assert lines(found) == []
    assert f"{branch.slug}-activity-" in found.headers["Content-Disposition"]


def test_the_link_works_for_five_minutes(caller: Caller, limited: Caller, base: str, clock: Clock) -> None:
    answer = limited.post(f"{base}/downloads", {"what": "activity"}).json
    path = answer["url"].removeprefix("https://usher.example")
    assert answer["expires_at"] == "2027-01-04T09:05:00Z"

    clock.forward(minutes=4, seconds=59)
    assert [caller.get(path).status for _ in range(2)] == [200, 200]  # as often as one clicks
    clock.forward(seconds=1)
    over = caller.get(path)

    assert (over.status, over.json["code"]) == (404, "download_link_expired")
    assert "once more" in over.json["next_action"]


def test_a_changed_link_is_nobodys(caller: Caller, limited: Caller, base: str, tenant: Tenant) -> None:
    path = link(limited, base, what="activity")
    stranger = create_tenant(tenant.context, slug="other")
    organization, _, sealed = path.rpartition("/")[2].partition(".")
    changed = [
        f"{path[:-9]}{'A' if path[-9] != 'A' else 'B'}{path[-8:]}",
        path[:-4],
        path + "x",
        f"/v1/downloads/{organization}",
        f"/v1/downloads/{stranger.id}.{sealed}",
        "/v1/downloads/x",
        f"/v1/downloads/{organization}.current.AAAA",
        f"/v1/downloads/{organization}.k1.ü",
    ]

    answers = [caller.get(one) for one in changed]

    assert {(one.status, one.json["code"]) for one in answers} == {(404, "download_link_invalid")}


def test_a_link_to_a_list_that_this_version_does_not_have_is_refused(
    caller: Caller, tenant: Tenant, services: Services, clock: Clock
) -> None:
    new = services.downloads.link(
        person=tenant.full, organization=tenant.id, export={"what": "yesterday's list"}
    )

    refused = caller.get(f"/v1/downloads/{new.token}")

    assert new.expires_at > clock.now
    assert (refused.status, refused.json["code"]) == (404, "download_link_invalid")


def test_a_removed_manager_downloads_nothing_more(
    caller: Caller, manager: Caller, limited: Caller, base: str, tenant: Tenant
) -> None:
    path = link(limited, base, what="activity")
    assert caller.get(path).status == 200

    TeamMembers(tenant.context).remove(person=tenant.full, organization=tenant.id, email=tenant.limited.email)

    assert (caller.get(path).status, caller.get(path).json["code"]) == (404, "organization_not_found")
    assert caller.get(link(manager, base, what="activity")).status == 200


def test_a_link_tells_no_address_and_is_not_logged(limited: Caller, base: str, tenant: Tenant) -> None:
    path = link(limited, base, what="activity")
    token = path.rpartition("/")[2]

    logged = json.dumps(redact({"path": path, "text": f"got {token}"}))

    assert tenant.limited.email.partition("@")[0] not in path
    assert token.partition(".")[2] not in logged
    assert "/v1/downloads/(token)" in logged


@pytest.mark.parametrize(
    ("export", "status", "code", "field"),
    [
        ({}, 422, "invalid", "what"),
        ({"what": "secrets"}, 422, "invalid", "what"),
        ({"what": "activity", "batch": AN_ID}, 422, "invalid", "batch"),
        ({"what": "activity", "from": "soon"}, 422, "bad_date", "from"),
        ({"what": "activity", "from": "2027-02-01", "to": "2027-01-01"}, 422, "bad_window", "from"),
        ({"what": "activity", "method": "telepathy"}, 422, "invalid", "method"),
        ({"what": "invites", "email": "nobody"}, 422, "bad_address", "email"),
        ({"what": "invites", "license": [AN_ID]}, 404, "license_not_found", None),
        ({"what": "invites", "q": "a", "sort": "name"}, 422, "sorted_search", "sort"),
        ({"what": "activity", "client": AN_ID}, 404, "client_not_found", None),
        ({"what": "code_uses", "code": "k1.nothing"}, 404, "code_not_found", None),
        ({"what": "import_results", "import": AN_ID}, 404, "import_not_found", None),
        ({"what": "import_results"}, 422, "invalid", "import"),
    ],
)
def test_what_cannot_be_downloaded_is_refused_when_the_link_is_asked_for(
    limited: Caller, base: str, export: dict[str, Any], status: int, code: str, field: str | None
) -> None:
    refused = limited.post(f"{base}/downloads", export)

    assert (refused.status, refused.json["code"]) == (status, code), refused.text
    fields = [one["field"] for one in refused.json.get("errors", [])]
    assert field is None or field in fields


def test_only_managers_in_person_get_links(
    caller: Caller, manager: Caller, base: str, tenant: Tenant
) -> None:
    stranger = create_tenant(tenant.context, slug="other")
    key = manager.post(f"{base}/api-keys", {"name": "Reports", "scopes": ["read"]}).json

    answers = [
        one.post(f"{base}/downloads", {"what": "activity"})
        for one in (
            caller,
            caller.as_(stranger.full),
            caller.as_(tenant.operator),
            caller.with_key(key["key"]),
        )
    ]

    assert [(one.status, one.json["code"]) for one in answers] == [
        (401, "unauthenticated"),
        (404, "organization_not_found"),
        (404, "organization_not_found"),
        (403, "key_not_accepted"),
    ]


def test_a_list_that_no_file_can_hold_is_refused_and_never_cut(
    caller: Caller, limited: Caller, base: str, tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    tenant.invite_all(tenant.license(9), [f"a{n}@x.io" for n in range(5)])
    path = link(limited, base, what="activity")
    monkeypatch.setattr(sheets, "ONE_READ", 2)
    monkeypatch.setattr(sheets, "MOST_BYTES", 100)

    refused = caller.get(path)

    assert (refused.status, refused.json["code"]) == (409, "download_too_large")
    assert "shorter stretch of time" in refused.json["next_action"]


def test_a_link_costs_a_look_at_the_list_and_its_use_one_call_more_than_the_list(
    caller: Caller, limited: Caller, base: str, tenant: Tenant, count: Count
) -> None:
    tenant.invite(tenant.license(), "a@x.io")
    with count() as asked:
        path = link(limited, base, what="activity")
    with count() as exported:
        limited.get(f"{base}/reports/activity", format="csv")
    with count() as used:
        caller.get(path)

    assert (asked.calls, used.calls) == (exported.calls + 1, exported.calls + 1)
    assert asked.writes == used.writes == 0


def test_invites_are_downloaded_by_the_filters_of_their_list(
    caller: Caller, limited: Caller, manager: Caller, base: str, tenant: Tenant
) -> None:
    fire, aid = tenant.license(), tenant.license(product=tenant.product(name="First aid"))
    manager.post(f"{base}/invites", {"licenses": [fire.id, aid.id], "emails": "Åsa Öberg <asa@x.io>"})
    bo = tenant.invite(aid, "bo@x.io")
    tenant.accept(tenant.invite(fire, "cy@x.io"))

    pending = caller.get(link(limited, base, what="invites", state=["pending"], sort="email"))
    sought = caller.get(link(limited, base, what="invites", q="öb"))
    one = caller.get(link(limited, base, what="invites", email="Bo@X.io", license=[aid.id], expired=False))
    none = caller.get(link(limited, base, what="invites", delivery=["bounced"], created_from="2027-01-04"))
    by_name = caller.get(
        link(limited, base, what="invites", license=[aid.id], state=["pending"], expired=False, sort="name")
    )
    group = manager.post(f"{base}/groups", {"name": "Day", "licenses": [fire.id]}).json
    in_both = caller.get(
        link(limited, base, what="invites", license=[aid.id], group=[group["id"]], sort="-name")
    )

    asa, second = lines(pending)
    assert (asa["email"], asa["first_name"], asa["products"]) == ("asa@x.io", "Åsa", "Fire safety; First aid")
    assert (asa["state"], asa["expired"], asa["times_sent"]) == ("pending", "no", "1")
    assert (asa["created_by_name"], asa["license_ids"]) == ("Max Full", f"{fire.id}; {aid.id}")
    assert second["id"] == bo.id
    assert lines(sought) == [asa]
    assert lines(one) == [second]
    assert lines(none) == lines(in_both) == []
    assert lines(by_name) == [second, asa]  # the one without a name by the address
    assert pending.headers["Content-Disposition"] == 'attachment; filename="acme-invites-2027-01-04.csv"'


def test_a_file_of_accented_names_begins_as_spreadsheets_need_it_and_can_be_imported(
    caller: Caller, manager: Caller, base: str, imports: ImportDriver
) -> None:
    imports.tenant.license(9)
    one = previewed(manager, f"{base}/imports", imports, "asa@x.io,Åsa,Öberg,,Fire safety,,,")

    found = caller.get(link(manager, base, what="import_results", **{"import": one.rpartition("/")[2]}))
    (row,) = read_sheet(found.content)

    assert found.content.startswith(b"\xef\xbb\xbfRow,Outcome,")
    assert (row.email, row.first_name, row.last_name) == ("asa@x.io", "Åsa", "Öberg")
