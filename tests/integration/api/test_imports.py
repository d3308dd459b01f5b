"""Imports over HTTP."""

from __future__ import annotations

import base64
import json
from io import BytesIO
from typing import Any

import openpyxl
import pytest

from tests.support.api_caller import Caller
from tests.support.imports import BUCKET, ImportDriver, csv_of


@pytest.fixture
def path(base: str) -> str:
    """The path of the imports."""
    return f"{base}/imports"


def previewed(manager: Caller, path: str, imports: ImportDriver, *rows: str) -> str:
    """Import rows up to the preview; return the path of the import."""
    created = manager.post(path, {"file_name": "people.csv"})
    assert created.status == 201, created.text
    fields = created.json["upload"]["fields"]
    imports.s3.put_object(Bucket=BUCKET, Key=fields["key"], Body=csv_of(*rows))
    assert manager.post(f"{path}/{created.json['id']}/check").status == 202
    work(imports, created.json["id"])
    return f"{path}/{created.json['id']}"


def work(imports: ImportDriver, import_id: str) -> None:
    (found,) = (
        one
        for one in imports.service.listed(
            person=imports.tenant.full, organization=imports.tenant.id, limit=9, cursor=None
        ).items
        if one.id == import_id
    )
    imports.work(found)


def test_the_template_is_downloaded_as_csv_and_as_a_workbook(limited: Caller, path: str) -> None:
    as_csv = limited.get(f"{path}/template")
    as_workbook = limited.get(f"{path}/template", format="xlsx")

    assert as_csv.headers["Content-Type"].startswith("text/csv")
    content = as_csv.content.decode("utf-8-sig")
    assert content == "Email,First name,Last name,Groups,Licenses,Access start,Client,Sublicense\r\n"
    assert as_workbook.headers["Content-Disposition"] == 'attachment; filename="import-template.xlsx"'
    sheet = openpyxl.load_workbook(BytesIO(as_workbook.content)).worksheets[0]
    assert [cell.value for cell in sheet[1]] == content.strip().split(",")
    assert limited.get(f"{path}/template", format="pdf").status == 422


def test_the_form_uploads_ten_megabytes_to_one_key_and_no_more(manager: Caller, path: str) -> None:
    created = manager.post(path, {"file_name": "C:\\people.xlsx"}).json

    fields = created["upload"]["fields"]
    policy = json.loads(base64.b64decode(fields["policy"]))
    assert created["file_name"] == "people.xlsx"
    assert created["upload"]["url"] == f"https://{BUCKET}.s3.us-east-1.amazonaws.com/"
    assert created["upload"]["until"] == "2027-01-04T09:15:00Z"
    assert created["files_until"] == "2027-02-03T09:00:00Z"
    assert ["content-length-range", 0, 10 * 1024 * 1024] in policy["conditions"]
    assert {"key": fields["key"]} in policy["conditions"]
    assert fields["key"].endswith(f"/{created['id']}/file")


def test_the_form_is_in_no_receipt_and_a_replay_brings_a_fresh_one(
    manager: Caller, path: str, imports: ImportDriver
) -> None:
    idempotent = manager.sending(idempotency_key="k")

    first, second = (idempotent.post(path, {"file_name": "people.csv"}) for _ in range(2))

    assert second.headers["Idempotency-Replayed"] == "true"
    assert first.json["id"] == second.json["id"]
    assert second.json["upload"]["fields"]["policy"]
    client: Any = imports.tenant.context.table.connection.client
    stored = json.dumps(client.scan(TableName="usher")["Items"])
    assert "signature" not in stored.lower()


def test_a_file_is_previewed_confirmed_and_its_results_downloaded(
    manager: Caller, path: str, imports: ImportDriver
) -> None:
    fire = imports.tenant.license(5)
    one = previewed(
        manager, path, imports, "ann@gmial.com,Ann,Lee,,Fire safety,,,", "bob@,Bob,,,Fire safety,,,"
    )

    preview = manager.get(one).json
    bad = manager.get(f"{one}/rows", verdict="bad_address").json["items"]
    several = manager.get(f"{one}/rows", verdict="will_be_invited,bad_address").json["items"]
    refused = manager.post(f"{one}/confirm", {"only": "all"})
    confirmed = manager.post(f"{one}/confirm", {"only": "good"})
    work(imports, preview["id"])
    done = manager.get(one).json
    results = manager.get(f"{one}/results")

    assert preview["state"] == "checked"
    assert preview["preview"] == {
        "verdicts": {"will_be_invited": 1, "bad_address": 1},
        "good": 1,
        "needless": 0,
        "bad": 1,
        "suggestions": 1,
    }
    (seats,) = preview["seats"]
    assert (seats["license"], seats["needed"], seats["available"], seats["missing"]) == (fire.id, 1, 5, 0)
    assert [(row["row"], row["email"], bool(row["reason"])) for row in bad] == [(3, "bob@", True)]
    assert [row["reason_code"] for row in several] == [None, "nothing_after_at_sign"]
    assert [row["row"] for row in several] == [2, 3]
    assert (refused.status, refused.json["code"]) == (409, "import_has_bad_rows")
    assert (confirmed.status, confirmed.json["state"], confirmed.json["only"]) == (202, "running", "good")
    assert done["state"] == "finished"
    assert done["progress"] == {"done": 2, "outcomes": {"invited": 1, "bad_address": 1}}
    assert results.headers["Content-Type"] == "text/csv; charset=utf-8"
    head, *lines = results.text.removeprefix("\ufeff").splitlines()
    assert head.startswith("Row,Outcome,Reason,Suggestion,Email,")
    assert lines[0] == "2,invited,,ann@gmail.com,ann@gmial.com,Ann,Lee,,Fire safety,,,"
    assert lines[1].startswith("3,bad address,")


def test_an_import_says_what_each_column_was_taken_for(
    manager: Caller, path: str, imports: ImportDriver
) -> None:
    imports.tenant.license(5)
    content = b"Outcome,E-mail,,Given  name,Licence\ninvited,ann@x.io,,Ann,Fire safety\n"
    before = manager.get(f"{path}/{imports.create().id}").json["columns"]

    read = manager.get(f"{path}/{imports.previewed(content).id}").json

    assert before == []
    assert [(one["letter"], one["heading"], one["field"]) for one in read["columns"]] == [
        ("A", "Outcome", None),
        ("B", "E-mail", "email"),
        ("D", "Given name", "first_name"),
        ("E", "Licence", "licenses"),
    ]
    assert read["preview"]["good"] == 1


@pytest.mark.parametrize(
    ("limit", "most"),
    [("functions.api.sheets.imports.MOST_ROWS", 2), ("usher.services.imports.learner_imports.MOST_TEXT", 90)],
)
def test_results_come_in_pages_that_are_one_file(
    manager: Caller, path: str, imports: ImportDriver, monkeypatch: pytest.MonkeyPatch, limit: str, most: int
) -> None:
    monkeypatch.setattr(limit, most)
    one = previewed(manager, path, imports, *(f"a{n}@x.io,,,,,,," for n in range(5)))

    pages = [manager.get(f"{one}/results")]
    while "Link" in pages[-1].headers:
        target = pages[-1].headers["Link"].split(">")[0].removeprefix("<https://usher.example")
        path_, _, query = target.partition("?cursor=")
        pages.append(manager.get(path_, cursor=query))

    lines = "".join(page.text for page in pages).splitlines()
    assert len(pages) == 3
    assert [line.split(",")[4] for line in lines[1:]] == [f"a{n}@x.io" for n in range(5)]


def test_a_refused_file_says_what_to_do(manager: Caller, path: str, imports: ImportDriver) -> None:
    one = previewed(manager, path, imports, "=cmd(),,,,,,,")

    answer = manager.get(one).json
    assert answer["state"] == "refused"
    assert answer["problem"]["code"] == "formula_in_file"
    assert answer["problem"]["next_action"]
    assert manager.get(f"{one}/rows").json["code"] == "import_rows_not_ready"
    assert manager.post(f"{one}/confirm", {"only": "good"}).json["code"] == "import_not_checked"


@pytest.mark.usefixtures("imports")
def test_check_before_the_upload_is_refused(manager: Caller, path: str) -> None:
    created = manager.post(path, {"file_name": "people.csv"}).json

    answer = manager.post(f"{path}/{created['id']}/check")

    assert (answer.status, answer.json["code"]) == (409, "file_not_uploaded")


def test_an_import_is_canceled_once(manager: Caller, path: str, imports: ImportDriver) -> None:
    one = previewed(manager, path, imports, "ann@x.io,,,,,,,")

    canceled, again = (manager.post(f"{one}/cancel") for _ in range(2))

    assert (canceled.status, canceled.json["state"]) == (202, "canceled")
    assert (again.status, again.json["code"]) == (409, "import_over")


def test_the_history_is_listed_newest_first(manager: Caller, limited: Caller, path: str) -> None:
    made = [manager.post(path, {"file_name": f"{n}.csv"}).json["id"] for n in range(3)]

    first = limited.get(path, limit=2).json
    second = limited.get(path, limit=2, cursor=first["next"]).json

    assert [one["id"] for one in first["items"] + second["items"]] == made[::-1]
    assert "upload" not in first["items"][0]


@pytest.mark.parametrize(
    ("fields", "status", "code"),
    [
        ({"file_name": ""}, 422, "bad_file_name"),
        ({"file_name": "a.csv", "groups": ["x"]}, 404, "group_not_found"),
        ({"file_name": "a.csv", "licenses": ["x"]}, 404, "license_not_found"),
        ({"file_name": "a.csv", "access_start": "soon"}, 422, "bad_date"),
        ({"file_name": "a.csv", "message": "x" * 2001}, 422, "bad_message"),
        ({}, 422, "invalid"),
    ],
)
def test_what_cannot_be_begun_is_refused(
    manager: Caller, path: str, fields: dict[str, Any], status: int, code: str
) -> None:
    answer = manager.post(path, fields)

    assert (answer.status, answer.json["code"]) == (status, code)


def test_limited_managers_look_and_do_not_import(limited: Caller, path: str, manager: Caller) -> None:
    created = manager.post(path, {"file_name": "people.csv"}).json["id"]

    for answer in (
        limited.post(path, {"file_name": "people.csv"}),
        limited.post(f"{path}/{created}/check"),
        limited.post(f"{path}/{created}/confirm", {"only": "all"}),
        limited.post(f"{path}/{created}/cancel"),
    ):
        assert (answer.status, answer.json["code"]) == (403, "forbidden")
    assert limited.get(f"{path}/{created}").json["state"] == "awaiting_file"
    assert limited.get(f"{path}/other").json["code"] == "import_not_found"
