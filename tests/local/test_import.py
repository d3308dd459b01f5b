"""Import, as a manager lives it: template, upload, preview, confirm, progress, results, emails."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import httpx
import openpyxl
import pytest

from tests.local.conftest import LocalUsher
from tests.local.test_story import Acme


@pytest.fixture(scope="module")
def acme(usher: LocalUsher) -> Iterator[Acme]:
    acme = Acme(usher)
    yield acme
    acme.http.close()


def filled_in(template: bytes, rows: list[dict[str, str]]) -> bytes:
    """The workbook with these people, as a spreadsheet program saves it."""
    workbook = openpyxl.load_workbook(BytesIO(template))
    sheet = workbook.worksheets[0]
    columns = [str(cell.value) for cell in sheet[1]]
    for row in rows:
        sheet.append([row.get(column) for column in columns])
    saved = BytesIO()
    workbook.save(saved)
    return saved.getvalue()


def uploaded(acme: Acme, content: bytes) -> str:
    """The address of a new import with its file uploaded through the form."""
    created = acme.http.post(f"{acme.url}/imports", json={"file_name": "people.xlsx", "message": "Hi!"})
    assert created.status_code == 201, created.text
    form = created.json()["upload"]
    answer = httpx.post(form["url"], data=form["fields"], files={"file": content}, trust_env=False)
    assert answer.status_code == 204, answer.text
    return f"{acme.url}/imports/{created.json()['id']}"


def until(acme: Acme, url: str, *states: str) -> dict[str, Any]:
    """The import once it is in one of these states."""

    def look() -> dict[str, Any] | None:
        found: dict[str, Any] = acme.http.get(url).json()
        return found if found["state"] in states else None

    found: dict[str, Any] = acme.usher.wait_for(look, f"an import that is {states}")
    return found


def test_a_workbook_is_filled_in_uploaded_looked_through_confirmed_and_its_results_downloaded(
    acme: Acme, usher: LocalUsher
) -> None:
    template = acme.http.get(f"{acme.url}/imports/template", params={"format": "xlsx"}).content
    people = [
        {"Email": f"imp{n}@team.example", "First name": "Imp", "Licenses": "Leadership Library"}
        for n in range(3)
    ]
    people += [
        {"Email": "imp0@team.example", "Licenses": "leadership library"},
        {"Email": "imp@gmial,com", "Licenses": "Leadership Library"},
        {"Email": "imp9@team.example", "Groups": "Nobody's"},
    ]

    url = uploaded(acme, filled_in(template, people))
    assert acme.http.post(f"{url}/check").status_code == 202
    preview = until(acme, url, "checked", "refused")
    rows = acme.http.get(f"{url}/rows").json()["items"]

    assert preview["preview"]["verdicts"] == {
        "will_be_invited": 3,
        "duplicate": 1,
        "bad_address": 1,
        "unknown_group": 1,
    }
    assert [(seat["product"]["name"], seat["needed"]) for seat in preview["seats"]] == [
        ("Leadership Library", 3)
    ]
    assert next(row for row in rows if row["verdict"] == "bad_address")["suggestion"] == "imp@gmail.com"
    assert not usher.mailbox("imp0@team.example"), "nothing is sent before confirm"

    assert acme.http.post(f"{url}/confirm", json={"only": "all"}).json()["code"] == "import_has_bad_rows"
    assert acme.http.post(f"{url}/confirm", json={"only": "good"}).status_code == 202
    done = until(acme, url, "finished")
    assert done["progress"]["outcomes"]["invited"] == 3
    for n in range(3):
        assert "Hi!" in usher.email(f"imp{n}@team.example")["text"]
    assert "3 of 6" in usher.email("limited@acme.example", subject="Import finished")["subject"]
    results = acme.http.get(f"{url}/results")
    assert results.headers["content-type"] == "text/csv; charset=utf-8"
    assert results.text.count(",invited,") == 3
    assert acme.http.get(f"{acme.url}/imports").json()["items"][0]["id"] == done["id"]


def test_a_file_larger_than_ten_megabytes_is_refused_by_the_form(acme: Acme) -> None:
    form = acme.http.post(f"{acme.url}/imports", json={"file_name": "big.csv"}).json()["upload"]

    answer = httpx.post(
        form["url"], data=form["fields"], files={"file": b"x" * (10 * 1024 * 1024 + 1)}, trust_env=False
    )

    assert answer.status_code == 400
    assert "EntityTooLarge" in answer.text


def test_a_file_that_cannot_be_read_is_refused_with_what_to_do(acme: Acme) -> None:
    url = uploaded(acme, b"Email\r\n=HYPERLINK(1)\r\n")

    acme.http.post(f"{url}/check")
    refused = until(acme, url, "refused", "checked")

    assert refused["problem"]["code"] == "formula_in_file"
    assert refused["problem"]["next_action"]
